import { internState } from "./automaton-states";
import { classOf } from "./char-classes";
import { advance, scratch } from "./follow-threads";
import { type LazyAutomaton, type ProgramNodes, takeTransition } from "./lazy-automaton";
import { readCodePoint, splitsPair } from "./read-code-point";
import { blockUnits, loadUnits } from "./unit-block";

/** Which patterns one scan has found so far. Reused from scan to scan, so that benign text allocates nothing. */
export interface Findings {
  readonly marks: Uint8Array;
  readonly list: number[];
  /** Blocks that were not fit for lanes. */
  misses: number;
}

export const createFindings = (patternCount: number): Findings => ({
  marks: new Uint8Array(patternCount),
  list: [],
  misses: 0,
});

export function clearFindings(findings: Findings): void {
  findings.misses = 0;
  // Setting a length costs more than asking for it.
  if (findings.list.length === 0) return;
  for (const pattern of findings.list) findings.marks[pattern] = 0;
  findings.list.length = 0;
}

export function addFindings(findings: Findings, reports: ArrayLike<number>): void {
  for (let i = 0; i < reports.length; i++) {
    const pattern = reports[i]!;
    if (findings.marks[pattern] === 1) continue;
    findings.marks[pattern] = 1;
    findings.list.push(pattern);
  }
}

/** Below this many characters for each state built since the last flush, the cache does not pay. */
const charsPerState = 2;
/** So many characters are then simulated before the cache gets another chance. */
const simulatedStretch = 8192;

/** Runs over `text` from `from` to `to`, at most a block, one UTF-16 unit after the other. A surrogate pair must not straddle `to`. */
export const scanUnits = bindUnits(blockUnits);

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function bindUnits(units: Uint16Array) {
  return (a: LazyAutomaton, text: string, from: number, to: number, startAt: number, findings: Findings): number => {
    const { classes, stamp } = a;
    const { pages, unitColumns, stampColumn, stride } = classes;
    let table = a.table;
    let row = startAt;
    let i = from;
    loadUnits(text, from, to);
    for (;;) {
      for (; i < to; i++) {
        const unit = units[i - from]!;
        const next = table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
        if (next > 0) row = next;
        else if (next !== 0 && table[stampColumn - next] === stamp) row = -next;
        else break;
      }
      if (i >= to) {
        a.charCount += to - from;
        return row;
      }
      const codePoint = readCodePoint(text, i, to);
      const column = classOf(classes, codePoint);
      const flushes = a.flushCount;
      const states = a.stateCount;
      // A flush makes new lists, so these still hold the state of now.
      const { kernelNodes, kernelStarts } = a;
      const before = row / stride;
      const context = a.contexts[before]!;
      const next = takeTransition(a, row, column);
      table = a.table;
      if (a.flushCount !== flushes) {
        const chars = a.charCount + i - from;
        const thrashes = chars - a.flushedAtChar < charsPerState * states;
        a.flushedAtChar = chars;
        if (thrashes) {
          let stop = Math.min(to, i + simulatedStretch);
          if (splitsPair(text, stop)) stop--;
          const kernel = kernelNodes.slice(kernelStarts[before]!, kernelStarts[before + 1]!);
          row = simulateText(a, text, i, stop, { kernel, context }, findings);
          if (row === 0) return 0;
          table = a.table;
          i = stop;
          continue;
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
  };
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
  begin: { kernel: ProgramNodes; context: number },
  findings: Findings,
): number {
  const { classes, work } = a;
  let { kernel, context } = begin;
  let length = kernel.length;
  for (let i = from; i < to; ) {
    const codePoint = readCodePoint(text, i, to);
    const column = classOf(classes, codePoint);
    advance(a, kernel, 0, length, context, column);
    kernel = scratch.current;
    length = work.nextLength;
    for (let k = 0; k < length; k++) kernel[k] = scratch.next[k]!;
    context = a.contextOfKind[classes.kinds[column]!]!;
    if (work.reported.length > 0) {
      addFindings(findings, work.reported);
      if (findings.list.length === findings.marks.length) return 0;
    }
    i += codePoint > 0xffff ? 2 : 1;
  }
  return internState(a, kernel.slice(0, length).sort(), context, new Int32Array(0));
}

/** Adds what matches only because the text ends here. */
export function scanEnd(a: LazyAutomaton, row: number, findings: Findings): void {
  const next = takeTransition(a, row, a.classes.endClass);
  if (next < 0) addFindings(findings, a.reports[-next / a.classes.stride]!);
}
