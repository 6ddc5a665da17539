/** The literals that stand for all, and by how much a match may begin earlier than those that were left out tell. */
export interface UncoveredLiterals {
  readonly literals: readonly string[];
  readonly moved: number;
}

/** Short lists are searched as one text, which takes a search for each literal; in long ones that would be too much. */
const maxSearched = 1 << 19;

/**
 * Leaves out literals that hold another one, which stands for them and begins later. Where one may hold another that asks for a
 * boundary, both stay; places then do not come in the order in which they end, and the lead makes up for that too.
 */
export function dropCovered(all: readonly string[]): UncoveredLiterals {
  if (all.length === 1) return { literals: all, moved: 0 };
  const joined = all.join(separator);
  return all.length * joined.length <= maxSearched ? searchCovered(all, joined) : readCovered(all);
}

/** Folded literals hold no capitals. */
const separator = "A";
const separatorUnit = separator.charCodeAt(0);

/** The same by searching the list for each literal. */
export function searchCovered(all: readonly string[], joined: string): UncoveredLiterals {
  const hasBoundaries = joined.includes("\0");
  const starts: number[] = [];
  let longest = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 0, start = 0; i < all.length; i++) {
    const { length } = all[i]!;
    starts.push(start);
    start += length + 1;
    if (length > longest) longest = length;
    if (length < shortest) shortest = length;
  }
  if (shortest === longest && !hasBoundaries) return { literals: all, moved: 0 };
  let moved = 0;
  /** Made with the first that is covered. */
  let isCovered: boolean[] | undefined;
  for (let i = 0; i < all.length; i++) {
    const literal = all[i]!;
    // Without boundaries nothing is as long and not the same.
    if (literal.length === longest && !hasBoundaries) continue;
    const inner = hasBoundaries ? unitsOf(literal) : literal;
    const flags = hasBoundaries ? boundariesOf(literal) : 0;
    const itself = starts[i]! + (flags === 0 ? 0 : boundariesBefore(literal));
    let place = joined.indexOf(inner);
    if (place === itself) place = joined.indexOf(inner, place + 1);
    let outer = 0;
    for (; place >= 0; place = joined.indexOf(inner, place + 1)) {
      if (place === itself) continue;
      while (outer + 1 < all.length && starts[outer + 1]! <= place) outer++;
      const holding = all[outer]!;
      const have = hasBoundaries ? boundariesOf(holding) : 0;
      const begins = isBorder(joined, place - 1);
      const ends = isBorder(joined, place + inner.length);
      const sure = (begins ? have & 1 : 0) | (ends ? have & 2 : 0);
      const isSame = begins && ends && have === flags;
      if ((flags & ~sure) === 0 && !isSame) {
        isCovered ??= [];
        isCovered[outer] = true;
      }
      moved = Math.max(moved, place - starts[outer]! - (have === 0 ? 0 : boundariesBefore(holding)));
    }
  }
  return { literals: isCovered === undefined ? all : all.filter((_, i) => isCovered[i] !== true), moved };
}

/** True where the units of a literal begin or end. */
function isBorder(joined: string, at: number): boolean {
  if (at < 0 || at === joined.length) return true;
  const unit = joined.charCodeAt(at);
  return unit === 0 || unit === separatorUnit;
}

function boundariesBefore(literal: string): number {
  let count = 0;
  while (literal.charCodeAt(count) === 0) count++;
  return count;
}

/** The same in time linear in the literals. */
export function readCovered(all: readonly string[]): UncoveredLiterals {
  const units: string[] = [];
  /** By literal without its boundaries: a bit for each way in which it has them. */
  const variants = new Map<string, number>();
  const lengths: number[] = [];
  let longest = 0;
  for (let i = 0; i < all.length; i++) {
    const own = unitsOf(all[i]!);
    units.push(own);
    variants.set(own, (variants.get(own) ?? 0) | (1 << boundariesOf(all[i]!)));
    if (!lengths.includes(own.length)) lengths.push(own.length);
    longest = Math.max(longest, own.length);
  }
  if (lengths.length === 1 && variants.size === all.length) return { literals: all, moved: 0 };
  const begins = markBegins(units.filter((inner) => inner.length < longest || variants.size < all.length));
  let moved = 0;
  const literals = all.filter((literal, index) => {
    const inner = units[index]!;
    const own = boundariesOf(literal);
    let isCovered = false;
    for (let at = 0; at < inner.length; at++) {
      if (begins[pairOf(inner, at)] === 0 && begins[inner.charCodeAt(at) & 63] === 0) continue;
      for (let k = 0; k < lengths.length; k++) {
        const length = lengths[k]!;
        if (at + length > inner.length) continue;
        const ways = variants.get(length === inner.length ? inner : inner.slice(at, at + length));
        if (ways === undefined) continue;
        // Which boundaries are sure to be there.
        const sure = (at === 0 ? own & 1 : 0) | (at + length === inner.length ? own & 2 : 0);
        const itself = length === inner.length ? 1 << own : 0;
        if ((ways & below[sure]! & ~itself) !== 0) isCovered = true;
        moved = Math.max(moved, at);
      }
    }
    return !isCovered;
  });
  return { literals, moved };
}

/** Returns the literals cut to the length that is rare enough, each once; `most` is the units of one. */
export function cutLiterals(strings: readonly string[], most: number): readonly string[] {
  let isLong = false;
  let isUneven = false;
  for (let i = 0; i < strings.length; i++) {
    if (uneven.test(strings[i]!)) isUneven = true;
    if (strings[i]!.length > most) isLong = true;
  }
  if (!isLong && !isUneven) return strings;
  const cut = new Set<string>();
  for (let i = 0; i < strings.length; i++)
    cut.add(isUneven ? cutLiteral(strings[i]!, most) : strings[i]!.slice(0, most));
  return Array.from(cut);
}

/** What a literal may hold beside characters that count alike: boundaries, and signs of China, Japan and Korea. */
const uneven = /[\0\u2e80-\uffff]/;

/** Two units of a literal, as a number from 64 on that others may share. */
const pairOf = (units: string, at: number): number =>
  64 + ((((units.charCodeAt(at) & 63) << 6) ^ units.charCodeAt(at + 1)) & 4095);

/** Marks how literals begin, by one unit where they have no more: most places of a literal begin no other one. */
function markBegins(literals: readonly string[]): Uint8Array {
  const begins = new Uint8Array(64 + 4096);
  for (let i = 0; i < literals.length; i++) {
    const units = literals[i]!;
    begins[units.length === 1 ? units.charCodeAt(0) & 63 : pairOf(units, 0)] = 1;
  }
  return begins;
}

/** Returns a literal without its boundaries, which stand at its ends only. */
function unitsOf(literal: string): string {
  let begin = 0;
  let end = literal.length;
  while (begin < end && literal.charCodeAt(begin) === 0) begin++;
  while (end > begin && literal.charCodeAt(end - 1) === 0) end--;
  return end - begin === literal.length ? literal : literal.slice(begin, end);
}

/** 1 when a literal begins with a boundary, 2 when it ends with one, added up. */
const boundariesOf = (literal: string): number =>
  (literal.charCodeAt(0) === 0 ? 1 : 0) | (literal.charCodeAt(literal.length - 1) === 0 ? 2 : 0);

/** By what `boundariesOf` gives: a bit for each way that asks for no more. */
const below = [0b0001, 0b0011, 0b0101, 0b1111];

/** Four signs of a large script are as rare as eight letters. */
function cutLiteral(literal: string, most: number): string {
  let length = 0;
  let hasInner = false;
  for (let weight = 0; length < literal.length; length++) {
    const unit = literal.charCodeAt(length);
    if (unit === 0) {
      if (length > 0) hasInner = true;
      continue;
    }
    if (weight >= most) break;
    weight += unit < firstSign ? 1 : 2;
  }
  const kept = length === literal.length ? literal : literal.slice(0, length);
  return hasInner ? kept.replace(innerBoundary, "") : kept;
}

/** Inside a literal a boundary tells nothing: both sides are known. */
const innerBoundary = /(?<=[^\0])\0+(?=[^\0])/g;

/** Here the signs of China, Japan and Korea begin. */
const firstSign = 0x2e80;
