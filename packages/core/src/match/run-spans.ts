import { internState, kernelLength, kernelOf } from "./automaton-states";
import { classOf } from "./char-classes";
import { findSpans, type Span, type SpanFinder } from "./find-spans";
import { type LazyAutomaton, type ProgramNodes, takeTransition } from "./lazy-automaton";
import { readBefore, readCodePoint } from "./read-code-point";

/**
 * Where the search for the spans of one pattern stands. It searches from every position at once; a stretch begins with the
 * character that puts a first match under way (or shows an empty one) and ends where none is under way any more. No match can
 * reach across the end of a stretch, so each is searched for spans as a text of its own, and only when a match ended in it.
 * Rows do not survive a flush, so the state itself is kept. Offsets are of the whole text.
 */
export interface SpanRun {
  kernel: ProgramNodes;
  /** The kind of the last character as far as the automaton wants to know; -1 at the beginning of the text. */
  context: number;
  readTo: number;
  /** -1 when no stretch is open. */
  stretchFrom: number;
  /** The code points before the open stretch and before `readTo`, -1 for none. */
  beforeStretch: number;
  lastCodePoint: number;
  matchEnded: boolean;
  /** Nothing can match any more. */
  finished: boolean;
  lastEnd: number;
}

const none = new Int32Array(0);

export const createSpanRun = (): SpanRun => ({
  kernel: none,
  context: -1,
  readTo: 0,
  stretchFrom: -1,
  beforeStretch: -1,
  lastCodePoint: -1,
  matchEnded: false,
  finished: false,
  lastEnd: -1,
});

/** The offset from which on the text is still needed. */
export const heldFrom = (run: SpanRun): number => (run.stretchFrom < 0 ? run.readTo : run.stretchFrom);

/** Gives the search up where it stands and begins anew after it. */
export function forgetStretch(run: SpanRun, automaton: LazyAutomaton): void {
  run.kernel = none;
  run.context = contextAfter(automaton, run.lastCodePoint);
  run.stretchFrom = -1;
  run.matchEnded = false;
  run.lastEnd = run.readTo;
}

const contextAfter = (a: LazyAutomaton, codePoint: number): number =>
  a.contextOfKind[a.classes.kinds[codePoint < 0 ? a.classes.endClass : classOf(a.classes, codePoint)]!]!;

/** Reads on to the end of `text`, whose first unit is at `from`, not after `heldFrom(run)`; adds the spans that are final. */
export function runSpans(
  finder: SpanFinder,
  run: SpanRun,
  text: string,
  from: number,
  last: boolean,
  spans: Span[],
): void {
  const a = finder.search;
  const { classes } = a;
  const { pages, unitColumns, stride } = classes;
  let at = run.readTo - from;
  if (run.finished) {
    run.readTo = from + text.length;
    return;
  }
  if (run.context < 0) run.context = contextAfter(a, -1);
  let row = internState(a, run.kernel, run.context, none);
  let { table } = a;
  // Rows of the states in which nothing is under way, as they become known.
  let quiet0 = -1;
  let quiet1 = -1;
  let quiet2 = -1;

  const settle = (to: number, after: number): void => {
    const start = run.stretchFrom;
    if (run.matchEnded) {
      const stretch = text.slice(start - from, to);
      const around = { before: run.beforeStretch, after, lastEnd: run.lastEnd - start };
      for (const span of findSpans(finder, stretch, around)) {
        // An empty span at the border belongs to what follows.
        if (span.start === stretch.length && after >= 0) continue;
        spans.push({ start: span.start + start, end: span.end + start });
        run.lastEnd = span.end + start;
      }
    }
    run.stretchFrom = -1;
    run.matchEnded = false;
  };

  while (at < text.length) {
    if (run.stretchFrom < 0) {
      for (; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        const next = table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
        if (next <= 0 || (next !== quiet0 && next !== quiet1 && next !== quiet2)) break;
        row = next;
      }
      if (at >= text.length) break;
    }
    const codePoint = readCodePoint(text, at, text.length);
    const { flushCount } = a;
    const next = takeTransition(a, row, classOf(classes, codePoint));
    row = Math.abs(next);
    table = a.table;
    if (a.flushCount !== flushCount) quiet0 = quiet1 = quiet2 = -1;
    const state = row / stride;
    const reports = a.reports[state]!.length > 0;
    const idle = kernelLength(a, state) === 0;
    if (run.stretchFrom < 0 && (reports || !idle)) {
      run.stretchFrom = from + at;
      run.beforeStretch = at > 0 ? readBefore(text, at) : run.lastCodePoint;
    }
    at += codePoint > 0xffff ? 2 : 1;
    if (reports) run.matchEnded = true;
    if (reports || !idle) continue;
    if (a.dead[state]) {
      run.finished = true;
      if (run.stretchFrom >= 0) settle(at, at < text.length ? readCodePoint(text, at, text.length) : spaceAfter);
      run.readTo = from + text.length;
      return;
    }
    if (run.stretchFrom >= 0) settle(at, at < text.length ? readCodePoint(text, at, text.length) : spaceAfter);
    if (row !== quiet0 && row !== quiet1 && row !== quiet2) {
      quiet2 = quiet1;
      quiet1 = quiet0;
      quiet0 = row;
    }
  }
  if (text.length > 0) run.lastCodePoint = readBefore(text, text.length);
  run.readTo = from + text.length;
  run.kernel = kernelOf(a, row / stride);
  run.context = a.contexts[row / stride]!;
  if (!last) return;
  const end = Math.abs(takeTransition(a, row, classes.endClass));
  if (a.reports[end / stride]!.length > 0) {
    run.matchEnded = true;
    if (run.stretchFrom < 0) {
      run.stretchFrom = run.readTo;
      run.beforeStretch = run.lastCodePoint;
    }
  }
  if (run.stretchFrom >= 0) settle(text.length, -1);
}

/** Whatever stands to the right of a place where nothing is under way cannot matter; a space is as good as any. */
const spaceAfter = 0x20;
