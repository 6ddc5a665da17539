import { buildCharClasses, charKind, classOf } from "../match/char-classes";
import { compilePattern } from "../match/compile-pattern";
import { createLazyAutomaton, type LazyAutomaton, startRow, takeTransition } from "../match/lazy-automaton";
import { addPattern, createCharSets, createProgramBuilder, finishProgram } from "../match/program";
import { readCodePoint } from "../match/read-code-point";
import type { PatternSource } from "../match/types";
import { isGlued, isLeftBlocked } from "./boundaries";
import { isBlankUnit, isDigitUnit, isWordUnit } from "./word-characters";

/** Finds, for patterns that all hold a digit, the longest match of each at every place where one can stand by itself. */
export interface TokenFinder {
  /**
   * Calls `visit` for each pattern and start, starts ascending, with the longest match. Where `visit` says true, the pattern's
   * next match begins at its end or later, otherwise one character after its start (SPECIFICATION T-11).
   * With `ranges`, ascending and apart, only matches that begin in them are looked for.
   */
  find(text: string, visit: Visit, ranges?: readonly Range[]): void;
}

type Visit = (pattern: number, start: number, end: number) => boolean;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** How far before its first digit a match may begin, unless letters and digits alone stand between (SPECIFICATION T-21). */
export const maxLead = 84;
/** The same for a match that holds a blank before its first digit. */
export const maxSpacedLead = 16;
const maxBytes = 4 * 1024 * 1024;

/**
 * One automaton for all patterns, run from each place where a match may begin: after a character that is no part of a word and
 * near a digit. Its states are few because it never begins anew inside a run, so lists of numbers cost one walk each.
 */
export function createTokenFinder(sources: readonly PatternSource[]): TokenFinder {
  let automaton: LazyAutomaton | undefined;
  const ends = new Int32Array(sources.length);
  const free = new Int32Array(sources.length);
  const touched: number[] = [];
  const begin = { row: 0, flushCount: -1 };
  return {
    find(text, visit, ranges = [{ from: 0, to: text.length }]) {
      let isFirst = true;
      const tryAt = (start: number): void => {
        if (isFirst) {
          automaton ??= createAnchored(sources);
          free.fill(0);
          isFirst = false;
        }
        const used = automaton as LazyAutomaton;
        if (begin.flushCount !== used.flushCount) {
          begin.row = startRow(used, charKind.other);
          begin.flushCount = used.flushCount;
        }
        walk(used, begin.row, text, start, ends, touched);
        for (const pattern of touched) {
          const end = ends[pattern] ?? 0;
          ends[pattern] = 0;
          if (start >= (free[pattern] ?? 0) && visit(pattern, start, end)) free[pattern] = end;
        }
      };
      for (const range of ranges) findIn(text, range, tryAt);
    },
  };
}

/** Every place of a range where a match can begin. */
function findIn(text: string, range: Range, tryAt: (start: number) => void): void {
  let looked = range.from;
  for (let digit = findDigit(text, looked); digit < text.length; digit = findDigit(text, looked)) {
    const from = findFirstStart(text, digit, looked);
    if (from >= range.to) return;
    for (let start = from; start <= digit && start < range.to; start++) {
      if (
        isWordUnit(text.charCodeAt(start - 1)) ? start === digit && isGlued(text, start) : !isLeftBlocked(text, start)
      )
        tryAt(start);
    }
    looked = endOfJoinedDigits(text, digit + 1);
  }
}

/** From where on a match may begin whose first digit that is. */
function findFirstStart(text: string, digit: number, looked: number): number {
  let from = digit;
  while (from > looked && digit - from < maxSpacedLead)
    if (isBlankUnit(text.charCodeAt(--from))) return Math.max(looked, digit - maxSpacedLead);
  while (from > looked && digit - from < maxLead && !isBlankUnit(text.charCodeAt(from - 1))) from--;
  while (from > looked && isWordUnit(text.charCodeAt(from - 1))) from--;
  return from;
}

/** Where a run of digits ends that goes on at `from`: nothing begins inside it, nor behind a `-` or `.` between two digits (T-13). */
function endOfJoinedDigits(text: string, from: number): number {
  for (let at = from; ; ) {
    let unit = text.charCodeAt(at);
    while (isDigitUnit(unit)) unit = text.charCodeAt(++at);
    if ((unit !== hyphen && unit !== point) || !isDigitUnit(text.charCodeAt(at + 1))) return at;
    at += 2;
  }
}

const hyphen = 0x2d;
const point = 0x2e;
const anyDigit = /[0-9]/g;
/** So many characters are read one by one before the search that has a start-up cost. */
const shortLook = 64;

/** Where the next digit stands from `from` on, the end of the text when there is none. */
export function findDigit(text: string, from: number): number {
  const near = Math.min(text.length, from + shortLook);
  let at = from;
  while (at < near && !isDigitUnit(text.charCodeAt(at))) at++;
  if (at < near || at >= text.length) return at;
  anyDigit.lastIndex = at;
  return anyDigit.test(text) ? anyDigit.lastIndex - 1 : text.length;
}

/** One automaton for all patterns, to be run from where a match begins. */
export function createAnchored(sources: readonly PatternSource[]): LazyAutomaton {
  const builder = createProgramBuilder(createCharSets());
  for (const source of sources) {
    const compiled = compilePattern(source);
    // INVARIANT: the catalogue's patterns compile; a test of the catalogue holds this.
    if ("tree" in compiled) addPattern(builder, compiled.tree);
  }
  const classes = buildCharClasses(builder.sets.list);
  return createLazyAutomaton(finishProgram(builder), classes, { anywhere: false, backward: false, maxBytes });
}

/** Leaves in `touched` the patterns that match from `start` on, and in `ends` where their longest matches end. */
function walk(a: LazyAutomaton, begin: number, text: string, start: number, ends: Int32Array, touched: number[]): void {
  // Most walks find nothing, and to shorten an empty list costs as much as a step.
  if (touched.length > 0) touched.length = 0;
  const { classes } = a;
  let row = begin;
  for (let at = start; ; ) {
    let next: number;
    let width = 1;
    if (at >= text.length) next = takeTransition(a, row, classes.endClass);
    else {
      const unit = text.charCodeAt(at);
      const column = classes.unitColumns[((classes.pages[unit >> 5] ?? 0) << 5) + (unit & 31)] ?? 0;
      if (column < classes.columnCount) next = a.table[row + column] || takeTransition(a, row, column);
      else {
        const codePoint = readCodePoint(text, at, text.length);
        if (codePoint > 0xffff) width = 2;
        next = takeTransition(a, row, classOf(classes, codePoint));
      }
    }
    if (next < 0) {
      row = -next;
      const state = row / classes.stride;
      for (const pattern of a.reports[state] ?? []) {
        if (ends[pattern] === 0) touched.push(pattern);
        ends[pattern] = at;
      }
      if (a.dead[state]) return;
    } else row = next;
    if (at >= text.length) return;
    at += width;
  }
}
