import { toByteText } from "./byte-tree.js";
import { buildCharClasses, type CharClasses, charKind } from "./char-classes.js";
import { type PatternHandle, recompile } from "./compile-pattern.js";
import { createSpanFinder, findSpans, type Span, type SpanFinder } from "./find-spans.js";
import { createLazyAutomaton, type LazyAutomaton, startRow } from "./lazy-automaton.js";
import { addPattern, createCharSets, createProgramBuilder, finishProgram } from "./program.js";
import { scanText } from "./scan-text.js";
import { clearFindings, createFindings, type Findings, scanEnd } from "./scan-units.js";
import type { SyntaxTree } from "./syntax-tree.js";

/** Trees searched in one pass over the same form of the text: UTF-16, or UTF-8 bytes for patterns with `\C` or `\B`. */
export interface SearchGroup {
  readonly overBytes: boolean;
  readonly classes: CharClasses;
  readonly automaton: LazyAutomaton;
  readonly findings: Findings;
  /** The beginning of a text, and the flush count it is good for. */
  begin: { row: number; flushCount: number };
}

/** One span finder may take so much of what all have. */
const finderShare = 1 / 4;

export function createGroup(trees: readonly SyntaxTree[], overBytes: boolean, maxBytes: number): SearchGroup {
  const builder = createProgramBuilder(createCharSets());
  for (const tree of trees) addPattern(builder, tree);
  const classes = buildCharClasses(builder.sets.list);
  const automaton = createLazyAutomaton(finishProgram(builder), classes, { anywhere: true, backward: false, maxBytes });
  return { overBytes, classes, automaton, findings: createFindings(trees.length), begin: { row: 0, flushCount: -1 } };
}

/** What a node of a program costs, with its edges. */
export const bytesPerNode = 20;

/** What a group occupies now. */
export const groupBytes = ({ automaton, classes }: SearchGroup): number =>
  automaton.bytes + automaton.work.bytes + classes.bytes + automaton.program.size * bytesPerNode;

/** Scans one group; what it found is left in its findings. */
export function scanGroup(group: SearchGroup, text: string): void {
  const { automaton, begin, findings } = group;
  const subject = group.overBytes ? toByteText(text).text : text;
  clearFindings(findings);
  automaton.stamp++;
  if (begin.flushCount !== automaton.flushCount) {
    begin.row = startRow(automaton, charKind.edge);
    begin.flushCount = automaton.flushCount;
  }
  const row = scanText(automaton, subject, begin.row, findings);
  if (row !== 0) scanEnd(automaton, row, findings);
}

export interface SpanFinders {
  find(text: string, pattern: number): Span[];
  bytes(): number;
}

/** Returns the finders of a set's spans; `maxBytes` is for all of them together, and the one in use may always stay. */
export function createSpanFinders(patterns: readonly PatternHandle[], maxBytes: number): SpanFinders {
  /** The least recently used first. */
  const kept = new Map<number, { readonly finder: SpanFinder; bytes: number }>();
  let bytes = 0;
  const finderOf = (pattern: number) => {
    let entry = kept.get(pattern);
    if (entry === undefined) {
      const builder = createProgramBuilder(createCharSets());
      addPattern(builder, recompile(patterns[pattern]!).tree);
      const classes = buildCharClasses(builder.sets.list);
      const finder = createSpanFinder(finishProgram(builder), classes, Math.floor(maxBytes * finderShare));
      entry = { finder, bytes: 0 };
    }
    kept.delete(pattern);
    kept.set(pattern, entry);
    return entry;
  };
  return {
    find(text, pattern) {
      const entry = finderOf(pattern);
      const { finder } = entry;
      const spans = patterns[pattern]!.usesBytes ? findByteSpans(finder, text) : findSpans(finder, text);
      const now = finderBytes(finder);
      bytes += now - entry.bytes;
      entry.bytes = now;
      for (const [oldest, { bytes: freed }] of kept) {
        if (bytes <= maxBytes || kept.size === 1) break;
        kept.delete(oldest);
        bytes -= freed;
      }
      return spans;
    },
    bytes: () => bytes,
  };
}

const finderBytes = ({ forward, backward }: SpanFinder): number =>
  forward.bytes +
  forward.work.bytes +
  backward.bytes +
  backward.work.bytes +
  forward.classes.bytes +
  (forward.program.size + backward.program.size) * bytesPerNode;

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
    if (previous !== undefined && (from < previous.end || (from === previous.start && to === previous.end))) continue;
    spans.push({ start: from, end: to });
  }
  return spans;
}
