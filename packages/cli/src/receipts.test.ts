import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex, writeReceipt } from "@holdpoint/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdpoint-receipts-"));
  const traces = makeTraces(3);
  const write = (name: string, lines: readonly unknown[]): void =>
    writeFileSync(
      join(folder, name),
      lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""),
    );
  write("good.jsonl", traces);
  write("page.json", [{ data: traces, nextCursor: null }]);
  write("segment.seg", ["holdpoint-spool 1", ...traces.map((trace) => `00000000 ${JSON.stringify(trace)}`)]);
  write("lost.jsonl", [traces[0], traces[2]]);
  write("torn.jsonl", [...traces, '{"traceId": "half']);
  write("empty.jsonl", []);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeTraces(many: number): object[] {
  let previous = "";
  return Array.from({ length: many }, (_, index) => {
    const decision = {
      agentId: "bot",
      phase: "input",
      verdict: "allow",
      allowed: true,
      planDigest: "p",
      violations: [],
    };
    const record = { decisionId: `d${index}`, decidedAt: "2026-09-21T14:00:00.000Z", decision };
    const receipt = { chain: "c", step: index + 1, actionHash: "a", previous };
    previous = sha256Hex(writeReceipt(record as never, receipt));
    return { traceId: `t${index}`, decisions: [{ ...record, receipt: { ...receipt, hash: previous } }] };
  });
}

/** The program as a user starts it, on the sources; output is no terminal. */
function verify(file: string, ...options: string[]): Promise<{ status: number; out: string; error: string }> {
  const main = join(root, "packages", "cli", "src", "main.ts");
  const tsx = join(root, "node_modules", "tsx", "dist", "esm", "index.mjs");
  const env = { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json"), NODE_NO_WARNINGS: "1" };
  const args = ["--import", tsx, main, "receipts", "verify", file, ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env }, (error, out, stderr) =>
      resolve({ status: typeof error?.code === "number" ? error.code : error ? 99 : 0, out, error: stderr }),
    );
  });
}

describe("holdpoint receipts verify", () => {
  it("says that every receipt holds: of JSON Lines, of a page of the API, of a spool's segment", async () => {
    for (const file of ["good.jsonl", "page.json", "segment.seg"]) {
      const { status, out } = await verify(file);
      expect({ status, out }).toEqual({
        status: 0,
        out: "3 decisions in 3 traces, 1 chain (1 not closed): every receipt holds\n",
      });
    }
  }, 60_000);

  it("names what is wrong, also as JSON", async () => {
    expect(await verify("lost.jsonl")).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^lost step 2 is not there \(chain c, step 2\)\nbroken .*decision d2/),
    });
    const { status, out } = await verify("torn.jsonl", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ decisions: 3, problems: [{ kind: "unreadable" }] });
  }, 60_000);

  it("ends with status 2 where there is nothing to verify", async () => {
    expect(await verify("empty.jsonl")).toMatchObject({ status: 2, error: expect.stringContaining("no decisions") });
    expect(await verify("absent.jsonl")).toMatchObject({ status: 2, error: expect.stringContaining("no such file") });
  }, 60_000);
});
