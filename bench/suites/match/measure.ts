/** Rounds in which everything is measured once: many short ones, since phases of the machine take some tenths of a second. */
const rounds = 25;
/** A turn is so many timed batches, and one before them that only fills the caches. */
const batches = 12;
/** What takes longer than this is measured in the first rounds alone. */
const slowMs = 500;
const slowRounds = 3;
/** Warming up ends when so many turns in a row were no faster than the fastest before, or after `maxWarming` turns. */
const steadyTurns = 6;
const maxWarming = 40;
const steadyShare = 0.97;

interface Cell {
  readonly run: (i: number) => unknown;
  readonly turnMs: number;
  calls: number;
  fastestMs: number;
  steady: number;
  readonly rounds: number[];
}

/**
 * Returns the median time of one call of each in microseconds. All are warmed up before any is measured, since what V8 compiles for one it may throw away for
 * the next, and then they are measured in turns: a phase in which the machine is slow is the same for all of them. What counts is the process's own processor time, so
 * that other programs count as little as may be; a figure is the median of rounds, of which each is a median of batches.
 */
export function mediansInTurns(runs: readonly ((i: number) => unknown)[], turnMs = 10): number[] {
  const cells = runs.map(
    (run): Cell => ({ run, turnMs, calls: 1, fastestMs: Number.POSITIVE_INFINITY, steady: 0, rounds: [] }),
  );
  for (let turn = 0; turn < maxWarming; turn++) for (const cell of cells) if (cell.steady < steadyTurns) warmUp(cell);
  awaitCompiler();
  for (let round = 0; round < rounds; round++)
    for (const cell of cells) if (round < slowRounds || cell.fastestMs < slowMs) cell.rounds.push(timeTurn(cell));
  return cells.map((cell) => {
    spreads.push(Math.max(...cell.rounds) / Math.min(...cell.rounds));
    return median(cell.rounds);
  });
}

/** By figure: its slowest round over its fastest. */
const spreads: number[] = [];

/** Says how steady the machine was: where rounds differ by much, a goal that was missed by little says little. */
export const describeSpread = (): string =>
  `rounds: the slowest of a row takes ${median(spreads).toFixed(2)} × the fastest in the middle row, ${Math.max(...spreads).toFixed(2)} × at most`;

/** The same for one alone. */
export const medianMicros = (run: (i: number) => unknown, turnMs?: number): number => mediansInTurns([run], turnMs)[0]!;

/** One turn: finds out how many calls take a batch's time, and whether the turns before were slower. */
function warmUp(cell: Cell): void {
  const { run, turnMs } = cell;
  const start = performance.now();
  let calls = 0;
  let spent = 0;
  for (; spent < turnMs; calls += cell.calls) {
    repeat(run, cell.calls);
    spent = performance.now() - start;
  }
  const callMs = spent / calls;
  cell.steady = callMs > slowMs ? steadyTurns : callMs < cell.fastestMs * steadyShare ? 0 : cell.steady + 1;
  cell.fastestMs = Math.min(cell.fastestMs, callMs);
  cell.calls = Math.max(1, Math.floor(turnMs / batches / callMs));
}

function timeTurn({ run, turnMs, calls, fastestMs }: Cell): number {
  if (fastestMs < slowMs) repeat(run, calls);
  const samples: number[] = [];
  const until = performance.now() + turnMs;
  while (samples.length === 0 || (samples.length < batches && performance.now() < until)) {
    const start = process.cpuUsage();
    repeat(run, calls);
    const { user, system } = process.cpuUsage(start);
    samples.push((user + system) / calls);
  }
  return median(samples);
}

function repeat(run: (i: number) => unknown, calls: number): void {
  for (let i = 0; i < calls; i++) run(i);
}

/** V8 compiles on other threads, whose time would count. */
function awaitCompiler(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
