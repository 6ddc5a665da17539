/** Returns the median time of one call in microseconds, after warming up; stops after about `budgetMs`. */
export function medianMicros(run: (i: number) => unknown, budgetMs = 250): number {
  const until = performance.now() + budgetMs;
  let calls = 0;
  while (performance.now() < until && calls < 20_000) run(calls++);
  const perBatch = Math.max(1, Math.floor(calls / 40));
  const samples: number[] = [];
  const stop = performance.now() + budgetMs;
  while (samples.length < 3 || (samples.length < 41 && performance.now() < stop)) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < perBatch; i++) run(i);
    samples.push(Number(process.hrtime.bigint() - start) / perBatch / 1000);
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1]!;
}
