import { literalOdds } from "./tree-odds";

/** Stands in literals for `\b`; no literal holds NUL itself. */
export const boundary = "\0";

/** Distinct literals and what is asked of them again and again; it follows from the lists they are made of. */
export interface LiteralList {
  readonly strings: readonly string[];
  /** The most units of one, boundaries not counted. */
  readonly longest: number;
  /** True when one of them has no units. */
  readonly hasBlank: boolean;
  /** The same for all with boundaries counted. */
  readonly shortestString: number;
}

const list = (strings: readonly string[], longest: number, hasBlank: boolean, shortestString: number): LiteralList => ({
  strings,
  longest,
  hasBlank,
  shortestString,
});

export const emptyLiteral = list([""], 0, true, 0);
export const boundaryLiteral = list([boundary], 0, true, 1);

/** Literals without boundaries, none empty. */
export const listLiterals = (strings: readonly string[]): LiteralList =>
  list(
    strings,
    strings.reduce((most, literal) => Math.max(most, literal.length), 0),
    false,
    strings.reduce((least, literal) => Math.min(least, literal.length), Number.POSITIVE_INFINITY),
  );

/** Every literal of one list followed by every literal of the other. */
export function crossLiterals(left: LiteralList, right: LiteralList): LiteralList {
  let strings: string[] = [];
  for (const a of left.strings) for (const b of right.strings) strings.push(a + b);
  if (left.strings.length > 1 && right.strings.length > 1) strings = [...new Set(strings)];
  const shortest = left.shortestString + right.shortestString;
  return list(strings, left.longest + right.longest, left.hasBlank && right.hasBlank, shortest);
}

export function uniteLiterals(lists: readonly LiteralList[]): LiteralList {
  const union = new Set<string>();
  let longest = 0;
  let hasBlank = false;
  let shortest = Number.POSITIVE_INFINITY;
  for (const one of lists) {
    for (const literal of one.strings) union.add(literal);
    longest = Math.max(longest, one.longest);
    hasBlank ||= one.hasBlank;
    shortest = Math.min(shortest, one.shortestString);
  }
  return list([...union], longest, hasBlank, shortest);
}

/** Returns how often ordinary text holds one of them, a place; something larger than `most` as soon as that is sure. */
export function listOdds({ strings }: LiteralList, most: number): number {
  let odds = 0;
  for (const literal of strings) {
    odds += literalOdds(literal);
    if (odds > most) break;
  }
  return odds;
}
