import { classOf } from "./char-classes.js";
import { advance, buildTransition, internState, type LazyAutomaton } from "./lazy-automaton.js";

/** Which patterns one scan has found so far. Reused from scan to scan, so that benign text allocates nothing. */
export interface Findings {
  readonly marks: Uint8Array;
  readonly list: number[];
}

export const createFindings = (patternCount: number): Findings => ({ marks: new Uint8Array(patternCount), list: [] });

export function clearFindings(findings: Findings): void {
  for (const pattern of findings.list) findings.marks[pattern] = 0;
  findings.list.length = 0;
}

function addFindings(findings: Findings, reports: ArrayLike<number>): void {
  for (let i = 0; i < reports.length; i++) {
    const pattern = reports[i]!;
    if (findings.marks[pattern] === 1) continue;
    findings.marks[pattern] = 1;
    findings.list.push(pattern);
  }
}

const replacementCharacter = 0xfffd;

/** Below this many characters for each state built since the last flush, the cache does not pay. */
const charsPerState = 10;

/**
 * Runs over `text` from `from` to `to` and leaves what was found in `findings`; returns the row it ends in, or 0 when
 * nothing more can be found (all patterns found, or none can match any more). A surrogate pair must not straddle `to`.
 */
export function scanText(
  a: LazyAutomaton,
  text: string,
  from: number,
  to: number,
  startAt: number,
  findings: Findings,
): number {
  const { classes, stamp } = a;
  const { pageOffsets, unitColumns, stampColumn, stride } = classes;
  let table = a.table;
  let row = startAt;
  let i = from;
  let flushedAt = from;
  for (;;) {
    for (; i < to; i++) {
      const unit = text.charCodeAt(i);
      const next = table[row + unitColumns[pageOffsets[unit >> 7]! + (unit & 127)]!]!;
      if (next > 0) row = next;
      else if (next !== 0 && table[stampColumn - next] === stamp) row = -next;
      else break;
    }
    if (i >= to) return row;
    const codePoint = readCodePoint(text, i, to);
    const column = classOf(classes, codePoint);
    let next = table[row + column]!;
    if (next === 0) {
      const flushes = a.flushCount;
      const states = a.stateCount;
      const begin = { kernel: a.kernels[row / stride]!, context: a.contexts[row / stride]! };
      next = buildTransition(a, row, column);
      table = a.table;
      if (a.flushCount !== flushes) {
        if (i - flushedAt < charsPerState * states) return simulateText(a, text, i, to, begin, findings);
        flushedAt = i;
      }
    }
    i += codePoint > 0xffff ? 2 : 1;
    row = next;
    if (next < 0) {
      row = -next;
      const state = row / stride;
      addFindings(findings, a.reports[state]!);
      table[row + stampColumn] = stamp;
      if (a.dead[state] || findings.list.length === findings.marks.length) return 0;
    }
  }
}

/**
 * The same without a cache: follows every thread of the program, in time linear in text × program. For texts that make new
 * states faster than they can be reused.
 */
function simulateText(
  a: LazyAutomaton,
  text: string,
  from: number,
  to: number,
  begin: { kernel: Int32Array; context: number },
  findings: Findings,
): number {
  const { classes, work } = a;
  let { kernel, context } = begin;
  let length = kernel.length;
  for (let i = from; i < to; ) {
    const codePoint = readCodePoint(text, i, to);
    const column = classOf(classes, codePoint);
    advance(a, kernel, length, context, column);
    kernel = work.current;
    length = work.nextLength;
    for (let k = 0; k < length; k++) kernel[k] = work.next[k]!;
    context = a.contextOfKind[classes.kinds[column]!]!;
    if (work.reported.length > 0) {
      addFindings(findings, work.reported);
      if (findings.list.length === findings.marks.length) return 0;
    }
    i += codePoint > 0xffff ? 2 : 1;
  }
  return internState(a, kernel.slice(0, length).sort(), context, new Int32Array(0));
}

/** Returns the code point at `at`; a lone surrogate counts as U+FFFD. */
export function readCodePoint(text: string, at: number, to: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit < 0xdc00 && at + 1 < to) {
    const low = text.charCodeAt(at + 1);
    if (low >= 0xdc00 && low <= 0xdfff) return ((unit - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
  }
  return replacementCharacter;
}

/** Adds what matches only because the text ends here. */
export function scanEnd(a: LazyAutomaton, row: number, findings: Findings): void {
  const column = a.classes.endColumn;
  const next = a.table[row + column]! || buildTransition(a, row, column);
  if (next < 0) addFindings(findings, a.reports[-next / a.classes.stride]!);
}
