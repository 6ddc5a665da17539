import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Many more by night; the fault is in the timing, so each kill is another one. */
const kills = Number(process.env["HOLDPOINT_KILLS"] ?? 12);

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdpoint-kill-"));
  program = join(folder, "recorder.mjs");
  const index = fileURLToPath(new URL("../index.ts", import.meta.url));
  buildSync({
    stdin: { contents: source(index), resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Records decisions as fast as it can and says, after each flush to disk, the last one that was acknowledged. */
const source = (index: string): string => `
  import { Holdpoint } from ${JSON.stringify(index)};
  const [controlPlane, cacheDir] = process.argv.slice(2);
  const hp = await Holdpoint.create({
    policies: [], controlPlane, apiKey: "k", cacheDir, stream: false, closeTimeoutMs: 1, firstBundleTimeoutMs: 1,
  });
  process.on("SIGTERM", () => process.exit(0));
  if (process.argv[4] === "send") await new Promise((resolve) => setTimeout(resolve, 60_000));
  for (let n = 0; ; n++) {
    await hp.enforcePolicy({ agentId: "recorder", sessionId: process.pid + "-" + n, input: "text " + n });
    if (n % 20 === 0) {
      await hp.flush();
      process.stdout.write(process.pid + "-" + n + "\\n");
    }
  }
`;

/** Counts, by session, how often each trace has come in; may be made to refuse everything. */
async function startCollector() {
  const stored = new Map<string, Set<string>>();
  const state = { isDown: false };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (state.isDown || !request.url?.endsWith("/ingest")) {
        response.writeHead(503).end();
        return;
      }
      const body = Buffer.concat(chunks);
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      const { traces } = JSON.parse(text.toString()) as { traces: { traceId: string; sessionId: string }[] };
      for (const { traceId, sessionId } of traces)
        stored.set(sessionId, (stored.get(sessionId) ?? new Set()).add(traceId));
      response.end(JSON.stringify({ accepted: traces.length, failed: 0 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, stored, state, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}

/** Runs a recorder and stops it at a random moment; gives the last acknowledgement. */
async function runAndStop(url: string, cacheDir: string, signal: "SIGKILL" | "SIGTERM"): Promise<string[]> {
  const child = spawn(process.execPath, [program, url, cacheDir], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: string[] = [];
  const ended = new Promise((resolve) => child.on("close", resolve));
  createInterface({ input: child.stdout }).on("line", (line) => {
    acknowledged.push(line);
    if (acknowledged.length === 1) setTimeout(() => child.kill(signal), Math.random() * 60);
  });
  await ended;
  return acknowledged;
}

describe("a process that is killed", () => {
  it(`loses nothing that it had acknowledged, ${kills} times`, async () => {
    const collector = await startCollector();
    const cacheDir = join(folder, "cache");
    const acknowledged: string[] = [];
    for (let round = 0; round < kills; round++) {
      collector.state.isDown = round % 3 !== 2;
      acknowledged.push(...(await runAndStop(collector.url, cacheDir, round % 4 === 3 ? "SIGTERM" : "SIGKILL")));
    }
    collector.state.isDown = false;
    const missing = (): string[] =>
      acknowledged.flatMap((last) => sessionsUpTo(last)).filter((id) => !collector.stored.has(id));
    const sender = spawn(process.execPath, [program, collector.url, cacheDir, "send"], { stdio: "inherit" });
    for (let waits = 0; waits < 300 && missing().length > 0; waits++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    sender.kill();
    expect(acknowledged.length).toBeGreaterThan(kills);
    expect(missing()).toEqual([]);
    expect([...collector.stored.values()].filter((ids) => ids.size > 1)).toEqual([]);
    await collector.close();
  }, 300_000);
});

/** All steps that one process had taken up to an acknowledged one. */
function sessionsUpTo(last: string): string[] {
  const [pid, count] = last.split("-");
  return Array.from({ length: Number(count) + 1 }, (_, index) => `${pid}-${index}`);
}
