import type { CodeRanges } from "./code-ranges";
import { cutLiterals, dropCovered } from "./cover-literals";
import { foldClass } from "./fold-unit";
import {
  appendLiteral,
  boundaryLiteral,
  crossLiterals,
  emptyLiteral,
  isSameList,
  type LiteralList,
  listLiterals,
  listOdds,
  maxPartOdds,
  uniteLiterals,
} from "./literal-list";
import { literalTree } from "./parse-pattern";
import { assertion, type TextLeaf, type TextTree } from "./syntax-tree";

/**
 * Literals, folded by `foldUnit`, of which every match of a pattern holds at least one. A literal may begin or end with
 * `boundary`, where a word begins or ends.
 */
export interface LiteralPart {
  readonly literals: readonly string[];
  /** The most UTF-16 units from where a match begins to where such a literal does; `unbounded` when there is no most. */
  readonly lead: number;
  /**
   * The most units from where such a literal begins to where the match ends; the same. Of a part that is repeated, another
   * copy may be meant than by `lead`.
   */
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
  chooseParts(tree: TextTree): LiteralPart[];
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

  const read = (tree: TextTree): Literals => {
    switch (tree.kind) {
      case "text":
        return readText(tree);
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

  /** By character, and the same below zero where its case does not count: its folded form, `undefined` when it is not just one. */
  const foldedForms = new Map<number, string | undefined>();

  const foldChar = (unit: number, foldsCase: boolean): string | undefined => {
    const key = foldsCase ? unit : ~unit;
    let form = foldedForms.get(key);
    if (form === undefined && !foldedForms.has(key)) {
      const { exact } = readClass(literalTree(unit, foldsCase).ranges);
      form = exact?.strings.length === 1 ? exact.strings[0] : undefined;
      foldedForms.set(key, form);
    }
    return form;
  };

  /** Returns a text as literals hold it, up to the first character that has several forms there or none. */
  const foldStart = ({ text, foldsCase }: TextLeaf, from: number): string => {
    const rest = from === 0 ? text : text.slice(from);
    if (foldedAscii.test(rest)) return rest;
    if (plainAscii.test(rest)) return rest.toLowerCase().replace(digits, "0");
    let folded = "";
    for (let i = 0; i < rest.length; i++) {
      const form = foldChar(rest.charCodeAt(i), foldsCase);
      if (form === undefined) break;
      folded += form;
    }
    return folded;
  };

  const addText = (run: Run, leaf: TextLeaf): void => {
    const { text, foldsCase } = leaf;
    for (let at = 0; at < text.length; ) {
      const folded = foldStart(leaf, at);
      addFolded(run, folded);
      at += folded.length;
      // Some letters have several forms.
      if (at < text.length) addLiterals(run, readClass(literalTree(text.charCodeAt(at++), foldsCase).ranges));
    }
  };

  const readText = (leaf: TextLeaf): Literals => {
    const folded = foldStart(leaf, 0);
    if (folded.length === leaf.text.length && folded.length <= maxLiteralLength)
      return { exact: listLiterals([folded]), parts: noParts, most: folded.length };
    const run = createRun();
    addText(run, leaf);
    return finishRun(run);
  };

  const readSequence = (items: readonly TextTree[]): Literals => {
    const run = createRun();
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      if (item.kind === "text") addText(run, item);
      else if (item.kind === "repeat" && !isOptional(item)) addRepeat(run, item);
      else addLiterals(run, item.kind === "chars" ? readClass(item.ranges) : read(item));
    }
    return finishRun(run);
  };

  /** Copies beyond the least number are not followed, but the last copy stands beside what comes next. */
  const addRepeat = (run: Run, tree: Extract<TextTree, { kind: "repeat" }>): void => {
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

  const readRepeat = (tree: Extract<TextTree, { kind: "repeat" }>): Literals => {
    if (isOptional(tree)) {
      const { exact, most } = read(tree.item);
      return { exact: exact === undefined ? undefined : uniteLiterals([emptyLiteral, exact]), parts: noParts, most };
    }
    const run = createRun();
    addRepeat(run, tree);
    return finishRun(run);
  };

  const readChoice = (items: readonly TextTree[]): Literals => {
    const branches: Literals[] = [];
    const lists: LiteralList[] = [];
    let most = 0;
    /** Most branches are words: those in a row are one list, and no object is made for each. */
    let words: string[] = [];
    const addWords = (): void => {
      const exact = listLiterals(words);
      branches.push({ exact, parts: noParts, most: exact.longest });
      lists.push(exact);
      most = Math.max(most, exact.longest);
      words = [];
    };
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      const folded = item.kind === "text" && item.text.length <= maxLiteralLength ? foldStart(item, 0) : "";
      if (item.kind === "text" && folded.length === item.text.length) {
        if (!words.includes(folded)) words.push(folded);
        continue;
      }
      if (words.length > 0) addWords();
      const branch = read(item);
      branches.push(branch);
      if (branch.exact !== undefined) lists.push(branch.exact);
      most = Math.max(most, branch.most);
    }
    if (words.length > 0) addWords();
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
      return best === undefined ? [] : [best, ...pickFurther(parts, best)].map(finishPart);
    },
  };
}

/** Texts that are as literals hold them, and those that are but for case and digits. */
const foldedAscii = /^[ a-z]*$/;
const plainAscii = /^[ 0-9A-Za-z]*$/;
const digits = /[1-9]/g;

const isOptional = (tree: Extract<TextTree, { kind: "repeat" }>): boolean => tree.min === 0 && tree.max === 1;

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

/** Adds characters that have one form each, as `addLiterals` would one by one. */
function addFolded(run: Run, folded: string): void {
  for (let at = 0; at < folded.length; ) {
    const { current, tail } = run;
    // One more for a boundary.
    const room = maxLiteralLength + 1 - current.shortestString - tail.length;
    let taken = 1;
    if (room > 0 && current.strings.length <= maxLiterals) {
      const rest = at === 0 ? folded : folded.slice(at);
      const added = rest.length > room ? rest.slice(0, room) : rest;
      taken = added.length;
      run.tail = tail === "" ? added : tail + added;
      run.tailUnits += taken;
    } else breakRun(run, listLiterals([folded.charAt(at)]), plus(run.lead, runLongest(run)));
    extendParts(run, taken);
    at += taken;
  }
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
  const distinct: Part[] = [];
  for (let i = 0; i < others.length; i++) {
    const { list } = others[i]!;
    if (
      !isSameList(list.strings, best.list.strings) &&
      !distinct.some((one) => isSameList(one.list.strings, list.strings))
    )
      distinct.push(others[i]!);
  }
  return distinct.sort((a, b) => a.odds - b.odds).slice(0, maxFurther);
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

function finishPart({ list, lead, trail }: Part): LiteralPart {
  const { literals, moved } = dropCovered(cutLiterals(list.strings, maxLiteralLength));
  return { literals, lead: plus(lead, moved), trail };
}
