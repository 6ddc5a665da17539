import { charKind, classOf } from "../match/char-classes";
import { type LazyAutomaton, startRow, takeTransition } from "../match/lazy-automaton";
import { readCodePoint } from "../match/read-code-point";
import type { PatternSource } from "../match/types";
import { createAnchored, type Range } from "./token-finder";

/** Says which patterns match a stretch of a text from its first character to its last. */
export type FieldMatcher = (text: string, field: Range) => ArrayLike<number>;

const none: readonly number[] = [];

/** One automaton for all patterns: a stretch costs one step a character, and fewer where no pattern goes on. */
export function createFieldMatcher(sources: readonly PatternSource[]): FieldMatcher {
  let automaton: LazyAutomaton | undefined;
  let begin = 0;
  let beginFlush = -1;
  return (text, { from, to }) => {
    automaton ??= createAnchored(sources);
    const a = automaton;
    if (beginFlush !== a.flushCount) {
      begin = startRow(a, charKind.edge);
      beginFlush = a.flushCount;
    }
    const { classes } = a;
    let row = begin;
    for (let at = from; at < to; ) {
      const codePoint = readCodePoint(text, at, to);
      const next = takeTransition(a, row, classOf(classes, codePoint));
      row = Math.abs(next);
      if (next < 0 && a.dead[row / classes.stride]) return none;
      at += codePoint > 0xffff ? 2 : 1;
    }
    const last = Math.abs(takeTransition(a, row, classes.endClass));
    return a.reports[last / classes.stride] ?? none;
  };
}
