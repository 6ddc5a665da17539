import type { CodeRanges } from "./code-ranges";
import { foldClass } from "./fold-unit";
import { emptyLiteral, type LiteralList, listLiterals, uniteLiterals } from "./literal-list";
import {
  addFolded,
  addLiterals,
  addParts,
  anyUnits,
  boundaryOnly,
  breakRun,
  createRun,
  emptyOnly,
  extendParts,
  finishRun,
  type Literals,
  maxLiteralLength,
  maxLiterals,
  noParts,
  plus,
  type Run,
  runLongest,
  times,
  unbounded,
} from "./literal-run";
import { literalTree } from "./literal-tree";
import { chooseParts, type LiteralPart, uniteParts } from "./pick-parts";
import { assertion, type TextLeaf, type TextTree, type WordsLeaf } from "./syntax-tree";

/** A class of more folded characters than this parts literals; the letters are 26. */
const maxChars = 32;

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
  const foldStart = ({ text, foldsCase }: TextLeaf | WordsLeaf, from: number): string => {
    const rest = text.slice(from);
    if (foldedText.test(rest)) return rest;
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

  /** Returns words as literals hold them; undefined when some have several forms, or none, or are too long. */
  const foldWords = (leaf: TextLeaf | WordsLeaf): string[] | undefined => {
    const folded = foldStart(leaf, 0);
    if (folded.length < leaf.text.length) return undefined;
    const words = folded.split(wordBorder);
    for (let i = 0; i < words.length; i++) if (words[i]!.length > maxLiteralLength) return undefined;
    return words;
  };

  const readChoice = (items: readonly TextTree[]): Literals => {
    const branches: Literals[] = [];
    /** Most branches are words: those in a row are one list. */
    let words: string[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      const own = item.kind === "text" || item.kind === "words" ? foldWords(item) : undefined;
      if (own !== undefined) {
        words = words === undefined ? own : words.concat(own);
        continue;
      }
      if (item.kind === "words") return readChoice(items.flatMap(splitWords));
      if (words !== undefined) branches.push(listWords(words));
      words = undefined;
      branches.push(read(item));
    }
    if (words !== undefined) branches.push(listWords(words));
    const lists: LiteralList[] = [];
    let most = 0;
    for (let i = 0; i < branches.length; i++) {
      const branch = branches[i]!;
      if (branch.exact !== undefined) lists.push(branch.exact);
      if (branch.most > most) most = branch.most;
    }
    if (lists.length === branches.length) {
      const exact = uniteLiterals(lists);
      if (exact.strings.length <= maxLiterals) return { exact, parts: noParts, most };
    }
    return { exact: undefined, parts: uniteParts(branches), most };
  };

  /** By kind: called by a name, they would be compiled into one another. */
  const readers: { readonly [Kind in TextTree["kind"]]: (tree: Extract<TextTree, { kind: Kind }>) => Literals } = {
    text: readText,
    chars: ({ ranges }) => readClass(ranges),
    words: (tree) => readChoice([tree]),
    empty: () => emptyOnly,
    assert: ({ condition }) => (condition === assertion.wordBoundary ? boundaryOnly : emptyOnly),
    byte: () => anyUnits,
    sequence: ({ items }) => readSequence(items),
    choice: ({ items }) => readChoice(items),
    repeat: readRepeat,
  };
  const read = (tree: TextTree): Literals => (readers[tree.kind] as (tree: TextTree) => Literals)(tree);

  return { chooseParts: (tree) => chooseParts(read(tree)) };
}

function listWords(words: readonly string[]): Literals {
  const distinct = new Set(words);
  const exact = listLiterals(distinct.size === words.length ? words : Array.from(distinct));
  return { exact, parts: noParts, most: exact.longest };
}

/** Words one by one. */
const splitWords = (tree: TextTree): readonly TextTree[] =>
  tree.kind === "words"
    ? tree.text.split(wordBorder).map((text) => ({ kind: "text", text, foldsCase: tree.foldsCase }))
    : [tree];

const wordBorder = "|";

/** Texts, and words with what is between them, that are as literals hold them, and those that are but for case and digits. */
const foldedText = /^[ a-z|\u2e80-\ua63f\uac00-\ud7a3]*$/;
const plainAscii = /^[ 0-9A-Za-z|]*$/;
const digits = /[1-9]/g;

const isOptional = (tree: Extract<TextTree, { kind: "repeat" }>): boolean => tree.min === 0 && tree.max === 1;
