import { internState, kernelOf } from "./automaton-states";
import { type CharClasses, charKind, classOf } from "./char-classes";
import { pendingNodes } from "./follow-threads";
import { createLazyAutomaton, type LazyAutomaton, type ProgramNodes, startRow, takeTransition } from "./lazy-automaton";
import { type Program, reverseProgram } from "./program";
import { readCodePoint, splitsPair } from "./read-code-point";

export interface Span {
  /** UTF-16 offset of the first unit. */
  readonly start: number;
  /** UTF-16 offset just past the last unit. */
  readonly end: number;
}

/** What finds the spans of one pattern: automata over its program. */
export interface SpanFinder {
  readonly program: Program;
  readonly classes: CharClasses;
  /** Begins at every position: tells where matches are under way. */
  readonly search: LazyAutomaton;
  /** Begins where a match begins and runs to the right. */
  readonly forward: LazyAutomaton;
  readonly maxBytes: number;
  /** Runs to the left; made for the first long stretch. */
  backward: LazyAutomaton | undefined;
}

export function createSpanFinder(program: Program, classes: CharClasses, maxBytes: number): SpanFinder {
  const each = Math.floor(maxBytes / 3);
  return {
    program,
    classes,
    search: createLazyAutomaton(program, classes, { anywhere: true, backward: false, maxBytes: each }),
    forward: createLazyAutomaton(program, classes, { anywhere: false, backward: false, maxBytes: each }),
    maxBytes: each,
    backward: undefined,
  };
}

function backwardOf(finder: SpanFinder): LazyAutomaton {
  finder.backward ??= createLazyAutomaton(reverseProgram(finder.program), finder.classes, {
    anywhere: true,
    backward: true,
    maxBytes: finder.maxBytes,
  });
  return finder.backward;
}

/** What stands beside a text that is a piece of a longer one: code points, or -1 where the text begins or ends. */
export interface Surroundings {
  readonly before: number;
  readonly after: number;
  /** Where the span before ended, counted in this text; an empty span there is left out. */
  readonly lastEnd: number;
}

const classBeside = (classes: CharClasses, codePoint: number): number =>
  codePoint < 0 ? classes.endClass : classOf(classes, codePoint);

/** What the run to the left learned of a stretch of text, by offset from its beginning. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  /** 1 where a match can begin. */
  readonly begins: Uint8Array;
  /** Which of `kernels` has the program nodes whose character, read here, can still lead to a match. */
  readonly useful: Uint16Array;
  readonly kernels: readonly ProgramNodes[];
  readonly leftState: BackwardState;
}

interface BackwardState {
  readonly kernel: ProgramNodes;
  readonly context: number;
}

/** How far the run to the right may go past the last end it saw before it asks whether there is any further end at all. */
const overshoot = 32;
const stretchLength = 4096;
const stretchesKept = 16;
const none = new Int32Array(0);

/** Texts up to this length are tried from every position, which takes fewer steps than a run to the left. */
const shortText = 48;

/**
 * Returns all leftmost-longest, non-overlapping spans of a text or a piece of one; an empty span is left out when it touches the
 * end of the one before. Takes time linear in the text whatever the pattern: in a long text, a run to the left marks where matches
 * begin, and the run to the right stops as soon as the marks say that no later end exists.
 */
export function findSpans(finder: SpanFinder, text: string, around: Surroundings): Span[] {
  const spans: Span[] = [];
  const stretches = text.length > shortText ? createStretches(backwardOf(finder), text, around) : undefined;
  let lastEnd = around.lastEnd;
  for (let at = 0; at <= text.length; ) {
    const start = stretches === undefined ? at : findBegin(stretches, text, at);
    if (start < 0) break;
    const end = findEnd(finder.forward, stretches, text, start, around);
    if (end > start) {
      spans.push({ start, end });
      at = end;
    } else {
      if (end === start && start !== lastEnd) spans.push({ start, end });
      at = start + (readCodePoint(text, start, text.length) > 0xffff ? 2 : 1);
    }
    if (end >= 0) lastEnd = end;
  }
  return spans;
}

interface Stretches {
  at(position: number): Stretch;
}

const kindAt = (classes: CharClasses, text: string, at: number): number =>
  at < 0 || at >= text.length ? charKind.edge : classes.kinds[classOf(classes, readCodePoint(text, at, text.length))]!;

/** Where the character before `at` begins. */
const before = (text: string, at: number): number => (splitsPair(text, at - 1) ? at - 2 : at - 1);

/** Runs to the left over the whole text once, keeps the state at each border, and runs a stretch again when it was dropped. */
function createStretches(a: LazyAutomaton, text: string, around: Surroundings): Stretches {
  const borders: number[] = [0];
  for (let at = stretchLength; at < text.length; at += stretchLength) borders.push(splitsPair(text, at) ? at + 1 : at);
  if (text.length > 0) borders.push(text.length);
  else borders.push(0);
  const count = borders.length - 1;
  const rightStates: BackwardState[] = new Array(count);
  const kept = new Map<number, Stretch>();
  let state: BackwardState = {
    kernel: none,
    context: a.contextOfKind[a.classes.kinds[classBeside(a.classes, around.after)]!]!,
  };
  for (let s = count - 1; s >= 0; s--) {
    rightStates[s] = state;
    const stretch = runStretch(a, text, around, borders[s]!, borders[s + 1]!, state);
    state = stretch.leftState;
    kept.set(s, stretch);
    kept.delete(s + stretchesKept);
  }
  return {
    at(position) {
      let s = Math.min(Math.floor(position / stretchLength), count - 1);
      if (position < borders[s]!) s--;
      let stretch = kept.get(s);
      if (stretch === undefined) {
        stretch = runStretch(a, text, around, borders[s]!, borders[s + 1]!, rightStates[s]!);
        kept.set(s, stretch);
        kept.delete(s - stretchesKept);
      }
      return stretch;
    },
  };
}

function runStretch(
  a: LazyAutomaton,
  text: string,
  around: Surroundings,
  from: number,
  to: number,
  right: BackwardState,
): Stretch {
  const { classes } = a;
  const begins = new Uint8Array(to - from + 1);
  const useful = new Uint16Array(to - from + 1);
  // Each state's is copied once, for as long as its number holds: a text that goes on the same has few of them.
  const kernels: ProgramNodes[] = [];
  let copied: number[] = [];
  let { flushCount } = a;
  let row = internState(a, right.kernel, right.context, none);
  for (let at = to; ; ) {
    const state = row / classes.stride;
    if (a.flushCount !== flushCount) {
      flushCount = a.flushCount;
      copied = [];
    }
    const copy = (copied[state] ??= kernels.push(kernelOf(a, state)) - 1);
    const context = a.contexts[state]!;
    useful[at - from] = copy;
    const previous = before(text, at);
    const column =
      at === 0 ? classBeside(classes, around.before) : classOf(classes, readCodePoint(text, previous, text.length));
    row = Math.abs(takeTransition(a, row, column));
    if (a.reports[row / classes.stride]!.length > 0) begins[at - from] = 1;
    if (at <= from) return { from, to, begins, useful, kernels, leftState: { kernel: kernels[copy]!, context } };
    at = previous;
  }
}

/** Returns the first position from `at` on where a match begins, or -1. */
function findBegin(stretches: Stretches, text: string, at: number): number {
  while (at <= text.length) {
    const { from, to, begins } = stretches.at(at);
    const found = begins.indexOf(1, at - from);
    if (found >= 0) return from + found;
    at = to + (to === text.length ? 1 : 0);
    if (to === text.length) return -1;
  }
  return -1;
}

/** Returns the last position where a match that begins at `start` can end, or -1 when none does. */
function findEnd(
  a: LazyAutomaton,
  stretches: Stretches | undefined,
  text: string,
  start: number,
  around: Surroundings,
): number {
  const { classes } = a;
  const left =
    start === 0 ? classes.kinds[classBeside(classes, around.before)]! : kindAt(classes, text, before(text, start));
  let row = startRow(a, left);
  let end = -1;
  let furtherEndIsSure = stretches === undefined;
  for (let at = start; ; ) {
    let lastLook = at >= text.length;
    if (stretches !== undefined && !furtherEndIsSure && at - Math.max(start, end) > overshoot) {
      furtherEndIsSure = canGoOn(a, stretches, text, at, row);
      lastLook ||= !furtherEndIsSure;
    }
    const codePoint = readCodePoint(text, at, text.length);
    const column = at >= text.length ? classBeside(classes, around.after) : classOf(classes, codePoint);
    row = Math.abs(takeTransition(a, row, column));
    const state = row / classes.stride;
    if (a.reports[state]!.length > 0) {
      end = at;
      furtherEndIsSure = stretches === undefined;
    }
    if (lastLook || a.dead[state]) return end;
    at += codePoint > 0xffff ? 2 : 1;
  }
}

/** True when a thread of the run to the right reads, at `at`, a character from which a match can still be reached. */
function canGoOn(a: LazyAutomaton, stretches: Stretches, text: string, at: number, row: number): boolean {
  const stretch = stretches.at(at);
  const useful = stretch.kernels[stretch.useful[at - stretch.from]!]!;
  const left = kindAt(a.classes, text, before(text, at));
  const pending = pendingNodes(a, kernelOf(a, row / a.classes.stride), left, kindAt(a.classes, text, at));
  const wanted = new Set(useful);
  return pending.some((node) => wanted.has(node));
}
