import { internState, kernelOf } from "./automaton-states";
import { charKind, classOf } from "./char-classes";
import { gapReport } from "./follow-threads";
import { freshRow, type LazyAutomaton, takeTransition } from "./lazy-automaton";
import { foundHere, kindOfUnit, maxBack, maxFlushes, undecided } from "./look-around";
import { kindOf, nextOf, nodeKind, type Program } from "./program";
import { readCodePoint, splitsPair } from "./read-code-point";

/**
 * Looks with automata whose programs have gaps (`Gap`): a state says that one is under way, and the look counts for how long. Written out, a
 * gap of 60 characters has a state for each of them, times each way in which what follows it may have begun.
 */

/** One look's counts, nothing of which outlives it. By gap: how many characters were read when it was entered last. */
let entered = new Float64Array(16);
/** So many characters have been read when the next gap may read no more: a small number, since one with a fraction is made anew at each change. */
let due = 0;
/** More characters than a text has. */
const never = 0x3fffffff;

const none = new Int32Array(0);

function beginCounting({ program }: LazyAutomaton): void {
  if (entered.length < program.gaps.length) entered = new Float64Array(2 * program.gaps.length);
  due = never;
}

/** Takes over which gaps the last character entered, `count` having been read before it; true when the pattern was found. */
function noteReports({ program }: LazyAutomaton, reports: Int32Array, count: number): boolean {
  for (let i = 0; i < reports.length; i++) {
    const gap = reports[i]! - gapReport(0);
    if (gap < 0) return true;
    entered[gap] = count;
    due = Math.min(due, count + program.gaps[gap]!.most);
  }
  return false;
}

/** Returns the row in which gaps that may read no more can only be left. */
function leaveGaps(a: LazyAutomaton, row: number, count: number): number {
  const { gaps } = a.program;
  const state = row / a.classes.stride;
  const kernel = kernelOf(a, state);
  let isChanged = false;
  due = never;
  for (let g = 0; g < gaps.length; g++) {
    const { hold, exit, most } = gaps[g]!;
    const at = kernel.indexOf(hold);
    if (at < 0) continue;
    if (count < entered[g]! + most) due = Math.min(due, entered[g]! + most);
    else {
      kernel[at] = exit;
      isChanged = true;
    }
  }
  return isChanged ? internState(a, kernel.sort(), a.contexts[state]!, none) : row;
}

/** `lookAhead` in a whole text. */
export function countAhead(a: LazyAutomaton, text: string, from: number, begin: number): number {
  const { pages, unitColumns, restColumn, stride, endClass } = a.classes;
  const { length } = text;
  const { flushCount } = a;
  beginCounting(a);
  let i = splitsPair(text, from) ? from - 1 : from;
  let row = freshRow(a, i === 0 ? charKind.edge : kindOfUnit(text.charCodeAt(i - 1)));
  for (let count = 0; i < length; count++) {
    if (count >= due) row = leaveGaps(a, row, count);
    const unit = text.charCodeAt(i);
    let next = a.table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
    let width = 1;
    if (next <= 0) {
      if (next === 0) {
        const codePoint = readCodePoint(text, i, length);
        if (codePoint > 0xffff) width = 2;
        next = takeTransition(a, row, classOf(a.classes, codePoint));
        if (a.flushCount - flushCount > maxFlushes) return undecided;
      }
      if (next < 0) {
        next = -next;
        const reports = a.reports[next / stride]!;
        if (reports.length === 0) return length + 1;
        if (noteReports(a, reports, count)) return foundHere;
      }
    }
    row = next;
    i += width;
    if (i > begin && a.table[row + restColumn] === 1) return i;
  }
  const last = takeTransition(a, row, endClass);
  return last < 0 && a.reports[-last / stride]!.length > 0 ? foundHere : length + 1;
}

/** `lookBack`. */
export function countBack(a: LazyAutomaton, text: string, to: number, begin: number): number {
  const { pages, unitColumns, restColumn, stride, endClass } = a.classes;
  const { length } = text;
  const { flushCount } = a;
  const stop = begin - maxBack;
  beginCounting(a);
  let i = to >= length ? length : splitsPair(text, to) ? to + 1 : to;
  let row = freshRow(a, i === length ? charKind.edge : kindOfUnit(text.charCodeAt(i)));
  for (let count = 0; i > 0; count++) {
    if (count >= due) row = leaveGaps(a, row, count);
    const unit = text.charCodeAt(i - 1);
    let next = a.table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
    let width = 1;
    if (next <= 0) {
      if (next === 0) {
        if (splitsPair(text, i - 1)) width = 2;
        next = takeTransition(a, row, classOf(a.classes, readCodePoint(text, i - width, length)));
        if (a.flushCount - flushCount > maxFlushes) return undecided;
      }
      if (next < 0) {
        next = -next;
        const reports = a.reports[next / stride]!;
        if (reports.length === 0) return i;
        if (noteReports(a, reports, count)) return foundHere;
      }
    }
    row = next;
    i -= width;
    if (i <= begin && a.table[row + restColumn] === 1) return i;
    if (i < stop) return undecided;
  }
  const last = takeTransition(a, row, endClass);
  return last < 0 && a.reports[-last / stride]!.length > 0 ? foundHere : 0;
}

/** True when a match may begin with a gap, which would be entered before every character. */
export function beginsInGap(program: Program): boolean {
  const { gaps, values, starts, edgeTargets, size } = program;
  const seen = new Uint8Array(size);
  const open = Array.from(starts);
  while (open.length > 0) {
    const node = open.pop()!;
    if (seen[node] === 1) continue;
    seen[node] = 1;
    if (kindOf(program, node) !== nodeKind.fork) continue;
    for (let e = nextOf(program, node), end = e + values[node]!; e < end; e++) open.push(edgeTargets[e]!);
  }
  return gaps.some(({ enter }) => seen[enter] === 1);
}
