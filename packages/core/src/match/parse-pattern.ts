import { anyCodePoint, type CodeRanges, maxCodePoint } from "./code-ranges";
import { parseClass } from "./parse-class";
import { PatternSyntaxError, refuse } from "./parse-error";
import { parseClassEscape, parseEscape } from "./parse-escape";
import { noFlags, parseGroupOpening, type SyntaxFlags, setFlag } from "./parse-group";
import { parseRepeatCount, type RepeatCount, repeatBudget } from "./parse-repeat";
import { atEnd, peek, type SourceReader, take, takeIf } from "./source-reader";
import { assertion, emptyTree, type ParsedPattern, type SyntaxTree } from "./syntax-tree";
import { findCaseOrbit } from "./unicode-data";

export type ParseResult =
  | { readonly ok: true; readonly pattern: ParsedPattern }
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
  readonly branches: SyntaxTree[];
  items: SyntaxTree[];
}

const notNewline: CodeRanges = [0, 9, 11, maxCodePoint];
const assertTree = (condition: number): SyntaxTree => ({ kind: "assert", condition });

/**
 * Returns the tree of an RE2 pattern, or where and why it is refused (position in UTF-16 units). Never throws, takes time
 * linear in the length of the source.
 */
export function parsePattern(source: string, letters: string, limits: ParseLimits): ParseResult {
  try {
    return { ok: true, pattern: readPattern(source, letters, limits) };
  } catch (error) {
    if (error instanceof PatternSyntaxError) return { ok: false, position: error.position, message: error.message };
    throw error;
  }
}

function readPattern(source: string, letters: string, limits: ParseLimits): ParsedPattern {
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
    if (isPlain(unit)) {
      reader.at++;
      repeatedAt = -1;
      group.items.push(literal(unit, flags));
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

/** Most of a pattern: units that stand for themselves wherever an atom may stand, and are whole characters. */
const isPlain = (unit: number): boolean =>
  unit < 0x80
    ? unit === 0x20 ||
      (unit >= 0x30 && unit <= 0x39) ||
      (unit >= 0x61 && unit <= 0x7a) ||
      (unit >= 0x41 && unit <= 0x5a)
    : unit < 0xd800 || unit > 0xdfff;

function refuseLoneSurrogates(source: string): void {
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = i + 1 < source.length ? source.charCodeAt(i + 1) : 0;
    if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff)
      refuse(i, "lone surrogate in the pattern; patterns are Unicode text");
    i++;
  }
}

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
  const tree: SyntaxTree = { kind: "repeat", item, min: count.min, max: count.max, at: start };
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
      return ranges ? { kind: "chars", ranges } : literal(parseEscape(reader), flags);
    }
    default:
      return literal(take(reader), flags);
  }
}

function readQuoted(reader: SourceReader, flags: SyntaxFlags, items: SyntaxTree[]): void {
  while (!atEnd(reader) && !takeIf(reader, "\\E")) items.push(literal(take(reader), flags));
}

/** Trees are never changed, so the frequent ones are made once. */
const literalTrees = new Map<number, SyntaxTree>();
const foldedTrees = new Map<number, SyntaxTree>();
const maxShared = 4096;

const literal = (codePoint: number, flags: SyntaxFlags): SyntaxTree =>
  (flags.foldCase ? foldedTrees : literalTrees).get(codePoint) ?? makeLiteral(codePoint, flags.foldCase);

function makeLiteral(codePoint: number, foldCase: boolean): SyntaxTree {
  const shared = foldCase ? foldedTrees : literalTrees;
  const orbit = foldCase ? [...findCaseOrbit(codePoint)].sort((a, b) => a - b) : [codePoint];
  const tree: SyntaxTree = { kind: "chars", ranges: orbit.flatMap((member) => [member, member]) };
  if (shared.size < maxShared) shared.set(codePoint, tree);
  return tree;
}

function sequence(items: SyntaxTree[]): SyntaxTree {
  return items.length === 0 ? emptyTree : items.length === 1 ? items[0]! : { kind: "sequence", items };
}

function closeGroup(group: OpenGroup): SyntaxTree {
  const last = sequence(group.items);
  return group.branches.length === 0 ? last : { kind: "choice", items: [...group.branches, last] };
}
