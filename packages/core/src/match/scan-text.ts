import { internState, type LazyAutomaton } from "./lazy-automaton.js";
import { splitsPair } from "./read-code-point.js";
import { laneBlock, laneRefused, loadAscii, scanLanes } from "./scan-lanes.js";
import { type Findings, scanUnits } from "./scan-units.js";

/** Shorter texts gain nothing from lanes. */
const minLaneText = 128;
/** After so many blocks that were not ASCII, or not fit for lanes, the rest of a text is not tried. */
const maxMisses = 4;

const none = new Int32Array(0);

/**
 * Runs over the whole text from `startAt`; returns the row it ends in, or 0 when nothing more can be found (all patterns found,
 * or none can match any more). What is found is left in `findings`.
 */
export function scanText(a: LazyAutomaton, text: string, startAt: number, findings: Findings): number {
  const length = text.length;
  let row = startAt;
  let misses = 0;
  for (let from = 0; from < length; ) {
    if (length - from < minLaneText || misses >= maxMisses) return scanUnits(a, text, from, length, row, findings);
    let to = Math.min(length, from + laneBlock);
    if (splitsPair(text, to)) to--;
    const next = scanAsciiBlock(a, text, from, to, row, findings);
    if (next >= 0) row = next;
    else {
      misses++;
      if (lost !== undefined) row = internState(a, lost.kernel, lost.context, none);
      row = scanUnits(a, text, from, to, row, findings);
    }
    if (row === 0) return 0;
    from = to;
  }
  return row;
}

/** The state a block began in, when the cache was flushed in the middle of it. */
let lost: { kernel: Int32Array; context: number } | undefined;

function scanAsciiBlock(
  a: LazyAutomaton,
  text: string,
  from: number,
  to: number,
  row: number,
  findings: Findings,
): number {
  lost = undefined;
  const count = loadAscii(text, from, to);
  if (count === 0) return laneRefused;
  const { flushCount } = a;
  const state = row / a.classes.stride;
  const kernel = a.kernels[state]!;
  const context = a.contexts[state]!;
  const next = scanLanes(a, count, row, findings);
  if (next < 0 && a.flushCount !== flushCount) lost = { kernel, context };
  return next;
}
