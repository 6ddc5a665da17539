import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startControlPlane } from "@holdpoint/control-plane";

const here = fileURLToPath(new URL(".", import.meta.url));
const venv = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";
const python = join(here, "..", "..", "python", ".venv", venv);

const server = await startControlPlane({ port: 0 });

const call = async (path: string, body: unknown): Promise<{ readonly key: string }> => {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "x-api-key": server.bootstrapKey ?? "", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { data, error } = (await answer.json()) as { data: { key: string }; error?: unknown };
  assert.ok(answer.ok, JSON.stringify(error));
  return data;
};

// One dollar a day for everybody together, and not a cent more.
await call("/policies", {
  id: "one-dollar",
  name: "One dollar a day",
  policyType: "cost_budget",
  enforcementMode: "block",
  ruleDefinition: { scope: "organization", window: "1d", cap_usd: 1, strict: true },
});
const { key } = await call("/api-keys", { name: "workers", role: "sdk" });

/** A worker in a process of its own; it ends when it has been held for a while. */
function startWorker(name: string, language: "typescript" | "python", killedAtCents = Number.POSITIVE_INFINITY) {
  const [command, ...program] =
    language === "python"
      ? [python, join(here, "worker.py")]
      : [process.execPath, "--import", "tsx", join(here, "worker.ts")];
  const child = spawn(command as string, [...program, server.url, key], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const worker = {
    name: `${name} (${language})`,
    cents: 0,
    begin: () => child.stdin.end("begin\n"),
    ready: new Promise<void>((resolve) => lines.once("line", () => resolve())),
    ended: new Promise<void>((resolve) => lines.on("close", () => resolve())),
  };
  // It says so before each step: a step that was begun when it was killed counts as spent.
  lines.on("line", (line) => {
    worker.cents += line === "try" ? 2 : line === "held" ? -2 : 0;
    if (worker.cents >= killedAtCents) child.kill("SIGKILL");
  });
  return worker;
}

const workers = [
  startWorker("first", "typescript"),
  startWorker("second", "python", 10),
  startWorker("third", "typescript"),
];
await Promise.all(workers.map(({ ready }) => ready));
for (const { begin } of workers) begin();
await Promise.all(workers.map(({ ended }) => ended));

const total = workers.reduce((sum, { cents }) => sum + cents, 0);
for (const { name, cents } of workers) console.log(`${name.padEnd(20)} ${(cents / 100).toFixed(2)} USD`);
console.log(`${"together".padEnd(20)} ${(total / 100).toFixed(2)} USD of a budget of 1.00, with one worker killed`);
assert.ok(total <= 100, "the budget was passed");
assert.ok(total >= 50, "hardly anything of the budget was spent");
await server.close();
