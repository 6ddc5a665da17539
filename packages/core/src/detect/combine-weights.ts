/** `100·(1 − Π(1 − w/100))` in the order of families, rounded half up. */
export function combineWeights(families: ReadonlyMap<number, number>): number {
  let innocence = 1;
  for (const family of [...families.keys()].sort((a, b) => a - b)) innocence *= 1 - (families.get(family) ?? 0) / 100;
  return Math.floor(100 * (1 - innocence) + 0.5);
}

/** Keeps the greater weight. */
export function raise(families: Map<number, number>, family: number, weight: number): void {
  if (weight > (families.get(family) ?? 0)) families.set(family, weight);
}
