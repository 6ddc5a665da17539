import { boundary } from "./literal-list";

/** The literals that stand for all, and by how much a match may begin earlier than those that were left out tell. */
export interface UncoveredLiterals {
  readonly literals: readonly string[];
  readonly moved: number;
}

/**
 * Leaves out literals that hold another one, which stands for them and begins later. Where one may hold another that asks for a
 * boundary, both stay; places then do not come in the order in which they end, and the lead makes up for that too.
 */
export function dropCovered(all: readonly string[], maxSearched = mostSearched): UncoveredLiterals {
  if (all.length === 1) return { literals: all, moved: 0 };
  const held = findHeld(all, maxSearched);
  if (!all.some((literal) => literal.includes(boundary))) return leaveOut(all, held);
  const bare = all.map((literal) => literal.replaceAll(boundary, ""));
  return { literals: leaveOut(all, held).literals, moved: leaveOut(bare, findHeld(bare, maxSearched)).moved };
}

/**
 * The same so that no match begins earlier: a literal that holds another one past its beginning stays, up to where that ends. `mary` for `rosemary` would
 * have to be looked for in `summary`, though no name begins there. Not for lists with boundaries.
 */
export function cutCovered(all: readonly string[], maxSearched = mostSearched): readonly string[] {
  const { heads, ends } = findHeld(all, maxSearched);
  const kept = new Set<string>();
  for (let i = 0; i < all.length; i++)
    if (heads[i] === 0) kept.add(ends[i] === 0 ? all[i]! : all[i]!.slice(0, ends[i]!));
  return Array.from(kept);
}

/** Short lists are searched as one text, which takes a search for each literal; in lists of more literals times units that would be too much. */
const mostSearched = 1 << 20;

/** What each literal of a list holds of the others. */
interface HeldLiterals {
  /** 1: one at its beginning. */
  readonly heads: Uint8Array;
  /** Where the first ends of those that begin later; 0: it holds none. */
  readonly ends: Uint32Array;
  /** Where the last begins. */
  readonly lastStarts: Uint32Array;
}

function findHeld(all: readonly string[], maxSearched: number): HeldLiterals {
  const held = {
    heads: new Uint8Array(all.length),
    ends: new Uint32Array(all.length),
    lastStarts: new Uint32Array(all.length),
  };
  const joined = all.join(separator);
  if (all.length * joined.length <= maxSearched) searchHeld(held, all, joined);
  else readHeld(held, all);
  return held;
}

function leaveOut(all: readonly string[], { heads, ends, lastStarts }: HeldLiterals): UncoveredLiterals {
  let moved = 0;
  for (let i = 0; i < all.length; i++) moved = Math.max(moved, lastStarts[i]!);
  const literals = all.filter((_, i) => heads[i] === 0 && ends[i] === 0);
  return { literals: literals.length === all.length ? all : literals, moved };
}

function noteHeld({ heads, ends, lastStarts }: HeldLiterals, outer: number, start: number, end: number): void {
  if (start === 0) heads[outer] = 1;
  else if (ends[outer] === 0 || end < ends[outer]!) ends[outer] = end;
  if (start > lastStarts[outer]!) lastStarts[outer] = start;
}

/** Folded literals hold no capitals. */
const separator = "A";

/** As if boundaries were units, by searching the list for each literal. */
function searchHeld(held: HeldLiterals, all: readonly string[], joined: string): void {
  let longest = 0;
  for (let i = 0; i < all.length; i++) if (all[i]!.length > longest) longest = all[i]!.length;
  const starts = new Map<number, number>();
  for (let i = 0, start = 0; i < all.length; i++) {
    starts.set(start, i);
    start += all[i]!.length + 1;
  }
  for (let i = 0, itself = 0; i < all.length; i++) {
    const literal = all[i]!;
    // Nothing is as long and not the same.
    if (literal.length < longest)
      for (let place = joined.indexOf(literal); place >= 0; place = joined.indexOf(literal, place + 1)) {
        if (place === itself) continue;
        const outer = joined.lastIndexOf(separator, place) + 1;
        noteHeld(held, starts.get(outer)!, place - outer, place - outer + literal.length);
      }
    itself += literal.length + 1;
  }
}

/** The same in time linear in the literals. */
function readHeld(held: HeldLiterals, all: readonly string[]): void {
  const known = new Set(all);
  const lengths = Array.from(new Set(all.map(({ length }) => length)));
  for (let i = 0; i < all.length; i++) {
    const literal = all[i]!;
    for (let at = 0; at < literal.length; at++) {
      for (let k = 0; k < lengths.length; k++) {
        const length = lengths[k]!;
        if (at + length > literal.length || length === literal.length) continue;
        if (known.has(literal.slice(at, at + length))) noteHeld(held, i, at, at + length);
      }
    }
  }
}

/** Returns the literals cut to the length that is rare enough, each once; `most` is the units of one. */
export function cutLiterals(strings: readonly string[], most: number): readonly string[] {
  let longest = 0;
  for (let i = 0; i < strings.length; i++) if (strings[i]!.length > longest) longest = strings[i]!.length;
  const isUneven = uneven.test(strings.join(separator));
  if (!isUneven && longest <= most) return strings;
  const cut = new Set<string>();
  for (let i = 0; i < strings.length; i++)
    cut.add(isUneven ? cutLiteral(strings[i]!, most) : strings[i]!.slice(0, most));
  return Array.from(cut);
}

/** What a literal may hold beside characters that count alike: boundaries, and signs of China, Japan and Korea. */
const uneven = /[\0\u2e80-\uffff]/;

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
