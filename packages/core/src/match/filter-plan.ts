import { reduceForSearch, simplifyTree } from "./simplify-tree.js";
import type { SyntaxTree } from "./syntax-tree.js";
import { longest, shortest } from "./tree-length.js";
import { lingering, matchOdds, rangesOdds } from "./tree-odds.js";
import { writeTree } from "./write-tree.js";

/**
 * Patterns such as `ignore\W+(?:\w+\W+){0,5}rules` keep threads alive for many characters, and in one automaton the states of
 * many such patterns multiply. So the first pass does not search them: it searches the parts every match must hold (`ignore`,
 * `rules`), each shared by all patterns that need it, beside all patterns that do not linger. Only when every part of a
 * pattern was seen is the pattern itself searched.
 */
export interface FilterPlan {
  /** What the first pass searches. */
  readonly trees: readonly SyntaxTree[];
  /** By tree: the patterns that match when it is found. */
  readonly decides: readonly (readonly number[])[];
  /** By tree: the patterns that need it. */
  readonly neededBy: readonly (readonly number[])[];
  /** By pattern: how many trees it needs; 0 when the first pass decides it. */
  readonly needs: Uint8Array;
  /** Patterns of which no part is rare. */
  readonly unfiltered: readonly number[];
}

/** Repetitions that linger longer (in characters) end a part; so does what parts words. */
const maxLingering = 1.5;
/** A part is cut to so many characters: enough to be rare, few enough that their states do not multiply. */
const maxPartLength = 10;
/** A part that ordinary text holds more often than this a place filters nothing. */
const maxPartOdds = 0.0005;
/** A pattern whose parts are together no rarer than this would be looked at again for every other text. */
const maxOdds = 1e-4;
const maxParts = 4;
/** A pattern with no longer match, and none that lingers, is searched as it is. */
const maxWholeLength = 16;

/** With no more lingering patterns than this, one automaton holds them all. */
const maxLingeringPatterns = 16;
/** A pattern that stays alive longer (in characters) is one of them. */
const lingersFrom = 7;

/** Returns the plan for patterns given as search trees. */
export function planFilter(searchTrees: readonly SyntaxTree[]): FilterPlan {
  const trees: SyntaxTree[] = [];
  const decides: number[][] = [];
  const neededBy: number[][] = [];
  const needs = new Uint8Array(searchTrees.length);
  const unfiltered: number[] = [];
  const ids = new Map<string, number>();
  const intern = (tree: SyntaxTree): number => {
    const key = writeTree(tree);
    let id = ids.get(key);
    if (id === undefined) {
      id = trees.push(tree) - 1;
      ids.set(key, id);
      decides.push([]);
      neededBy.push([]);
    }
    return id;
  };
  const together = searchTrees.filter((tree) => lingering(tree) > lingersFrom).length <= maxLingeringPatterns;
  for (const [pattern, tree] of searchTrees.entries()) {
    const length = longest(tree);
    const short = length !== undefined && length <= maxWholeLength && lingering(tree) <= 2 * maxLingering;
    if (together || short) {
      decides[intern(tree)]!.push(pattern);
      continue;
    }
    const chosen = chooseParts(tree);
    if (chosen.reduce((odds, part) => odds * matchOdds(part), 1) > maxOdds) {
      unfiltered.push(pattern);
      continue;
    }
    const parts = new Set(chosen.map(intern));
    for (const part of parts) {
      neededBy[part]!.push(pattern);
      needs[pattern]!++;
    }
  }
  return { trees, decides, neededBy, needs, unfiltered };
}

/** Returns the rarest parts that every match of the tree holds. */
function chooseParts(tree: SyntaxTree): SyntaxTree[] {
  return requiredParts(tree)
    .map((part) => ({ part, odds: matchOdds(part) }))
    .filter(({ odds }) => odds < maxPartOdds)
    .sort((a, b) => a.odds - b.odds)
    .slice(0, maxParts)
    .map(({ part }) => part);
}

/** Returns short parts that do not linger and that every match holds, in no order. */
function requiredParts(tree: SyntaxTree): SyntaxTree[] {
  switch (tree.kind) {
    case "chars":
    case "byte":
      return [tree];
    case "sequence":
      return splitSequence(tree.items);
    case "repeat":
      return tree.min > 0 ? requiredParts(tree.item) : [];
    case "choice": {
      const best = tree.items.map((item) => chooseParts(item)[0]);
      return best.every((part) => part !== undefined)
        ? [simplifyTree({ kind: "choice", items: best as SyntaxTree[] })]
        : [];
    }
    default:
      return [];
  }
}

/** Cuts a sequence where it lingers, where words part, and where a part is long enough. */
function splitSequence(items: readonly SyntaxTree[]): SyntaxTree[] {
  const parts: SyntaxTree[] = [];
  let run: SyntaxTree[] = [];
  let length = 0;
  const close = () => {
    const part = reduceForSearch({ kind: "sequence", items: run });
    if (length > 0 && part.kind !== "empty") parts.push(part);
    run = [];
    length = 0;
  };
  for (const item of items) {
    const itemLength = shortest(item);
    const short = itemLength <= maxPartLength && lingering(item) <= maxLingering;
    if (!short || (item.kind === "chars" && rangesOdds(item.ranges) > partingOdds)) {
      close();
      if (!short) parts.push(...requiredParts(item));
      continue;
    }
    if (length + itemLength > maxPartLength) close();
    run.push(item);
    length += itemLength;
  }
  close();
  return parts;
}

/** A class this frequent (a space, any word character) tells nothing and parts words. */
const partingOdds = 0.5;
