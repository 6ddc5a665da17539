/** Code points as sorted, disjoint, non-touching inclusive ranges, flat: `[first, last, first, last, …]`. */
export type CodeRanges = readonly number[];

export const maxCodePoint = 0x10ffff;
export const anyCodePoint: CodeRanges = [0, maxCodePoint];

/** Returns the union of ranges given in any order (flat pairs). */
export function mergeRanges(pairs: readonly number[]): number[] {
  const sorted = sortPairs(pairs);
  const merged: number[] = [];
  for (let i = 0; i < sorted.length; i += 2) {
    const first = sorted[i]!;
    const last = sorted[i + 1]!;
    const end = merged.length - 1;
    if (end > 0 && first <= merged[end]! + 1) {
      if (last > merged[end]!) merged[end] = last;
    } else merged.push(first, last);
  }
  return merged;
}

/** Returns the pairs ordered by where they begin; what is in order, as it mostly is, is not copied. */
function sortPairs(pairs: readonly number[]): readonly number[] {
  let i = 2;
  while (i < pairs.length && pairs[i - 2]! <= pairs[i]!) i += 2;
  if (i >= pairs.length) return pairs;
  if (pairs.length > longRun) {
    const order: number[] = [];
    for (let k = 0; k < pairs.length; k += 2) order.push(k);
    order.sort((a, b) => pairs[a]! - pairs[b]!);
    return order.flatMap((k) => [pairs[k]!, pairs[k + 1]!]);
  }
  const sorted = pairs.slice();
  for (; i < sorted.length; i += 2) {
    const first = sorted[i]!;
    const last = sorted[i + 1]!;
    let at = i;
    for (; at > 0 && sorted[at - 2]! > first; at -= 2) {
      sorted[at] = sorted[at - 2]!;
      sorted[at + 1] = sorted[at - 1]!;
    }
    sorted[at] = first;
    sorted[at + 1] = last;
  }
  return sorted;
}

/** Numbers beyond which moving pairs one by one no longer pays. */
const longRun = 64;

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
