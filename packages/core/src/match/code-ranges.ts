/** Code points as sorted, disjoint, non-touching inclusive ranges, flat: `[first, last, first, last, …]`. */
export type CodeRanges = readonly number[];

export const maxCodePoint = 0x10ffff;
export const anyCodePoint: CodeRanges = [0, maxCodePoint];

/** Returns the union of ranges given in any order (flat pairs). */
export function mergeRanges(pairs: readonly number[]): number[] {
  const order: [number, number][] = [];
  for (let i = 0; i < pairs.length; i += 2) order.push([pairs[i]!, pairs[i + 1]!]);
  order.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [first, last] of order) {
    const end = merged.length - 1;
    if (end > 0 && first <= merged[end]! + 1) merged[end] = Math.max(merged[end]!, last);
    else merged.push(first, last);
  }
  return merged;
}

/** Returns every code point that is not in `ranges`. */
export function negateRanges(ranges: CodeRanges): number[] {
  const rest: number[] = [];
  let at = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! > at) rest.push(at, ranges[i]! - 1);
    at = ranges[i + 1]! + 1;
  }
  if (at <= maxCodePoint) rest.push(at, maxCodePoint);
  return rest;
}

export function rangesHave(ranges: CodeRanges, codePoint: number): boolean {
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[2 * middle + 1]! < codePoint) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ranges.length && ranges[2 * low]! <= codePoint;
}
