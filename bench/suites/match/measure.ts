/**
 * Returns the median time of one call in microseconds of the process's own processor time, so that other programs on the machine
 * count as little as may be; after warming up, stops after about `budgetMs`.
 */
export function medianMicros(run: (i: number) => unknown, budgetMs = 250): number {
  const until = performance.now() + budgetMs;
  let calls = 0;
  while (performance.now() < until && calls < 20_000) run(calls++);
  const perBatch = Math.max(1, Math.floor(calls / 40));
  const samples: number[] = [];
  const stop = performance.now() + budgetMs;
  while (samples.length < 3 || (samples.length < 41 && performance.now() < stop)) {
    const start = process.cpuUsage();
    for (let i = 0; i < perBatch; i++) run(i);
    const { user, system } = process.cpuUsage(start);
    samples.push((user + system) / perBatch);
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1]!;
}
