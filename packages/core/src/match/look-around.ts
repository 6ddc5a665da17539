import { charKind, classOf } from "./char-classes";
import { freshRow, type LazyAutomaton, takeTransition } from "./lazy-automaton";
import { isWordUnit, readCodePoint, splitsPair } from "./read-code-point";

/** The pattern was found. */
export const foundHere = -1;
/** The look took too long and said nothing. */
export const undecided = -2;

/** A cache flushed more often than this within one look does not pay. */
export const maxFlushes = 4;

export const kindOfUnit = (unit: number): number =>
  unit === 10 ? charKind.newline : isWordUnit(unit) ? charKind.word : charKind.other;

/**
 * Searches a text to the right from `from` until all matches that begin at `begin` or before are decided. Returns `foundHere`, the
 * place up to which all beginnings are now decided, or `undecided` when the automaton's cache thrashes. A place past the text
 * means that nothing can match any more. What is undecided at the end of a text that goes on is `undecided`.
 */
export function lookAhead(a: LazyAutomaton, text: string, from: number, begin: number, goesOn = false): number {
  const { pages, unitColumns, restColumn, stride, endClass } = a.classes;
  const { length } = text;
  const { flushCount } = a;
  let i = splitsPair(text, from) ? from - 1 : from;
  let row = freshRow(a, i === 0 ? charKind.edge : kindOfUnit(text.charCodeAt(i - 1)));
  let table = a.table;
  while (i < length) {
    const unit = text.charCodeAt(i);
    let next = table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
    let width = 1;
    if (next <= 0) {
      if (next === 0) {
        const codePoint = readCodePoint(text, i, length);
        if (codePoint > 0xffff) width = 2;
        next = takeTransition(a, row, classOf(a.classes, codePoint));
        table = a.table;
        if (a.flushCount - flushCount > maxFlushes) return undecided;
      }
      if (next < 0) return a.reports[-next / stride]!.length > 0 ? foundHere : length + 1;
    }
    row = next;
    i += width;
    if (i > begin && table[row + restColumn] === 1) return i;
  }
  if (goesOn) return undecided;
  const last = takeTransition(a, row, endClass);
  return last < 0 && a.reports[-last / stride]!.length > 0 ? foundHere : length + 1;
}

/** How far a look to the left may go past the part it began at. */
export const maxBack = 256;

/**
 * Searches to the left, with an automaton that reads backward, for matches that end at `to` or before and begin at `begin` or before.
 * Returns `foundHere`, `undecided`, or the place it came to when there is no such match.
 */
export function lookBack(a: LazyAutomaton, text: string, to: number, begin: number): number {
  const { pages, unitColumns, restColumn, stride, endClass } = a.classes;
  const { length } = text;
  const { flushCount } = a;
  const stop = begin - maxBack;
  let i = to >= length ? length : splitsPair(text, to) ? to + 1 : to;
  let row = freshRow(a, i === length ? charKind.edge : kindOfUnit(text.charCodeAt(i)));
  let table = a.table;
  while (i > 0) {
    const unit = text.charCodeAt(i - 1);
    let next = table[row + unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!]!;
    let width = 1;
    if (next <= 0) {
      if (next === 0) {
        if (splitsPair(text, i - 1)) width = 2;
        next = takeTransition(a, row, classOf(a.classes, readCodePoint(text, i - width, length)));
        table = a.table;
        if (a.flushCount - flushCount > maxFlushes) return undecided;
      }
      if (next < 0) return a.reports[-next / stride]!.length > 0 ? foundHere : i;
    }
    row = next;
    i -= width;
    if (i <= begin && table[row + restColumn] === 1) return i;
    if (i < stop) return undecided;
  }
  const last = takeTransition(a, row, endClass);
  return last < 0 && a.reports[-last / stride]!.length > 0 ? foundHere : 0;
}
