import { type LiteralAutomaton, stepSlowly } from "./literal-automaton.js";

/** Told of a state that reports, the first time in a text that it is entered. */
export type ReportState = (state: number) => void;

/**
 * Runs over `text` once. `seen` has a place for each state from `firstReport` on, and `stamp` is a number no place holds yet: it
 * tells which states were reported in this text.
 */
export function scanLiterals(
  automaton: LiteralAutomaton,
  text: string,
  seen: Int32Array,
  stamp: number,
  report: ReportState,
): void {
  const { dense, denseCount, columns, rowShift, pages, units, firstReport } = automaton;
  // Both a row and no report: the common case is one comparison.
  const plain = Math.min(denseCount, firstReport);
  let state = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 128 && state < denseCount) state = dense[(state << rowShift) + columns[unit]!]!;
    else {
      const folded = units[pages[unit >> 7]! + (unit & 127)]!;
      if (folded === 0) state = 0;
      else if (folded < 128 && state < denseCount) state = dense[(state << rowShift) + columns[folded]!]!;
      else state = stepSlowly(automaton, state, folded);
    }
    if (state >= plain && state >= firstReport && seen[state - firstReport] !== stamp) {
      seen[state - firstReport] = stamp;
      report(state);
    }
  }
}
