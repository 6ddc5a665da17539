import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
/** The same program that `npx holdpoint` starts. */
const program = createRequire(import.meta.url).resolve("holdpoint/bin/holdpoint.mjs");

function holdpoint(...args: string[]): { status: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: here,
    encoding: "utf8",
    timeout: 20_000,
  });
  console.log(`\n$ npx holdpoint ${args.join(" ")}\n${(stdout + stderr).trimEnd()}\n(status ${status})`);
  return { status, out: stdout };
}

const lint = holdpoint("lint", "policies.yaml");
assert.equal(lint.status, 0, "nothing to say about policies that are meant");

const tests = holdpoint("test", "policies.test.yaml");
assert.equal(tests.status, 0);
assert.match(tests.out, /8 passed, 0 failed/);

const explained = holdpoint("explain", "policies.yaml", "request.yaml", "--context", "context.yaml");
assert.equal(explained.status, 1, "the step must not happen");
assert.match(explained.out, /false because `args\.amount <= 100\.0` is false/);
assert.match(explained.out, /args\.amount = 400\.0/);
assert.match(explained.out, /mode injection_scan = block \(team support pack pci_dss\)/);

const decided = holdpoint("eval", "policies.yaml", "request.yaml", "--json");
assert.equal(decided.status, 1);
assert.equal((JSON.parse(decided.out) as { verdict: string }).verdict, "block");

const confused = holdpoint("lint", "confused.yaml", "--context", "context.yaml", "--json");
assert.equal(confused.status, 1);
const { findings } = JSON.parse(confused.out) as { findings: { kind: string; policyId: string; line?: number }[] };
for (const [kind, policyId] of [
  ["contradictory", "tools"],
  ["unreachable", "tools"],
  ["never-matches", "never"],
  ["unreachable", "waits-forever"],
  ["shadowed", "again"],
  ["never-matches", "on-mars"],
]) {
  const finding = findings.find((one) => one.kind === kind && one.policyId === policyId);
  assert.ok(finding?.line !== undefined, `${policyId} is ${kind}, with the line where it stands`);
}
