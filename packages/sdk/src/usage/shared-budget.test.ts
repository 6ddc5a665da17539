import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ControlPlane, startControlPlane } from "@holdpoint/control-plane";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../testing/scripted-control-plane.suite";

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const python = fromRoot("python/.venv/bin/python");
const twin = fromRoot("python/tests/spender.py");

/** Some of each language: they share the budget, not only among themselves. None begins before all are ready. */
const startSpenders = async (count: number, user: string, cost: number) => {
  const spenders = Array.from({ length: count }, (_, index) =>
    startSpender(user, cost, index % 2 === 0 ? "typescript" : "python"),
  );
  await until(() => spenders.every(({ counts }) => counts["ready"] === 1), "all are ready");
  for (const spender of spenders) spender.go();
  return spenders;
};

let folder: string;
let program: string;
let server: ControlPlane;
let apiKey: string;

const source = `
  import { writeSync } from "node:fs";
  import { Holdpoint } from ${JSON.stringify(fileURLToPath(new URL("../index.ts", import.meta.url)))};
  const [controlPlane, apiKey, userId, cost] = process.argv.slice(2);
  const hp = await Holdpoint.create({ controlPlane, apiKey, stream: false, captureContent: false });
  let over = false;
  process.on("SIGTERM", () => (over = true));
  writeSync(1, "ready\\n");
  await new Promise((go) => process.stdin.once("data", go));
  process.stdin.destroy();
  while (!over) {
    writeSync(1, "try\\n");
    const spent = await hp.enforcePolicy({ agentId: "bot", userId, estimatedCost: Number(cost) }).then(() => true, () => false);
    writeSync(1, spent ? "spent\\n" : "held\\n");
    await new Promise((resolve) => setTimeout(resolve, spent ? 1 : 20));
  }
  await hp.close();
  writeSync(1, "closed\\n");
`;

/** Another process that spends one budget as fast as it may. */
function startSpender(user: string, cost: number, language: "typescript" | "python") {
  const [command, file] = language === "python" ? [python, twin] : [process.execPath, program];
  const child: ChildProcess = spawn(command, [file, server.url, apiKey, user, String(cost)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const counts: Record<string, number> = { ready: 0, try: 0, spent: 0, held: 0, closed: 0 };
  let heldInARow = 0;
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on("line", (line) => {
    counts[line] = (counts[line] ?? 0) + 1;
    heldInARow = line === "held" ? heldInARow + 1 : line === "spent" ? 0 : heldInARow;
  });
  // The last line may come after the process is gone.
  const ended = new Promise<void>((resolve) => lines.on("close", () => resolve()));
  return {
    counts,
    go: () => child.stdin?.end("go\n"),
    isStarved: () => heldInARow >= 30,
    /** A step that was begun and not answered may have been let pass: it counts as spent. */
    spentUsd: () => ((counts["try"] ?? 0) - (counts["held"] ?? 0)) * cost,
    async end(signal: "SIGTERM" | "SIGKILL") {
      child.kill(signal);
      await ended;
      if (signal === "SIGTERM") expect(counts["try"]).toBe((counts["spent"] ?? 0) + (counts["held"] ?? 0));
    },
  };
}

const sum = (spenders: readonly ReturnType<typeof startSpender>[]): number =>
  Math.round(spenders.reduce((total, spender) => total + spender.spentUsd(), 0) * 1e6) / 1e6;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdpoint-leases-"));
  program = join(folder, "spender.mjs");
  buildSync({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  server = await startControlPlane({ port: 0 });
  const call = async (path: string, body: unknown): Promise<{ data: { key: string } }> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { "x-api-key": server.bootstrapKey ?? "", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { data: { key: string } };
  };
  const budget = (id: string, strict: boolean) => ({
    id,
    policyType: "cost_budget",
    enforcementMode: "block",
    ruleDefinition: { scope: "user", scope_id: id, window: "1mo", cap_usd: 10, strict, burn_rate_alert: false },
  });
  await call("/policies", [budget("strict", true), budget("crashing", true), budget("lenient", false)]);
  apiKey = (await call("/api-keys", { name: "spenders", role: "sdk" })).data.key;
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("processes that share one budget of ten dollars", () => {
  it("spend it, strict, to the last cent and not beyond", { timeout: 60_000 }, async () => {
    const spenders = await startSpenders(4, "strict", 0.01);
    await until(() => spenders.every((spender) => spender.isStarved()), "all starve");
    await Promise.all(spenders.map((spender) => spender.end("SIGTERM")));
    const last = startSpender("strict", 0.01, "python");
    last.go();
    await until(() => last.isStarved(), "the last one starves");
    await last.end("SIGTERM");
    expect(spenders.every(({ counts }) => (counts["spent"] ?? 0) > 0)).toBe(true);
    expect(sum([...spenders, last])).toBe(10);
  });

  it("never spend more when some are killed; what those held is lost to the window", { timeout: 60_000 }, async () => {
    const spenders = await startSpenders(5, "crashing", 0.017);
    await until(() => sum(spenders) >= 2, "two dollars are spent");
    await Promise.all(spenders.slice(0, 2).map((spender) => spender.end("SIGKILL")));
    await until(() => spenders.slice(2).every((spender) => spender.isStarved()), "the others starve");
    await Promise.all(spenders.slice(2).map((spender) => spender.end("SIGTERM")));
    const total = sum(spenders);
    expect(total).toBeLessThanOrEqual(10);
    expect(total).toBeGreaterThan(5);
  });

  it("pass a lenient one by no more than stated", { timeout: 60_000 }, async () => {
    const spenders = await startSpenders(4, "lenient", 0.03);
    await until(() => spenders.every((spender) => spender.isStarved()), "all starve");
    await Promise.all(spenders.map((spender) => spender.end("SIGTERM")));
    // A twentieth of the cap and the last step, for each process.
    expect(sum(spenders)).toBeLessThanOrEqual(10 + 4 * (0.5 + 0.03));
    // What they gave back when nobody asked any more is there for the next one.
    const last = startSpender("lenient", 0.03, "typescript");
    last.go();
    await until(() => last.isStarved(), "the last one starves");
    await last.end("SIGTERM");
    const total = sum([...spenders, last]);
    expect(total).toBeGreaterThanOrEqual(9.97);
    if (process.env["HOLDPOINT_PRINT"]) console.info(`a lenient budget of 10.00 was spent to ${total.toFixed(2)}`);
  });
});
