import { buildCharClasses, charKind, classOf } from "../match/char-classes";
import { compilePattern } from "../match/compile-pattern";
import { createLazyAutomaton, startRow, takeTransition } from "../match/lazy-automaton";
import { addPattern, createCharSets, createProgramBuilder, finishProgram } from "../match/program";
import { isWordUnit, readCodePoint, splitsPair } from "../match/read-code-point";
import { isBlankUnit } from "./word-characters";

/** Where a match begins, and where it ends, by turns: UTF-16 offsets. */
export type Places = readonly number[];

/**
 * Finds the leftmost-longest matches of one pattern, none of them empty, that do not overlap, or undefined when that would take
 * more than a few steps a character. Another way that is linear whatever the text has to be taken then. With `most` it stops where
 * so many are known. With `sign` every match holds it, and no blank before it.
 */
export type AnchoredSpans = (text: string, most?: number, sign?: string) => Places | undefined;

const maxBytes = 512 * 1024;
/** Steps a character of the text that all walks together may take. */
const stepsPerUnit = 6;
const leastSteps = 2048;

const untried = 0;
const fits = 1;
const fails = 2;

/** Undefined for a pattern that does not compile. */
export function createAnchoredSpans(source: string): AnchoredSpans | undefined {
  const compiled = compilePattern({ id: "", source, flags: "" });
  if (!("tree" in compiled) || compiled.usesBytes) return undefined;
  const builder = createProgramBuilder(createCharSets());
  addPattern(builder, compiled.tree);
  const classes = buildCharClasses(builder.sets.list);
  const a = createLazyAutomaton(finishProgram(builder), classes, { anywhere: false, backward: false, maxBytes });
  /** By what stands before: which two ASCII characters a match may begin with, as far as texts asked. */
  const heads: (Uint8Array | undefined)[] = [];
  /** By what stands before: the row where a match begins, good until the automaton is flushed. */
  const beginRows = new Int32Array(4);
  let beginFlush = -1;
  let steps = 0;

  const beginRow = (kind: number): number => {
    const context = a.contextOfKind[kind] ?? 0;
    if (beginFlush !== a.flushCount) {
      beginRows.fill(0);
      beginFlush = a.flushCount;
    }
    if (beginRows[context] === 0) {
      const row = startRow(a, kind);
      if (beginFlush !== a.flushCount) return row;
      beginRows[context] = row;
    }
    return beginRows[context] ?? 0;
  };

  /** Whether a match may begin with two characters. */
  const tryHead = (kind: number, first: number, second: number): number => {
    const one = Math.abs(takeTransition(a, beginRow(kind), classOf(classes, first)));
    if (a.dead[one / classes.stride]) return fails;
    const two = Math.abs(takeTransition(a, one, classOf(classes, second))) / classes.stride;
    return a.dead[two] && (a.reports[two] ?? []).length === 0 ? fails : fits;
  };

  /** Where the longest match that begins at `start` ends; -1 for none. */
  const walk = (text: string, start: number, kind: number): number => {
    let row = beginRow(kind);
    let end = -1;
    for (let at = start; ; ) {
      steps++;
      let next: number;
      let width = 1;
      if (at >= text.length) next = takeTransition(a, row, classes.endClass);
      else {
        const unit = text.charCodeAt(at);
        next = a.table[row + (classes.unitColumns[((classes.pages[unit >> 5] ?? 0) << 5) + (unit & 31)] ?? 0)] ?? 0;
        if (next === 0) {
          const codePoint = readCodePoint(text, at, text.length);
          if (codePoint > 0xffff) width = 2;
          next = takeTransition(a, row, classOf(classes, codePoint));
        }
      }
      row = Math.abs(next);
      if (next < 0) {
        const state = row / classes.stride;
        if ((a.reports[state] ?? []).length > 0) end = at;
        if (a.dead[state]) return end;
      }
      if (at >= text.length) return end;
      at += width;
    }
  };

  /** False where the first character that is not ASCII tells that no match begins with it. */
  const mayBegin = (unit: number, kind: number): boolean => {
    const column = classes.unitColumns[((classes.pages[unit >> 5] ?? 0) << 5) + (unit & 31)] ?? 0;
    const next = a.table[beginRow(kind) + column] ?? 0;
    return next >= 0 || !a.dead[-next / classes.stride] || (a.reports[-next / classes.stride] ?? []).length > 0;
  };

  return (text, most = text.length, sign = "") => {
    const places: number[] = [];
    let nextSign = -1;
    const { length } = text;
    const mostSteps = leastSteps + stepsPerUnit * length;
    steps = 0;
    let kind: number = charKind.edge;
    let unit = text.charCodeAt(0);
    for (let at = 0; at < length && places.length < 2 * most; ) {
      if (sign !== "" && at > nextSign) {
        nextSign = text.indexOf(sign, at);
        if (nextSign < 0) break;
        const from = at;
        at = nextSign;
        while (at > from && !isBlankUnit(text.charCodeAt(at - 1))) at--;
        unit = text.charCodeAt(at);
        if (at > from) kind = kindOf(text.charCodeAt(at - 1));
      }
      const second = at + 1 < length ? text.charCodeAt(at + 1) : 0x80;
      let end = -1;
      if ((unit | second) < 0x80) {
        const table = (heads[kind] ??= new Uint8Array(0x4000));
        const head = (unit << 7) | second;
        if (table[head] === untried) table[head] = tryHead(kind, unit, second);
        if (table[head] === fits) end = walk(text, at, kind);
      } else if (mayBegin(unit, kind) && !splitsPair(text, at)) end = walk(text, at, kind);
      if (end > at) {
        if (steps > mostSteps) return undefined;
        places.push(at, end);
        kind = kindOf(text.charCodeAt(end - 1));
        at = end;
        unit = text.charCodeAt(at);
      } else {
        if (steps > mostSteps) return undefined;
        kind = kindOf(unit);
        at++;
        unit = second;
      }
    }
    return places;
  };
}

const kindOf = (unit: number): number =>
  unit === 10 ? charKind.newline : isWordUnit(unit) ? charKind.word : charKind.other;

/** So many patterns keep their automata; the one that was not asked for longest makes room. */
const kept = 48;
const finders = new Map<string, AnchoredSpans | undefined>();

/** The finder of a pattern, by its source. */
export function anchoredSpansOf(source: string): AnchoredSpans | undefined {
  const known = finders.has(source) ? finders.get(source) : createAnchoredSpans(source);
  finders.delete(source);
  finders.set(source, known);
  if (finders.size > kept) {
    const oldest = finders.keys().next();
    if (!oldest.done) finders.delete(oldest.value);
  }
  return known;
}
