import type { CodeRanges } from "./code-ranges.js";
import { foldClass } from "./fold-unit.js";
import type { SyntaxTree } from "./syntax-tree.js";
import { literalOdds } from "./tree-odds.js";

/** Literals, folded by `foldUnit`, of which every match of a pattern holds at least one. */
export type LiteralPart = readonly string[];

/** More alternatives than this are not multiplied out. */
const maxLiterals = 128;
/** A part is long enough here: longer literals cost memory and are hardly rarer. */
const maxLiteralLength = 8;
/** A class of more folded characters than this parts literals; the letters are 26. */
const maxChars = 32;
/** A part that ordinary text holds more often than this a place tells nothing. */
const maxPartOdds = 0.04;
/** Further parts help only when they are rare themselves. */
const maxFurtherOdds = 0.01;
const maxParts = 3;

/** What is known of a tree: all it can match, or parts that every match holds. */
interface Literals {
  readonly exact: readonly string[] | undefined;
  readonly parts: readonly LiteralPart[];
}

const nothing: Literals = { exact: undefined, parts: [] };
const emptyOnly: Literals = { exact: [""], parts: [] };

/** What reads the literals of trees; it remembers classes, which the trees of many patterns share. */
export interface LiteralReader {
  /** Returns the rarest parts that every match of the tree holds, the rarest first; none when no part is rare. */
  chooseParts(tree: SyntaxTree): LiteralPart[];
}

export function createLiteralReader(): LiteralReader {
  const classes = new Map<CodeRanges, Literals>();

  const readClass = (ranges: CodeRanges): Literals => {
    let known = classes.get(ranges);
    if (known === undefined) {
      const chars = foldClass(ranges, maxChars);
      known = chars === undefined || chars.length === 0 ? nothing : { exact: chars, parts: [] };
      classes.set(ranges, known);
    }
    return known;
  };

  const read = (tree: SyntaxTree): Literals => {
    switch (tree.kind) {
      case "chars":
        return readClass(tree.ranges);
      case "empty":
      case "assert":
        return emptyOnly;
      case "byte":
        return nothing;
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
    if (tree.min === 0 || item.exact === undefined) {
      if (tree.min > 0) for (const part of item.parts) run.parts.push(part);
      breakRun(run, [""]);
      return;
    }
    for (let i = 0; i < Math.min(tree.min, maxLiteralLength + 1); i++) addLiterals(run, item);
    if (tree.max !== tree.min || tree.min > maxLiteralLength) breakRun(run, item.exact);
  };

  const readRepeat = (tree: Extract<SyntaxTree, { kind: "repeat" }>): Literals => {
    if (isOptional(tree)) {
      const { exact } = read(tree.item);
      return exact === undefined ? nothing : { exact: exact.includes("") ? exact : ["", ...exact], parts: [] };
    }
    const run = createRun();
    addRepeat(run, tree);
    return finishRun(run);
  };

  const readChoice = (items: readonly SyntaxTree[]): Literals => {
    const branches = items.map(read);
    const all = new Set<string>();
    let exact = true;
    for (const branch of branches) {
      if (branch.exact === undefined) exact = false;
      else for (const literal of branch.exact) all.add(literal);
    }
    if (exact && all.size <= maxLiterals) return { exact: [...all], parts: [] };
    const union = new Set<string>();
    for (const branch of branches) {
      const best = pickParts(branch.exact === undefined ? branch.parts : [branch.exact])[0];
      if (best === undefined) return nothing;
      for (const literal of best) union.add(literal);
    }
    return { exact: undefined, parts: [[...union]] };
  };

  return {
    chooseParts(tree) {
      const { exact, parts } = read(tree);
      return pickParts(exact === undefined ? parts : [exact]).map(dropCovered);
    },
  };
}

const isOptional = (tree: Extract<SyntaxTree, { kind: "repeat" }>): boolean => tree.min === 0 && tree.max === 1;

/** A sequence as far as it was read: `current` is all that can stand between the last break and here. */
interface Run {
  readonly parts: LiteralPart[];
  current: readonly string[];
  broken: boolean;
}

const createRun = (): Run => ({ parts: [], current: [""], broken: false });

function breakRun(run: Run, next: readonly string[]): void {
  if (!run.current.includes("")) run.parts.push(run.current);
  run.current = next;
  run.broken = true;
}

function addLiterals(run: Run, { exact, parts }: Literals): void {
  if (exact === undefined) {
    breakRun(run, [""]);
    for (const part of parts) run.parts.push(part);
    return;
  }
  if (exact.length === 1 && exact[0] === "") return;
  const { current } = run;
  const long = current.every((literal) => literal.length >= maxLiteralLength);
  if (long || current.length * exact.length > maxLiterals) {
    breakRun(run, exact);
    return;
  }
  const crossed = new Set<string>();
  for (const left of current) for (const right of exact) crossed.add(left + right);
  run.current = [...crossed];
}

function finishRun(run: Run): Literals {
  if (!run.broken) return { exact: run.current, parts: [] };
  breakRun(run, [""]);
  return { exact: undefined, parts: run.parts };
}

/** Returns the rarest parts. */
function pickParts(parts: readonly LiteralPart[]): LiteralPart[] {
  const keys = parts.length > 1 ? parts.map((part) => part.join("\0")) : [""];
  return parts
    .filter((_, i) => keys.indexOf(keys[i]!) === i)
    .filter((part) => !part.includes(""))
    .map((part) => ({ part, odds: part.reduce((sum, literal) => sum + literalOdds(literal), 0) }))
    .filter(({ odds }) => odds <= maxPartOdds)
    .sort((a, b) => a.odds - b.odds)
    .filter(({ odds }, i) => i === 0 || odds <= maxFurtherOdds)
    .slice(0, maxParts)
    .map(({ part }) => part);
}

/** Cuts literals to the length that is rare enough, and leaves out those that begin or end with another one. */
function dropCovered(part: LiteralPart): LiteralPart {
  const all = new Set(part.map(cutLiteral));
  return [...all].filter((literal) => {
    for (let cut = 1; cut < literal.length; cut++) {
      if (all.has(literal.slice(0, cut)) || all.has(literal.slice(cut))) return false;
    }
    return true;
  });
}

/** Four signs of a large script are as rare as eight letters. */
function cutLiteral(literal: string): string {
  let length = 0;
  for (let weight = 0; length < literal.length && weight < maxLiteralLength; length++) {
    weight += literal.charCodeAt(length) < firstSign ? 1 : 2;
  }
  return literal.slice(0, length);
}

/** Here the signs of China, Japan and Korea begin. */
const firstSign = 0x2e80;
