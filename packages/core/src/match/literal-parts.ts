import type { CodeRanges } from "./code-ranges";
import { foldClass } from "./fold-unit";
import {
  appendLiteral,
  boundaryLiteral,
  crossLiterals,
  emptyLiteral,
  type LiteralList,
  listLiterals,
  listOdds,
  maxPartOdds,
  uniteLiterals,
} from "./literal-list";
import { assertion, type SyntaxTree } from "./syntax-tree";

/**
 * Literals, folded by `foldUnit`, of which every match of a pattern holds at least one. A literal may begin or end with
 * `boundary`, where a word begins or ends.
 */
export interface LiteralPart {
  readonly literals: readonly string[];
  /** The most UTF-16 units from where a match begins to where such a literal does; `unbounded` when there is no most. */
  readonly lead: number;
  /** The most units from where such a literal begins to where the match ends; the same. */
  readonly trail: number;
}

/** Stands for a length that has no most: a small number, which the compiler keeps apart from fractions. */
export const unbounded = 1 << 28;

/** More alternatives than this are not multiplied out. */
const maxLiterals = 128;
/** A part is long enough here: longer literals cost memory and are hardly rarer. */
const maxLiteralLength = 16;
/** A class of more folded characters than this parts literals; the letters are 26. */
const maxChars = 32;
/** Further parts help only when they are rare. */
const maxFurtherOdds = 0.004;
const maxFurther = 2;
/** What looking at a place costs, in characters read, beside those between it and the beginning or the end of a match. */
const lookCost = 40;
/** What it counts to have to read a text from its beginning. */
const wholeTextCost = 3000;
/** A match that ends so close after its part may be looked for from its end. */
export const maxTrail = 128;

/** What is known of a tree: all it can match, or parts that every match holds. */
interface Literals {
  readonly exact: LiteralList | undefined;
  readonly parts: readonly Part[];
  /** The most UTF-16 units of a match. */
  readonly most: number;
}

interface Part {
  readonly list: LiteralList;
  readonly lead: number;
  readonly trail: number;
  readonly odds: number;
}

const noParts: readonly Part[] = [];
const emptyOnly: Literals = { exact: emptyLiteral, parts: noParts, most: 0 };
const boundaryOnly: Literals = { exact: boundaryLiteral, parts: noParts, most: 0 };
const anyUnits: Literals = { exact: undefined, parts: noParts, most: 2 };

/** What reads the literals of trees; it remembers classes, which the trees of many patterns share. */
export interface LiteralReader {
  /**
   * Returns parts that every match of the tree holds: first the one that costs least to look around, then the rarest others;
   * none when no part is rare.
   */
  chooseParts(tree: SyntaxTree): LiteralPart[];
}

export function createLiteralReader(): LiteralReader {
  const classes = new Map<CodeRanges, Literals>();

  const readClass = (ranges: CodeRanges): Literals => {
    let known = classes.get(ranges);
    if (known === undefined) {
      const chars = foldClass(ranges, maxChars);
      if (chars === undefined || chars.length === 0) known = anyUnits;
      else {
        const exact = listLiterals(chars);
        known = { exact, parts: noParts, most: exact.longest };
      }
      classes.set(ranges, known);
    }
    return known;
  };

  const read = (tree: SyntaxTree): Literals => {
    switch (tree.kind) {
      case "chars":
        return readClass(tree.ranges);
      case "empty":
        return emptyOnly;
      case "assert":
        return tree.condition === assertion.wordBoundary ? boundaryOnly : emptyOnly;
      case "byte":
        return anyUnits;
      case "sequence":
        return readSequence(tree.items);
      case "choice":
        return readChoice(tree.items);
      case "repeat":
        return readRepeat(tree);
    }
  };

  const readSequence = (items: readonly SyntaxTree[]): Literals => {
    const run = createRun();
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      if (item.kind === "repeat" && !isOptional(item)) addRepeat(run, item);
      else addLiterals(run, item.kind === "chars" ? readClass(item.ranges) : read(item));
    }
    return finishRun(run);
  };

  /** Copies beyond the least number are not followed, but the last copy stands beside what comes next. */
  const addRepeat = (run: Run, tree: Extract<SyntaxTree, { kind: "repeat" }>): void => {
    const item = read(tree.item);
    const before = plus(run.lead, runLongest(run));
    const copies = tree.max < 0 ? unbounded : tree.max;
    if (tree.min === 0 || item.exact === undefined) {
      breakRun(run, emptyLiteral, plus(before, times(copies, item.most)));
      extendParts(run, times(copies, item.most));
      if (tree.min > 0) addParts(run, item.parts, before);
      return;
    }
    const followed = Math.min(tree.min, maxLiteralLength + 1);
    for (let i = 0; i < followed; i++) addLiterals(run, item);
    if (tree.max !== tree.min || tree.min > maxLiteralLength) {
      breakRun(run, item.exact, plus(before, times(copies - 1, item.most)));
      extendParts(run, times(copies - followed, item.most));
    }
  };

  const readRepeat = (tree: Extract<SyntaxTree, { kind: "repeat" }>): Literals => {
    if (isOptional(tree)) {
      const { exact, most } = read(tree.item);
      return { exact: exact === undefined ? undefined : uniteLiterals([emptyLiteral, exact]), parts: noParts, most };
    }
    const run = createRun();
    addRepeat(run, tree);
    return finishRun(run);
  };

  const readChoice = (items: readonly SyntaxTree[]): Literals => {
    const branches: Literals[] = [];
    const lists: LiteralList[] = [];
    let most = 0;
    for (let i = 0; i < items.length; i++) {
      const branch = read(items[i]!);
      branches.push(branch);
      if (branch.exact !== undefined) lists.push(branch.exact);
      most = Math.max(most, branch.most);
    }
    if (lists.length === branches.length) {
      const exact = uniteLiterals(lists);
      if (exact.strings.length <= maxLiterals) return { exact, parts: noParts, most };
    }
    // Near the beginning of every branch, or near the end of every branch: mixed, it would be near neither.
    const parts: Part[] = [];
    const early = uniteParts(branches, "lead");
    if (early !== undefined) parts.push(early);
    const late = uniteParts(branches, "trail");
    if (late !== undefined) parts.push(late);
    return { exact: undefined, parts, most };
  };

  return {
    chooseParts(tree) {
      const parts = partsOf(read(tree));
      const best = pickPart(parts);
      return best === undefined ? [] : [best, ...pickFurther(parts, best)].map(dropCovered);
    },
  };
}

const isOptional = (tree: Extract<SyntaxTree, { kind: "repeat" }>): boolean => tree.min === 0 && tree.max === 1;

const plus = (a: number, b: number): number => Math.min(unbounded, a + b);
/** Nothing, endlessly often, is nothing. */
const times = (count: number, length: number): number => {
  const product = count * length;
  return product < unbounded >> 1 ? product : unbounded;
};

const createPart = (list: LiteralList, lead: number, trail: number): Part => ({
  list,
  lead,
  trail,
  odds: list.hasBlank ? 1 : listOdds(list),
});

const partsOf = ({ exact, parts, most }: Literals): readonly Part[] =>
  exact === undefined ? parts : [createPart(exact, 0, most)];

/** Returns a part that holds one of each branch, or undefined when a branch has none. */
function uniteParts(branches: readonly Literals[], near: "lead" | "trail"): Part | undefined {
  const lists: LiteralList[] = [];
  let lead = 0;
  let trail = 0;
  for (let i = 0; i < branches.length; i++) {
    const best = pickPart(partsOf(branches[i]!), near);
    if (best === undefined) return undefined;
    lists.push(best.list);
    lead = Math.max(lead, best.lead);
    trail = Math.max(trail, best.trail);
  }
  return createPart(uniteLiterals(lists), lead, trail);
}

/** A sequence as far as it was read: `current` and then `tail` is all that can stand between the last break and here. */
interface Run {
  readonly parts: RunPart[];
  current: LiteralList;
  /** What follows each literal of `current`, and its units: one by one, they would make every literal anew each time. */
  tail: string;
  tailUnits: number;
  /** The most units before `current`. */
  lead: number;
  broken: boolean;
  /** What was read so far, as far as it has an end, and how often it had none: trails grow with what comes after. */
  grown: number;
  endless: number;
}

/** A part, and what was read when its trail was known. */
interface RunPart extends Part {
  readonly grownAt: number;
  readonly endlessAt: number;
}

const createRun = (): Run => ({
  parts: [],
  current: emptyLiteral,
  tail: "",
  tailUnits: 0,
  lead: 0,
  broken: false,
  grown: 0,
  endless: 0,
});

/** The most units between the last break and here. */
const runLongest = ({ current, tailUnits }: Run): number => current.longest + tailUnits;

/** Returns all that can stand between the last break and here. */
function takeTail(run: Run): LiteralList {
  if (run.tail !== "") run.current = appendLiteral(run.current, run.tail, run.tailUnits);
  run.tail = "";
  run.tailUnits = 0;
  return run.current;
}

function breakRun(run: Run, next: LiteralList, lead: number): void {
  const list = takeTail(run);
  if (!list.hasBlank) addPart(run, list, run.lead, list.longest, listOdds(list));
  run.current = next;
  run.lead = lead;
  run.broken = true;
}

/** A part that is never chosen is not kept. */
function addPart(run: Run, list: LiteralList, lead: number, trail: number, odds: number): void {
  if (odds <= maxPartOdds) run.parts.push({ list, lead, trail, odds, grownAt: run.grown, endlessAt: run.endless });
}

function addParts(run: Run, parts: readonly Part[], before: number): void {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    addPart(run, part.list, plus(before, part.lead), part.trail, part.odds);
  }
}

function extendParts(run: Run, length: number): void {
  if (length >= unbounded) run.endless++;
  else run.grown += length;
}

function addLiterals(run: Run, { exact, parts, most }: Literals): void {
  const { current } = run;
  const before = plus(run.lead, runLongest(run));
  if (exact === undefined) {
    breakRun(run, emptyLiteral, plus(before, most));
    extendParts(run, most);
    addParts(run, parts, before);
    return;
  }
  if (exact === emptyLiteral) return;
  // One more for a boundary.
  const isLong = current.shortestString + run.tail.length > maxLiteralLength;
  if (isLong || current.strings.length * exact.strings.length > maxLiterals) breakRun(run, exact, before);
  else if (exact.strings.length === 1) {
    run.tail += exact.strings[0]!;
    run.tailUnits += exact.longest;
  } else run.current = crossLiterals(takeTail(run), exact);
  extendParts(run, most);
}

function finishRun(run: Run): Literals {
  const most = plus(run.lead, runLongest(run));
  if (!run.broken) return { exact: takeTail(run), parts: noParts, most };
  breakRun(run, emptyLiteral, most);
  const parts: Part[] = [];
  for (let i = 0; i < run.parts.length; i++) {
    const { list, lead, trail, odds, grownAt, endlessAt } = run.parts[i]!;
    const isEndless = run.endless > endlessAt;
    parts.push({ list, lead, trail: isEndless ? unbounded : plus(trail, run.grown - grownAt), odds });
  }
  return { exact: undefined, parts, most };
}

/** Returns the rarest parts beside the best. */
function pickFurther(parts: readonly Part[], best: Part): Part[] {
  const others = parts.filter(({ odds }) => odds <= maxFurtherOdds);
  if (others.length === 0) return others;
  const strings = new Set([best.list.strings.join()]);
  return others
    .filter(({ list }) => strings.size !== strings.add(list.strings.join()).size)
    .sort((a, b) => a.odds - b.odds)
    .slice(0, maxFurther);
}

/** Returns the part that costs least: how often ordinary text holds it, times what each time costs. */
function pickPart(parts: readonly Part[], near?: "lead" | "trail"): Part | undefined {
  let best: Part | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (part.odds > maxPartOdds) continue;
    const trail = part.trail <= maxTrail ? part.trail : wholeTextCost;
    const reach = near === undefined ? Math.min(part.lead, trail) : near === "lead" ? part.lead : trail;
    const cost = part.odds * (lookCost + Math.min(reach, wholeTextCost));
    if (cost >= least) continue;
    least = cost;
    best = part;
  }
  return best;
}

/**
 * Cuts literals to the length that is rare enough, and leaves out those that hold another one, which stands for them and begins
 * later. Where one may hold another that asks for a boundary, both stay; places then do not come in the order in which they
 * end, and the lead makes up for that too.
 */
function dropCovered({ list, lead, trail }: Part): LiteralPart {
  const all = cutLiterals(list.strings);
  if (all.length === 1) return { literals: all, lead, trail };
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
  if (lengths.length === 1 && variants.size === all.length) return { literals: all, lead, trail };
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
  return { literals, lead: plus(lead, moved), trail };
}

/** Returns the literals cut, each once. */
function cutLiterals(strings: readonly string[]): readonly string[] {
  const cut: string[] = [];
  let isSame = true;
  for (let i = 0; i < strings.length; i++) {
    const literal = cutLiteral(strings[i]!);
    cut.push(literal);
    if (literal.length !== strings[i]!.length) isSame = false;
  }
  return isSame ? strings : Array.from(new Set(cut));
}

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
function cutLiteral(literal: string): string {
  let length = 0;
  let hasInner = false;
  for (let weight = 0; length < literal.length; length++) {
    const unit = literal.charCodeAt(length);
    if (unit === 0) {
      if (length > 0) hasInner = true;
      continue;
    }
    if (weight >= maxLiteralLength) break;
    weight += unit < firstSign ? 1 : 2;
  }
  const kept = length === literal.length ? literal : literal.slice(0, length);
  return hasInner ? kept.replace(innerBoundary, "") : kept;
}

/** Inside a literal a boundary tells nothing: both sides are known. */
const innerBoundary = /(?<=[^\0])\0+(?=[^\0])/g;

/** Here the signs of China, Japan and Korea begin. */
const firstSign = 0x2e80;
