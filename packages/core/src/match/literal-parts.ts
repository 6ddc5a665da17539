import type { CodeRanges } from "./code-ranges.js";
import { foldClass } from "./fold-unit.js";
import type { SyntaxTree } from "./syntax-tree.js";
import { assertion } from "./syntax-tree.js";
import { literalOdds } from "./tree-odds.js";

/**
 * Literals, folded by `foldUnit`, of which every match of a pattern holds at least one. A literal may begin or end with
 * `boundary`, where a word begins or ends.
 */
export interface LiteralPart {
  readonly literals: readonly string[];
  /** The most UTF-16 units from where a match begins to where such a literal does; infinite when there is no most. */
  readonly lead: number;
  /** The most units from where such a literal begins to where the match ends. */
  readonly trail: number;
}

/** Stands in literals for `\b`; no literal holds NUL itself. */
export const boundary = "\0";

/** More alternatives than this are not multiplied out. */
const maxLiterals = 128;
/** A part is long enough here: longer literals cost memory and are hardly rarer. */
const maxLiteralLength = 8;
/** A class of more folded characters than this parts literals; the letters are 26. */
const maxChars = 32;
/** A part that ordinary text holds more often than this a place tells nothing. */
const maxPartOdds = 0.04;
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
  readonly exact: readonly string[] | undefined;
  readonly parts: readonly LiteralPart[];
  /** The most UTF-16 units of a match. */
  readonly most: number;
}

const emptyOnly: Literals = { exact: [""], parts: [], most: 0 };
const boundaryOnly: Literals = { exact: [boundary], parts: [], most: 0 };
const anyUnits: Literals = { exact: undefined, parts: [], most: 2 };

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
      known =
        chars === undefined || chars.length === 0 ? anyUnits : { exact: chars, parts: [], most: longestOf(chars) };
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
    for (const item of items) {
      if (item.kind === "repeat" && !isOptional(item)) addRepeat(run, item);
      else addLiterals(run, read(item));
    }
    return finishRun(run);
  };

  /** Copies beyond the least number are not followed, but the last copy stands beside what comes next. */
  const addRepeat = (run: Run, tree: Extract<SyntaxTree, { kind: "repeat" }>): void => {
    const item = read(tree.item);
    const before = run.lead + longestOf(run.current);
    const copies = tree.max < 0 ? Number.POSITIVE_INFINITY : tree.max;
    if (tree.min === 0 || item.exact === undefined) {
      breakRun(run, [""], before + times(copies, item.most));
      extendParts(run, times(copies, item.most));
      if (tree.min > 0) addParts(run, item.parts, before);
      return;
    }
    const followed = Math.min(tree.min, maxLiteralLength + 1);
    for (let i = 0; i < followed; i++) addLiterals(run, item);
    if (tree.max !== tree.min || tree.min > maxLiteralLength) {
      breakRun(run, item.exact, before + times(copies - 1, item.most));
      extendParts(run, times(copies - followed, item.most));
    }
  };

  const readRepeat = (tree: Extract<SyntaxTree, { kind: "repeat" }>): Literals => {
    if (isOptional(tree)) {
      const { exact, most } = read(tree.item);
      if (exact === undefined) return { exact: undefined, parts: [], most };
      return { exact: exact.includes("") ? exact : ["", ...exact], parts: [], most };
    }
    const run = createRun();
    addRepeat(run, tree);
    return finishRun(run);
  };

  const readChoice = (items: readonly SyntaxTree[]): Literals => {
    const branches = items.map(read);
    const all = new Set<string>();
    let exact = true;
    let most = 0;
    for (const branch of branches) {
      most = Math.max(most, branch.most);
      if (branch.exact === undefined) exact = false;
      else for (const literal of branch.exact) all.add(literal);
    }
    if (exact && all.size <= maxLiterals) return { exact: [...all], parts: [], most };
    const parts: LiteralPart[] = [];
    // Near the beginning of every branch, or near the end of every branch: mixed, it would be near neither.
    for (const near of ["lead", "trail"] as const) {
      const part = uniteParts(branches, near);
      if (part !== undefined) parts.push(part);
    }
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

/** Without the trap that nothing, endlessly often, is not a number. */
const times = (count: number, length: number): number => (length === 0 || count === 0 ? 0 : count * length);

/** The units of a literal, without boundaries. */
function unitsOf(literal: string): number {
  let units = literal.length;
  for (let at = literal.indexOf(boundary); at >= 0; at = literal.indexOf(boundary, at + 1)) units--;
  return units;
}

const isBlank = (literal: string): boolean => unitsOf(literal) === 0;

const longestOf = (literals: readonly string[]): number =>
  literals.reduce((most, literal) => Math.max(most, unitsOf(literal)), 0);

/** Returns a part that holds one of each branch, or undefined when a branch has none. */
function uniteParts(branches: readonly Literals[], near: "lead" | "trail"): LiteralPart | undefined {
  const union = new Set<string>();
  let lead = 0;
  let trail = 0;
  for (const branch of branches) {
    const best = pickPart(partsOf(branch), near);
    if (best === undefined) return undefined;
    for (const literal of best.literals) union.add(literal);
    lead = Math.max(lead, best.lead);
    trail = Math.max(trail, best.trail);
  }
  return { literals: [...union], lead, trail };
}

const partsOf = ({ exact, parts, most }: Literals): readonly LiteralPart[] =>
  exact === undefined ? parts : [{ literals: exact, lead: 0, trail: most }];

/** A sequence as far as it was read: `current` is all that can stand between the last break and here. */
interface Run {
  /** Their trails grow with what comes after. */
  readonly parts: { literals: readonly string[]; lead: number; trail: number }[];
  current: readonly string[];
  /** The most units before `current`. */
  lead: number;
  broken: boolean;
}

const createRun = (): Run => ({ parts: [], current: [""], lead: 0, broken: false });

function breakRun(run: Run, next: readonly string[], lead: number): void {
  if (!run.current.some(isBlank)) {
    run.parts.push({ literals: run.current, lead: run.lead, trail: longestOf(run.current) });
  }
  run.current = next;
  run.lead = lead;
  run.broken = true;
}

function addParts(run: Run, parts: readonly LiteralPart[], before: number): void {
  for (const { literals, lead, trail } of parts) run.parts.push({ literals, lead: before + lead, trail });
}

function extendParts(run: Run, length: number): void {
  for (const part of run.parts) part.trail += length;
}

function addLiterals(run: Run, { exact, parts, most }: Literals): void {
  const before = run.lead + longestOf(run.current);
  if (exact === undefined) {
    breakRun(run, [""], before + most);
    extendParts(run, most);
    addParts(run, parts, before);
    return;
  }
  if (exact.length === 1 && exact[0] === "") return;
  const { current } = run;
  const long = current.every((literal) => literal.length >= maxLiteralLength + 1);
  if (long || current.length * exact.length > maxLiterals) {
    breakRun(run, exact, before);
    extendParts(run, most);
    return;
  }
  extendParts(run, most);
  const crossed = new Set<string>();
  for (const left of current) for (const right of exact) crossed.add(left + right);
  run.current = [...crossed];
}

function finishRun(run: Run): Literals {
  const most = run.lead + longestOf(run.current);
  if (!run.broken) return { exact: run.current, parts: [], most };
  breakRun(run, [""], most);
  return { exact: undefined, parts: run.parts, most };
}

const partOdds = ({ literals }: LiteralPart): number => {
  let odds = 0;
  for (const literal of literals) odds += literalOdds(literal);
  return odds;
};

/** Returns the rarest parts beside the best. */
function pickFurther(parts: readonly LiteralPart[], best: LiteralPart): LiteralPart[] {
  if (parts.length < 2) return [];
  const keys = new Set([best.literals.join()]);
  return parts
    .filter(({ literals }) => !literals.some(isBlank))
    .map((part) => ({ part, odds: partOdds(part) }))
    .filter(({ part, odds }) => odds <= maxFurtherOdds && keys.size !== keys.add(part.literals.join()).size)
    .sort((a, b) => a.odds - b.odds)
    .slice(0, maxFurther)
    .map(({ part }) => part);
}

/** Returns the part that costs least: how often ordinary text holds it, times what each time costs. */
function pickPart(parts: readonly LiteralPart[], near?: "lead" | "trail"): LiteralPart | undefined {
  let best: LiteralPart | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    if (part.literals.some(isBlank)) continue;
    const odds = partOdds(part);
    if (odds > maxPartOdds) continue;
    const trail = part.trail <= maxTrail ? part.trail : wholeTextCost;
    const reach = near === undefined ? Math.min(part.lead, trail) : near === "lead" ? part.lead : trail;
    const cost = odds * (lookCost + Math.min(reach, wholeTextCost));
    if (cost >= least) continue;
    least = cost;
    best = part;
  }
  return best;
}

/** Cuts literals to the length that is rare enough, and leaves out those that begin or end with another one. */
function dropCovered({ literals, lead, trail }: LiteralPart): LiteralPart {
  const all = new Set(literals.map(cutLiteral));
  let moved = 0;
  const kept = [...all].filter((literal) => {
    for (let cut = 1; cut < literal.length; cut++) {
      if (all.has(literal.slice(0, cut))) return false;
      if (!all.has(literal.slice(cut))) continue;
      // Its end stands for it, and begins later. What stands for that end in turn is looked at here too.
      moved = Math.max(moved, literal.length - 1);
      return false;
    }
    return true;
  });
  return { literals: kept, lead: lead + moved, trail };
}

/** Four signs of a large script are as rare as eight letters. */
function cutLiteral(literal: string): string {
  let length = 0;
  for (
    let weight = 0;
    length < literal.length && (weight < maxLiteralLength || literal[length] === boundary);
    length++
  ) {
    if (literal[length] !== boundary) weight += literal.charCodeAt(length) < firstSign ? 1 : 2;
  }
  return literal.slice(0, length).replace(innerBoundary, "");
}

/** Inside a literal a boundary tells nothing: both sides are known. */
const innerBoundary = /(?<=[^\0])\0+(?=[^\0])/g;

/** Here the signs of China, Japan and Korea begin. */
const firstSign = 0x2e80;
