import { anyCodePoint, type CodeRanges, maxCodePoint } from "./code-ranges";
import { literalTree } from "./literal-tree";
import { parseClass } from "./parse-class";
import { PatternSyntaxError, refuse } from "./parse-error";
import { parseClassEscape, parseEscape } from "./parse-escape";
import { noFlags, parseGroupOpening, type SyntaxFlags, setFlag } from "./parse-group";
import { parseRepeatCount, type RepeatCount, repeatBudget } from "./parse-repeat";
import { choiceOf, sequenceOf, simplifyTree } from "./simplify-tree";
import { atEnd, peek, type SourceReader, take, takeIf } from "./source-reader";
import { assertion, type ParsedPattern, type SyntaxTree, type TextTree } from "./syntax-tree";

export type ParseResult<Tree = SyntaxTree> =
  | { readonly ok: true; readonly pattern: ParsedPattern<Tree> }
  | { readonly ok: false; readonly position: number; readonly message: string };

export interface ParseLimits {
  readonly maxPatternLength: number;
  readonly maxNesting: number;
  readonly maxRepeat: number;
}

/** A group that is still open: the finished branches, and the branch being read. */
interface OpenGroup {
  readonly start: number;
  readonly flagsAfter: SyntaxFlags;
  readonly branches: TextTree[];
  items: TextTree[];
}

interface Parser extends SourceReader {
  readonly limits: ParseLimits;
  readonly keepsTexts: boolean;
  readonly names: string[];
  /** The groups around `group`. */
  readonly open: OpenGroup[];
  group: OpenGroup;
  flags: SyntaxFlags;
  groupCount: number;
  usesBytes: boolean;
  /** Where the last repetition operator began, as long as nothing else was read after it. */
  repeatedAt: number;
  /** False once a repetition was read that is not simple. */
  isSimple: boolean;
}

const openGroup = (start: number, flagsAfter: SyntaxFlags): OpenGroup => ({
  start,
  flagsAfter,
  branches: [],
  items: [],
});

const notNewline: CodeRanges = [0, 9, 11, maxCodePoint];
const assertTree = (condition: number): SyntaxTree => ({ kind: "assert", condition });

/**
 * Returns the tree of an RE2 pattern, simplified, or where and why it is refused (position in UTF-16 units). Never throws, takes time
 * linear in the length of the source.
 */
export const parsePattern = (source: string, letters: string, limits: ParseLimits): ParseResult =>
  // Without texts a tree is a plain one.
  parse(source, letters, limits, false) as ParseResult;

/** The same with runs of plain characters as texts. */
export const parseTexts = (source: string, letters: string, limits: ParseLimits): ParseResult<TextTree> =>
  parse(source, letters, limits, true);

function parse(source: string, letters: string, limits: ParseLimits, keepsTexts: boolean): ParseResult<TextTree> {
  try {
    return { ok: true, pattern: readPattern(source, letters, limits, keepsTexts) };
  } catch (error) {
    if (error instanceof PatternSyntaxError) return { ok: false, position: error.position, message: error.message };
    throw error;
  }
}

function readPattern(
  source: string,
  letters: string,
  limits: ParseLimits,
  keepsTexts: boolean,
): ParsedPattern<TextTree> {
  if (source.length > limits.maxPatternLength) {
    refuse(limits.maxPatternLength, `the pattern is longer than ${limits.maxPatternLength} UTF-16 units; split it`);
  }
  refuseLoneSurrogates(source);
  let flags: SyntaxFlags = noFlags;
  for (const letter of letters)
    flags =
      setFlag(flags, letter, true) ?? refuse(0, `unknown flag \`${letter}\`; the flags are \`i\`, \`m\`, \`s\`, \`U\``);

  const parser: Parser = {
    text: source,
    at: 0,
    limits,
    keepsTexts,
    names: [],
    open: [],
    group: openGroup(0, flags),
    flags,
    groupCount: 0,
    usesBytes: false,
    repeatedAt: -1,
    isSimple: true,
  };
  while (parser.at < source.length) {
    const start = parser.at;
    plainRun.lastIndex = start;
    if (plainRun.test(source)) readPlain(parser, plainRun.lastIndex);
    else {
      const read = readers[source.charAt(start)] ?? readAtom;
      read(parser);
    }
    if (parser.repeatedAt < start) parser.repeatedAt = -1;
  }
  const { group, isSimple, names, groupCount, usesBytes } = parser;
  if (parser.open.length > 0) refuse(group.start, "`(` lacks its `)`");
  const tree = closeGroup(group);
  return { tree: isSimple ? tree : simplifyTree(tree), groupNames: names, groupCount, usesBytes };
}

/** Reads plain characters, which end at `runEnd` at the latest. */
function readPlain(parser: Parser, runEnd: number): void {
  const { text, at: start, flags, keepsTexts } = parser;
  const { items } = parser.group;
  if (keepsTexts && items.length === 0) {
    wordRun.lastIndex = start;
    if (wordRun.test(text)) {
      parser.at = wordRun.lastIndex;
      items.push({ kind: "words", text: text.slice(start, parser.at), foldsCase: flags.foldCase });
      return;
    }
  }
  // The last one does not count when it may be repeated.
  const isRepeated = runEnd < text.length && repeats.includes(text.charAt(runEnd));
  const end = isRepeated && runEnd - start > 1 ? runEnd - 1 : runEnd;
  parser.at = end;
  if (keepsTexts && end - start > 1)
    items.push({ kind: "text", text: text.slice(start, end), foldsCase: flags.foldCase });
  else for (let at = start; at < end; at++) items.push(literalTree(text.charCodeAt(at), flags.foldCase));
}

type ReadToken = (parser: Parser) => void;

const readRepeat: ReadToken = (parser) => {
  const start = parser.at;
  const count = parseRepeatCount(parser, parser.limits.maxRepeat);
  if (count === undefined) readAtom(parser);
  else applyRepeat(parser, count, start);
};

/** By first character; everything else is an atom. One after the other, they would be one function to the compiler. */
const readers: Readonly<Record<string, ReadToken>> = {
  "*": readRepeat,
  "+": readRepeat,
  "?": readRepeat,
  "{": readRepeat,
  "(": (parser) => {
    const { at: start, open, flags } = parser;
    if (open.length >= parser.limits.maxNesting) refuse(start, `groups nest deeper than ${parser.limits.maxNesting}`);
    const opening = parseGroupOpening(parser, flags, parser.names);
    if (opening.kind !== "capture") parser.flags = opening.flags;
    else parser.groupCount++;
    if (opening.kind === "flags") return;
    open.push(parser.group);
    parser.group = openGroup(start, flags);
  },
  ")": (parser) => {
    const { group, open } = parser;
    const outer = open.pop() ?? refuse(parser.at, "`)` without `(`; escape it as `\\)`");
    parser.at++;
    parser.flags = group.flagsAfter;
    parser.group = outer;
    outer.items.push(closeGroup(group));
  },
  "|": (parser) => {
    const { group } = parser;
    parser.at++;
    group.branches.push(sequenceOf(group.items));
    group.items = [];
  },
  "\\": (parser) => {
    const { items } = parser.group;
    if (takeIf(parser, "\\Q")) readQuoted(parser, parser.flags, items);
    else if (takeIf(parser, "\\C")) {
      parser.usesBytes = true;
      items.push({ kind: "byte" });
    } else if (takeIf(parser, "\\B")) {
      // RE2 judges it between bytes, so it also holds inside a character that is not ASCII.
      parser.usesBytes = true;
      items.push(assertTree(assertion.notWordBoundary));
    } else readAtom(parser);
  },
};

const repeats = ["*", "+", "?", "{"];
/** Most of a pattern: what stands for itself wherever an atom may stand, and is whole characters. */
const plainRun = /[ 0-9A-Za-z\u0080-\ud7ff\ue000-\uffff]+/y;
/** Branches of at least two such characters each, which is what most long patterns are made of. */
const wordRun =
  /[ 0-9A-Za-z\u0080-\ud7ff\ue000-\uffff]{2,}(?:\|[ 0-9A-Za-z\u0080-\ud7ff\ue000-\uffff]{2,})+(?=[|)]|$)/y;

function refuseLoneSurrogates(source: string): void {
  if (!anySurrogate.test(source)) return;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = i + 1 < source.length ? source.charCodeAt(i + 1) : 0;
    if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff)
      refuse(i, "lone surrogate in the pattern; patterns are Unicode text");
    i++;
  }
}

const anySurrogate = /[\ud800-\udfff]/;

function applyRepeat(parser: Parser, { min, max }: RepeatCount, at: number): void {
  const { items } = parser.group;
  const { limits, repeatedAt } = parser;
  const item =
    items.pop() ??
    refuse(at, `nothing to repeat before \`${parser.text.slice(at, parser.at)}\`; escape it to match it literally`);
  if (repeatedAt >= 0)
    refuse(
      repeatedAt,
      `repetition of a repetition \`${parser.text.slice(repeatedAt, parser.at)}\`; put the inner one in a group`,
    );
  const tree: TextTree = { kind: "repeat", item, min, max, at };
  if ((min >= 2 || max >= 2) && repeatBudget(tree, limits.maxRepeat) === 0)
    refuse(at, `nested repetitions multiply to more than ${limits.maxRepeat}`);
  // Those around it count it all the same.
  if (item.kind === "empty" || max === 0 || (min === 1 && max === 1)) parser.isSimple = false;
  items.push(tree);
  parser.repeatedAt = at;
}

function readAtom(parser: Parser): void {
  parser.group.items.push(parseAtom(parser, parser.flags));
}

function parseAtom(reader: SourceReader, flags: SyntaxFlags): SyntaxTree {
  const c = peek(reader);
  switch (c) {
    case ".":
      reader.at++;
      return { kind: "chars", ranges: flags.dotAll ? anyCodePoint : notNewline };
    case "^":
      reader.at++;
      return assertTree(flags.multiLine ? assertion.lineStart : assertion.textStart);
    case "$":
      reader.at++;
      return assertTree(flags.multiLine ? assertion.lineEnd : assertion.textEnd);
    case "[":
      return { kind: "chars", ranges: parseClass(reader, flags.foldCase) };
    case "\\": {
      if (takeIf(reader, "\\b")) return assertTree(assertion.wordBoundary);
      if (takeIf(reader, "\\A")) return assertTree(assertion.textStart);
      if (takeIf(reader, "\\z")) return assertTree(assertion.textEnd);
      const ranges = parseClassEscape(reader, flags.foldCase);
      return ranges ? { kind: "chars", ranges } : literalTree(parseEscape(reader), flags.foldCase);
    }
    default:
      return literalTree(take(reader), flags.foldCase);
  }
}

function readQuoted(reader: SourceReader, flags: SyntaxFlags, items: TextTree[]): void {
  while (!atEnd(reader) && !takeIf(reader, "\\E")) items.push(literalTree(take(reader), flags.foldCase));
}

function closeGroup(group: OpenGroup): TextTree {
  const last = sequenceOf(group.items);
  if (group.branches.length === 0) return last;
  group.branches.push(last);
  return choiceOf(group.branches);
}
