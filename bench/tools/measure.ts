import { Bench } from "tinybench";

/** One thing to time. `check` runs first and throws when the answer is wrong. */
export interface Case {
  readonly name: string;
  /** The goal: what the median may be at most. */
  readonly mostUs?: number;
  readonly check: () => void;
  readonly run: () => unknown;
}

/** What one case cost: microseconds per run. */
export interface Measurement {
  readonly name: string;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly runsPerSecond: number;
  /** The goal of the case, if it has one. */
  readonly mostUs?: number;
}

/** Calls per sample: the clock ticks in tens of nanoseconds, so short cases are timed in groups of about 20 µs. */
function chooseGroup(run: () => unknown): number {
  const deadline = performance.now() + 200;
  let calls = 0;
  while (performance.now() < deadline) {
    run();
    calls++;
  }
  return Math.max(1, Math.round(calls / 10_000));
}

/** Each case is timed in so many rounds: short ones, since phases of the machine take some tenths of a second. */
const rounds = 15;

/**
 * Times the cases in one process, in rounds: all are called before any is timed, since what is compiled for one may be thrown away for the next, and a phase in
 * which the machine is slow is the same for all. The median is that of the rounds' medians, other percentiles are of all samples. Answers are checked before and after.
 */
export async function measure(cases: readonly Case[], timeMs = 1000): Promise<Measurement[]> {
  for (const { check } of cases) check();
  const timed = cases.map((one) => ({ ...one, group: chooseGroup(one.run), samples: [] as number[][] }));
  for (let round = 0; round < rounds; round++)
    for (const { name, run, group, samples } of timed) {
      const bench = new Bench({ time: timeMs / rounds, warmupTime: timeMs / 4 / rounds, retainSamples: true });
      bench.add(name, () => {
        for (let i = 0; i < group; i++) run();
      });
      await bench.run();
      const result = bench.tasks[0]?.result as { latency?: { samples?: readonly number[] } } | undefined;
      samples.push([...(result?.latency?.samples ?? [])]);
    }
  return timed.map(({ name, mostUs, check, group, samples }) => {
    check();
    const medians = samples.map((own) => summarise(name, own, group).p50Us).sort((a, b) => a - b);
    const p50Us = medians[rounds >> 1] ?? Number.NaN;
    return { ...summarise(name, samples.flat(), group), p50Us, ...(mostUs === undefined ? {} : { mostUs }) };
  });
}

/** Percentiles of samples of so many runs each. */
export function summarise(name: string, samplesMs: readonly number[], group: number): Measurement {
  const sorted = samplesMs.map((ms) => (ms * 1000) / group).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { name, p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99), runsPerSecond: 1e6 / mean };
}
