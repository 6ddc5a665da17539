import { type Measurement, summarise } from "../../tools/measure";

/** Calls in one sample: the clock ticks in tens of nanoseconds. */
const group = 20;
const samples = 6000;
/** A lane has to keep up: what is lost is cheaper than what is recorded. */
const maxQueued = 2000;

export interface Comparison {
  readonly bare: Measurement;
  readonly full: Measurement;
  /** Difference of the medians. */
  readonly overUs: number;
  /** CPU time of the process for one wired decision, its lanes included. */
  readonly cpuUs: number;
}

/**
 * Times a bare call and a wired one in turns, in groups, in one process, so that both see the same machine. The lanes
 * get turns of the event loop in between, as in a program that waits for its models.
 */
export async function comparePaths(
  core: () => unknown,
  wired: () => Promise<unknown>,
  queued: () => number,
): Promise<Comparison> {
  const bareMs: number[] = [];
  const fullMs: number[] = [];
  const breathe = async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (queued() > maxQueued);
  };
  for (let round = -samples / 4; round < samples; round++) {
    const startMs = performance.now();
    for (let n = 0; n < group; n++) core();
    const betweenMs = performance.now();
    for (let n = 0; n < group; n++) await wired();
    const endMs = performance.now();
    if (round >= 0) {
      bareMs.push(betweenMs - startMs);
      fullMs.push(endMs - betweenMs);
    }
    if (round % 5 === 0) await breathe();
  }
  const cpuUs = await measureCpu(wired, breathe, queued);
  const bare = summarise("core", bareMs, group);
  const full = summarise("wired", fullMs, group);
  return { bare, full, overUs: full.p50Us - bare.p50Us, cpuUs };
}

async function measureCpu(
  wired: () => Promise<unknown>,
  breathe: () => Promise<void>,
  queued: () => number,
): Promise<number> {
  const count = 40_000;
  const before = process.cpuUsage();
  for (let n = 0; n < count; n++) {
    await wired();
    if (n % 100 === 99) await breathe();
  }
  while (queued() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
