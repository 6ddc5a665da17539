import { anyCodePoint, type CodeRanges, maxCodePoint } from "./code-ranges";
import { parseClass } from "./parse-class";
import { PatternSyntaxError, refuse } from "./parse-error";
import { parseClassEscape, parseEscape } from "./parse-escape";
import { noFlags, parseGroupOpening, type SyntaxFlags, setFlag } from "./parse-group";
import { parseRepeatCount, type RepeatCount, repeatBudget } from "./parse-repeat";
import { atEnd, peek, type SourceReader, take, takeIf } from "./source-reader";
import { assertion, emptyTree, type ParsedPattern, type SyntaxTree, type TextTree } from "./syntax-tree";
import { findCaseOrbit } from "./unicode-data";

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

const notNewline: CodeRanges = [0, 9, 11, maxCodePoint];
const assertTree = (condition: number): SyntaxTree => ({ kind: "assert", condition });

/**
 * Returns the tree of an RE2 pattern, or where and why it is refused (position in UTF-16 units). Never throws, takes time
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

  const reader: SourceReader = { text: source, at: 0 };
  const names: string[] = [];
  const open: OpenGroup[] = [{ start: 0, flagsAfter: flags, branches: [], items: [] }];
  let groupCount = 0;
  let usesBytes = false;
  /** Where the last repetition operator began, as long as nothing else was read after it. */
  let repeatedAt = -1;

  while (!atEnd(reader)) {
    const group = open[open.length - 1]!;
    const start = reader.at;
    const unit = source.charCodeAt(start);
    if (isPlain[unit] === 1) {
      const end = keepsTexts ? endOfText(source, start) : start + 1;
      reader.at = end;
      repeatedAt = -1;
      const isText = end - start > 1;
      group.items.push(
        isText
          ? { kind: "text", text: source.slice(start, end), foldsCase: flags.foldCase }
          : literalTree(unit, flags.foldCase),
      );
      continue;
    }
    const c = peek(reader);
    const count = parseRepeatCount(reader, limits.maxRepeat);
    if (count !== undefined) {
      applyRepeat(group, count, start, repeatedAt, reader, limits.maxRepeat);
      repeatedAt = start;
      continue;
    }
    repeatedAt = -1;
    if (c === "(") {
      if (open.length > limits.maxNesting) refuse(start, `groups nest deeper than ${limits.maxNesting}`);
      const opening = parseGroupOpening(reader, flags, names);
      if (opening.kind === "flags") {
        flags = opening.flags;
        continue;
      }
      if (opening.kind === "capture") groupCount++;
      open.push({ start, flagsAfter: flags, branches: [], items: [] });
      if (opening.kind === "plain") flags = opening.flags;
    } else if (c === ")") {
      if (open.length === 1) refuse(start, "`)` without `(`; escape it as `\\)`");
      reader.at++;
      open.pop();
      flags = group.flagsAfter;
      open[open.length - 1]!.items.push(closeGroup(group));
    } else if (c === "|") {
      reader.at++;
      group.branches.push(sequence(group.items));
      group.items = [];
    } else if (takeIf(reader, "\\Q")) {
      readQuoted(reader, flags, group.items);
    } else if (takeIf(reader, "\\C")) {
      usesBytes = true;
      group.items.push({ kind: "byte" });
    } else if (takeIf(reader, "\\B")) {
      // RE2 judges it between bytes, so it also holds inside a character that is not ASCII.
      usesBytes = true;
      group.items.push(assertTree(assertion.notWordBoundary));
    } else {
      group.items.push(readAtom(reader, flags));
    }
  }
  if (open.length > 1) refuse(open[open.length - 1]!.start, "`(` lacks its `)`");
  return { tree: closeGroup(open[0]!), groupNames: names, groupCount, usesBytes };
}

/** Most of a pattern: by unit, 1 for those that stand for themselves wherever an atom may stand, and are whole characters. */
const isPlain = /* @__PURE__ */ (() => {
  const table = new Uint8Array(0x10000).fill(1, 0x80, 0xd800).fill(1, 0xe000);
  for (const [first, last] of ["  ", "09", "AZ", "az"].map((range) => [range.charCodeAt(0), range.charCodeAt(1)]))
    table.fill(1, first, last! + 1);
  return table;
})();

/** Where the plain characters end that begin at `start`; the last one does not count when it may be repeated. */
function endOfText(source: string, start: number): number {
  plainRun.lastIndex = start;
  plainRun.test(source);
  const end = plainRun.lastIndex;
  if (end === source.length || end - start < 2) return end;
  const next = source.charCodeAt(end);
  return next === 0x3f || next === 0x2a || next === 0x2b || next === 0x7b ? end - 1 : end;
}

/** What `isPlain` tells, for as long as it holds. */
const plainRun = /[ 0-9A-Za-z\u0080-\ud7ff\ue000-\uffff]+/y;

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

function applyRepeat(
  group: OpenGroup,
  count: RepeatCount,
  start: number,
  repeatedAt: number,
  reader: SourceReader,
  maxRepeat: number,
): void {
  const token = reader.text.slice(start, reader.at);
  const item =
    group.items.pop() ?? refuse(start, `nothing to repeat before \`${token}\`; escape it to match it literally`);
  if (repeatedAt >= 0)
    refuse(
      repeatedAt,
      `repetition of a repetition \`${reader.text.slice(repeatedAt, reader.at)}\`; put the inner one in a group`,
    );
  const tree: TextTree = { kind: "repeat", item, min: count.min, max: count.max, at: start };
  if ((count.min >= 2 || count.max >= 2) && repeatBudget(tree, maxRepeat) === 0) {
    refuse(start, `nested repetitions multiply to more than ${maxRepeat}`);
  }
  group.items.push(tree);
}

function readAtom(reader: SourceReader, flags: SyntaxFlags): SyntaxTree {
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

/** Trees are never changed, so the frequent ones are made once. */
const literalTrees = new Map<number, CharsTree>();
const foldedTrees = new Map<number, CharsTree>();
const maxShared = 4096;

/** Returns the tree of one character. */
export const literalTree = (codePoint: number, foldCase: boolean): CharsTree =>
  (foldCase ? foldedTrees : literalTrees).get(codePoint) ?? makeLiteral(codePoint, foldCase);

type CharsTree = Extract<SyntaxTree, { kind: "chars" }>;

function makeLiteral(codePoint: number, foldCase: boolean): CharsTree {
  const shared = foldCase ? foldedTrees : literalTrees;
  const orbit = foldCase ? [...findCaseOrbit(codePoint)].sort((a, b) => a - b) : [codePoint];
  const tree: CharsTree = { kind: "chars", ranges: orbit.flatMap((member) => [member, member]) };
  if (shared.size < maxShared) shared.set(codePoint, tree);
  return tree;
}

function sequence(items: TextTree[]): TextTree {
  return items.length === 0 ? emptyTree : items.length === 1 ? items[0]! : { kind: "sequence", items };
}

function closeGroup(group: OpenGroup): TextTree {
  const last = sequence(group.items);
  return group.branches.length === 0 ? last : { kind: "choice", items: [...group.branches, last] };
}
