import { type Measurement, summarise } from "../../tools/measure";

/** Calls in one sample: the clock ticks in tens of nanoseconds. */
const group = 20;
const samples = 2000;

/** What is lost is cheaper than what is recorded: the lanes have to keep up. */
export interface Lanes {
  /** Resolves when what was recorded is on disk. */
  keepUp(): Promise<void>;
  /** What is not sent yet. */
  queued(): number;
}

export interface Comparison {
  readonly bare: Measurement;
  readonly full: Measurement;
  /** Difference of the medians. */
  readonly overUs: number;
  /** What it takes to keep what the core's steps leave behind: in the wired path's time, not in the core's. */
  readonly keepUs: number;
  /** CPU time of the process for one wired decision, its lanes included. */
  readonly cpuUs: number;
}

/**
 * Times a bare call and a wired one in turns, in groups, in one process, so that both see the same machine. The lanes
 * get turns of the event loop in between, as in a program that waits for its models. What a step leaves behind is kept for
 * the bare core too, outside of the time: both decide with sessions and counters that were used as much.
 */
export async function comparePaths<T>(
  core: () => T,
  keep: (decided: T) => void,
  wired: () => Promise<unknown>,
  lanes: Lanes,
): Promise<Comparison> {
  const decided: T[] = new Array(group);
  const bareMs: number[] = [];
  const fullMs: number[] = [];
  const keepMs: number[] = [];
  // The first time pays for what is compiled on the way.
  await measureCpu(wired, lanes);
  const cpuUs = await measureCpu(wired, lanes);
  for (let round = -samples / 4; round < samples; round++) {
    const startMs = performance.now();
    for (let n = 0; n < group; n++) decided[n] = core();
    const betweenMs = performance.now();
    for (let n = 0; n < group; n++) await wired();
    const endMs = performance.now();
    for (const one of decided) keep(one);
    const keptMs = performance.now();
    if (round >= 0) {
      bareMs.push(betweenMs - startMs);
      fullMs.push(endMs - betweenMs);
      keepMs.push(keptMs - endMs);
    }
    if (round % 40 === 0) await lanes.keepUp();
  }
  const bare = summarise("core", bareMs, group);
  const full = summarise("wired", fullMs, group);
  const keepUs = summarise("keep", keepMs, group).p50Us;
  return { bare, full, overUs: full.p50Us - bare.p50Us, keepUs, cpuUs };
}

/** Until everything is sent, so that what the lanes do is in it. */
async function measureCpu(wired: () => Promise<unknown>, lanes: Lanes): Promise<number> {
  const count = 5_000;
  const before = process.cpuUsage();
  for (let n = 0; n < count; n++) {
    await wired();
    if (n % 1000 === 999) await lanes.keepUp();
  }
  while (lanes.queued() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
