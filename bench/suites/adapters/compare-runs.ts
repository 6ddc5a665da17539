import { strict as assert } from "node:assert";

/** One way to run the same agent: without us, or with one of our hooks. */
export interface Variant {
  readonly name: string;
  /** Runs the agent once, reads its stream to the end, and gives back what the reader saw. */
  run(): Promise<string>;
  /** Decisions made so far; 0 without us. */
  decisions(): number;
  /** Runs of tools so far. */
  toolRuns(): number;
}

export interface Expected {
  readonly answer: string;
  readonly steps: number;
  readonly toolRuns: number;
  readonly decisions: number;
}

export interface Cost {
  readonly name: string;
  /** Medians, of wall clock and of CPU time of the process, in µs for one step. */
  readonly stepUs: number;
  readonly stepCpuUs: number;
}

/**
 * Runs the variants in turns, in one process, so that all see the same machine; the order changes from round to round.
 * Each run's answer, tool runs and decisions are checked. `gc`, when there is one, runs between rounds, outside the time.
 */
export async function compareRuns(variants: readonly Variant[], expected: Expected, rounds: number): Promise<Cost[]> {
  const wall = variants.map((): number[] => []);
  const cpu = variants.map((): number[] => []);
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    for (let place = 0; place < variants.length; place++) {
      const index = (((round + place) % variants.length) + variants.length) % variants.length;
      const variant = variants[index] as Variant;
      const [decisions, toolRuns] = [variant.decisions(), variant.toolRuns()];
      const before = process.cpuUsage();
      const startMs = performance.now();
      const answer = await variant.run();
      const elapsedUs = (performance.now() - startMs) * 1000;
      const { user, system } = process.cpuUsage(before);
      assert.equal(answer, expected.answer, variant.name);
      assert.equal(variant.toolRuns() - toolRuns, expected.toolRuns, variant.name);
      const made = variant.decisions() - decisions;
      assert.equal(made, variant.decisions() === 0 ? 0 : expected.decisions, variant.name);
      if (round < 0) continue;
      wall[index]?.push(elapsedUs);
      cpu[index]?.push(user + system);
    }
  }
  return variants.map(({ name }, index) => ({
    name,
    stepUs: median(wall[index] ?? []) / expected.steps,
    stepCpuUs: median(cpu[index] ?? []) / expected.steps,
  }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
