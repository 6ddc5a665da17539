import { buildCharClasses, charKind, classOf } from "./char-classes.js";
import type { CompiledPattern } from "./compile-pattern.js";
import { createSpanFinder, findSpans, type Span } from "./find-spans.js";
import { createLazyAutomaton, startRow, takeTransition } from "./lazy-automaton.js";
import { createSpanFinders } from "./native-engine.js";
import { addPattern, createCharSets, createProgramBuilder, finishProgram } from "./program.js";
import { readCodePoint } from "./read-code-point.js";

/** Finds the spans of one pattern in a text that comes in pieces. Offsets are of the whole text. */
export interface SpanTracker {
  /** Where the text begins that the tracker still needs. */
  heldFrom(): number;
  /** Reads `text`, which begins at `from` = `heldFrom()` of the caller's choice or before, up to its end. */
  read(text: string, from: number, last: boolean): TrackedSpan[];
}

export interface TrackedSpan extends Span {
  readonly cut: boolean;
}

const trackerBytes = 256 * 1024;

/**
 * Returns a tracker. It searches for the pattern from every position at once; where no thread is alive, no match can reach
 * across, so everything before is settled and is searched for spans as a text of its own.
 */
export function createSpanTracker(pattern: CompiledPattern, maxHoldBack: number): SpanTracker {
  if (pattern.usesBytes) return createByteTracker(pattern, maxHoldBack);
  const builder = createProgramBuilder(createCharSets());
  addPattern(builder, pattern.tree);
  const program = finishProgram(builder);
  const classes = buildCharClasses(builder.sets.list);
  const finder = createSpanFinder(program, classes, trackerBytes);
  const search = createLazyAutomaton(program, classes, { anywhere: true, backward: false, maxBytes: trackerBytes });
  let row = startRow(search, charKind.edge);
  let readTo = 0;
  let base = 0;
  /** The code point before `base`. */
  let before = -1;
  let lastEnd = -1;

  const settle = (text: string, from: number, to: number, after: number): TrackedSpan[] => {
    const held = text.slice(base - from, to - from);
    const spans: TrackedSpan[] = [];
    for (const span of findSpans(finder, held, { before, after, lastEnd: lastEnd - base })) {
      // An empty span at the border belongs to what follows.
      if (span.start === held.length && after !== -1) continue;
      spans.push({ start: span.start + base, end: span.end + base, cut: false });
      lastEnd = span.end + base;
    }
    if (to > base) before = readLast(held);
    base = to;
    return spans;
  };

  return {
    heldFrom: () => base,
    read(text, from, last) {
      const end = from + text.length;
      let quietAt = -1;
      while (readTo < end) {
        const codePoint = readCodePoint(text, readTo - from, text.length);
        row = Math.abs(takeTransition(search, row, classOf(classes, codePoint)));
        readTo += codePoint > 0xffff ? 2 : 1;
        if (search.kernels[row / classes.stride]!.length === 0) quietAt = readTo;
      }
      // Whatever stands to the right of a quiet place cannot matter; a space is as good as any.
      const spans = !last && quietAt > base ? settle(text, from, quietAt, 0x20) : [];
      if (last) return settle(text, from, end, -1);
      if (end - base > maxHoldBack) {
        spans.push({ start: base, end, cut: true });
        lastEnd = end;
        before = readLast(text);
        base = end;
        row = startRow(search, classes.kinds[classOf(classes, before)]!);
      }
      return spans;
    },
  };
}

function readLast(text: string): number {
  const at = text.length - 1;
  const pair = at > 0 ? text.codePointAt(at - 1)! : 0;
  return pair > 0xffff ? pair : readCodePoint(text, at, text.length);
}

/** A pattern over bytes (`\C`, `\B`) is searched when the text ends; until then all of it is held, up to the bound. */
function createByteTracker(pattern: CompiledPattern, maxHoldBack: number): SpanTracker {
  const finders = createSpanFinders([pattern], trackerBytes);
  let base = 0;
  return {
    heldFrom: () => base,
    read(text, from, last) {
      const held = text.slice(base - from);
      const start = base;
      if (last) {
        base += held.length;
        return finders.find(held, 0).map((span) => ({ start: span.start + start, end: span.end + start, cut: false }));
      }
      if (held.length <= maxHoldBack) return [];
      base += held.length;
      return [{ start, end: base, cut: true }];
    },
  };
}
