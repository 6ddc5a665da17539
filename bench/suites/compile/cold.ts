import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What one step of a fresh process took: medians over the processes, milliseconds. */
export interface ColdStep {
  readonly name: string;
  readonly wallMs: number;
  readonly cpuMs: number;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const runTs = `${root}packages/devkit/bin/run-ts.mjs`;
const programs = [
  {
    command: [runTs, "bench/suites/compile/cold-process.ts"],
    steps: ["cold/import", "cold/compile-deployment", "cold/first-decision"],
  },
  // With a policy file whose policies read no texts: the three together are what a client costs a program that begins.
  {
    command: ["bench/suites/compile/cold-sdk-process.mjs"],
    steps: ["cold/sdk-import", "cold/sdk-create", "cold/sdk-first-decision"],
  },
];
const processes = 7;

/** Runs the reference deployment in fresh processes, and a client of a few rules; packages as published. */
export function measureCold(): ColdStep[] {
  return programs.flatMap(({ command, steps }) => {
    const runs = Array.from({ length: processes }, () => run(command));
    return steps.map((name, i) => ({
      name,
      wallMs: median(runs.map((one) => one[i]!.wallMs)),
      cpuMs: median(runs.map((one) => one[i]!.cpuMs)),
    }));
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

function run(command: readonly string[]): { wallMs: number; cpuMs: number }[] {
  const output = execFileSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  const { verdict, steps } = JSON.parse(output) as { verdict: string; steps: { wallMs: number; cpuMs: number }[] };
  assert.equal(verdict, "allow");
  return steps;
}

export function printCold(measured: readonly ColdStep[]): void {
  console.log(`\ncold (TypeScript): a fresh process, median of ${processes}; CPU counts all threads`);
  for (const { name, wallMs, cpuMs } of measured)
    console.log(`${name.padEnd(28)}${wallMs.toFixed(1).padStart(10)} ms wall${cpuMs.toFixed(1).padStart(10)} ms CPU`);
}
