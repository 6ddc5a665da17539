import { toByteText } from "./byte-tree.js";
import { buildCharClasses, type CharClasses, charKind } from "./char-classes.js";
import type { CodeRanges } from "./code-ranges.js";
import type { CompiledPattern } from "./compile-pattern.js";
import { createSpanFinder, findSpans, type Span, type SpanFinder } from "./find-spans.js";
import { createLazyAutomaton, type LazyAutomaton, startRow } from "./lazy-automaton.js";
import {
  addPattern,
  type CharSets,
  createCharSets,
  createProgramBuilder,
  finishProgram,
  internTreeSets,
} from "./program.js";
import { clearFindings, createFindings, type Findings, scanEnd, scanText } from "./scan-text.js";

/** Patterns that are searched in one pass over the same form of the text: UTF-16, or UTF-8 bytes for those with `\C` or `\B`. */
export interface PatternGroup {
  /** The set's number of each pattern of the group. */
  readonly members: readonly number[];
  readonly overBytes: boolean;
  readonly sets: CharSets;
  readonly classes: CharClasses;
  readonly automaton: LazyAutomaton;
  readonly findings: Findings;
  /** The beginning of a text, and the flush count it is good for. */
  begin: { row: number; flushCount: number };
}

/** The span finders in use, the least recently used first; they share a quarter of the set's memory. */
const finderCount = 4;

/** What the scan's automaton, and all span finders together, may take of the set's memory. */
const automatonShare = 0.6;
const findersShare = 0.25;

export function createGroup(
  patterns: readonly CompiledPattern[],
  members: readonly number[],
  overBytes: boolean,
  maxBytes: number,
): PatternGroup {
  const sets = createCharSets();
  const builder = createProgramBuilder(sets);
  for (const member of members) addPattern(builder, patterns[member]!.searchTree);
  for (const member of members) internTreeSets(sets, patterns[member]!.tree);
  const classes = buildCharClasses(sets.list as readonly CodeRanges[]);
  const automaton = createLazyAutomaton(finishProgram(builder), classes, {
    anywhere: true,
    backward: false,
    maxBytes: Math.floor(maxBytes * automatonShare),
  });
  return {
    members,
    overBytes,
    sets,
    classes,
    automaton,
    findings: createFindings(members.length),
    begin: { row: 0, flushCount: -1 },
  };
}

/** Scans one group; what it found is left in its findings. */
export function scanGroup(group: PatternGroup, text: string): void {
  const { automaton, begin, findings } = group;
  const subject = group.overBytes ? toByteText(text).text : text;
  clearFindings(findings);
  automaton.stamp++;
  if (begin.flushCount !== automaton.flushCount) {
    begin.row = startRow(automaton, charKind.edge);
    begin.flushCount = automaton.flushCount;
  }
  const row = scanText(automaton, subject, 0, subject.length, begin.row, findings);
  if (row !== 0) scanEnd(automaton, row, findings);
}

export interface SpanFinders {
  find(text: string, pattern: number): Span[];
  bytes(): number;
}

export function createSpanFinders(
  patterns: readonly CompiledPattern[],
  groupOf: (pattern: number) => PatternGroup,
  maxBytes: number,
): SpanFinders {
  const finders = new Map<number, SpanFinder>();
  const share = Math.floor((maxBytes * findersShare) / finderCount);
  const finderOf = (pattern: number): SpanFinder => {
    let finder = finders.get(pattern);
    if (finder !== undefined) finders.delete(pattern);
    else {
      const group = groupOf(pattern);
      const builder = createProgramBuilder(group.sets);
      addPattern(builder, patterns[pattern]!.tree);
      finder = createSpanFinder(finishProgram(builder), group.classes, share);
      for (const oldest of finders.keys()) {
        if (finders.size < finderCount) break;
        finders.delete(oldest);
      }
    }
    finders.set(pattern, finder);
    return finder;
  };
  return {
    find(text, pattern) {
      const finder = finderOf(pattern);
      if (!groupOf(pattern).overBytes) return findSpans(finder, text);
      return findByteSpans(finder, text);
    },
    bytes() {
      let bytes = 0;
      for (const { forward, backward } of finders.values()) bytes += forward.bytes + backward.bytes;
      return bytes;
    },
  };
}

/** Spans over bytes, widened to whole characters; a span inside a character already covered is left out. */
function findByteSpans(finder: SpanFinder, text: string): Span[] {
  const { text: bytes, offsets } = toByteText(text);
  if (offsets === undefined) return findSpans(finder, text);
  const spans: Span[] = [];
  for (const { start, end } of findSpans(finder, bytes)) {
    const from = offsets[start]!;
    let last = end;
    while (last > start && last < bytes.length && offsets[last] === offsets[last - 1]) last++;
    const to = offsets[last]!;
    const previous = spans[spans.length - 1];
    if (previous === undefined || from >= previous.end) spans.push({ start: from, end: to });
  }
  return spans;
}
