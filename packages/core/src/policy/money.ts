/** Dollars as whole micro-dollars, rounded half up: exact sums, no binary fractions. Below 2^53 within the limits. */
export function toMicros(dollars: number): number {
  return Math.floor(dollars * 1_000_000 + 0.5);
}
