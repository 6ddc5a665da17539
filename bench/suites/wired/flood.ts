import { strict as assert } from "node:assert";
import { Holdpoint } from "@holdpoint/sdk";
import { startServer } from "../../tools/start-server";

export interface FloodOptions {
  readonly policies: readonly unknown[];
  readonly request: { readonly agentId: string; readonly input: string };
  readonly seconds: number;
  readonly cacheDir: string;
}

export interface Flood {
  readonly decisions: number;
  readonly perSecond: number;
  readonly slowestSecond: number;
  /** Per second of CPU time of the process, lanes included: what a machine with nothing else to do would show. */
  readonly perCpuSecond: number;
  /** Resident memory after a sixth of the time, and the most in the last sixth: with what waits to be collected. */
  readonly firstMb: number;
  readonly lastMb: number;
  /** Heap and buffers that are left after a collection: after a sixth of the time, half of it, and at the end. */
  readonly retainedMb: readonly number[];
  readonly onDiskMb: number;
  readonly lost: number;
}

/** Decides as fast as it can while the server is down; every decision is recorded or counted as lost. */
export async function flood({ policies, request, seconds, cacheDir }: FloodOptions): Promise<Flood> {
  const server = await startServer();
  for (const [index, policy] of policies.entries())
    await server.call("POST", "/policies", { name: `policy ${index}`, ...(policy as object) });
  const hp = await Holdpoint.create({ controlPlane: server.url, apiKey: server.key, cacheDir });
  await server.end();

  const retainedNowMb = (): number => {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const residentMb = (): number => process.memoryUsage.rss() / 1e6;
  const perSecond: number[] = [];
  const memory: number[] = [];
  const retainedMb: number[] = [];
  const sixth = Math.max(1, Math.floor(seconds / 6));
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  let decisions = 0;
  let inThisSecond = 0;
  for (let second = 0; second < seconds; ) {
    for (let n = 0; n < 500; n++) await hp.enforcePolicy(request);
    decisions += 500;
    inThisSecond += 500;
    await new Promise((resolve) => setImmediate(resolve));
    if (performance.now() - startMs < (second + 1) * 1000) continue;
    perSecond.push(inThisSecond);
    memory.push(residentMb());
    inThisSecond = 0;
    second++;
    if (second === sixth || second === Math.floor(seconds / 2) || second === seconds) retainedMb.push(retainedNowMb());
  }
  const elapsedSeconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(startCpu);
  const { droppedTraces, queuedTraces, spool, decisions: counted } = hp.stats();
  const lost = Object.values(droppedTraces).reduce((a, b) => a + b);
  // What was not lost waits: in memory or on disk. The server was never told of the first ones.
  assert.equal(counted.allow, decisions);
  assert(
    queuedTraces + lost >= decisions && queuedTraces + lost <= decisions + 10,
    `${queuedTraces} + ${lost} of ${decisions}`,
  );
  return {
    decisions,
    perSecond: decisions / elapsedSeconds,
    perCpuSecond: decisions / ((user + system) / 1e6),
    slowestSecond: Math.min(...perSecond.slice(1)),
    firstMb: memory[sixth - 1] ?? Number.NaN,
    lastMb: Math.max(...memory.slice(-sixth)),
    retainedMb,
    onDiskMb: (spool?.bytes ?? 0) / 1e6,
    lost,
  };
}
