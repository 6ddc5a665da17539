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
  const { length } = text;
  // A state below has a row and reports nothing.
  const plain = Math.min(denseCount, firstReport);
  let state = 0;
  for (let i = 0; i < length; i++) {
    let unit = text.charCodeAt(i);
    if (unit < 128 && state < plain) {
      state = dense[(state << rowShift) + columns[unit]!]!;
      if (state < plain) continue;
    } else {
      unit = units[pages[unit >> 7]! + (unit & 127)]!;
      if (unit === 0) {
        state = 0;
        continue;
      }
      if (unit < 128 && state < denseCount) state = dense[(state << rowShift) + columns[unit]!]!;
      else state = stepSlowly(automaton, state, unit);
    }
    if (state >= firstReport && seen[state - firstReport] !== stamp) {
      seen[state - firstReport] = stamp;
      report(state);
    }
  }
}
