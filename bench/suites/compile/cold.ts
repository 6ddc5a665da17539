import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What one step of a fresh process took: medians over the processes, milliseconds. */
export interface ColdStep {
  readonly name: string;
  readonly wallMs: number;
  readonly cpuMs: number;
}

const steps = ["cold/import", "cold/compile-deployment", "cold/first-decision"];
const processes = 7;
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs the reference deployment in fresh processes, the published core included. */
export function measureCold(): ColdStep[] {
  const runs = Array.from({ length: processes }, () => {
    const output = execFileSync(
      process.execPath,
      [`${root}packages/devkit/bin/run-ts.mjs`, "bench/suites/compile/cold-process.ts"],
      { cwd: root, encoding: "utf8" },
    );
    const run = JSON.parse(output) as { verdict: string; steps: { wallMs: number; cpuMs: number }[] };
    assert.equal(run.verdict, "allow");
    return run.steps;
  });
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
  return steps.map((name, i) => ({
    name,
    wallMs: median(runs.map((run) => run[i]!.wallMs)),
    cpuMs: median(runs.map((run) => run[i]!.cpuMs)),
  }));
}

export function printCold(measured: readonly ColdStep[]): void {
  console.log(`\ncold (TypeScript): a fresh process, median of ${processes}; CPU counts all threads`);
  for (const { name, wallMs, cpuMs } of measured)
    console.log(`${name.padEnd(28)}${wallMs.toFixed(1).padStart(10)} ms wall${cpuMs.toFixed(1).padStart(10)} ms CPU`);
}
