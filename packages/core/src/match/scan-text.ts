import { blockLength, loadAscii } from "./ascii-block";
import { internState } from "./automaton-states";
import type { LazyAutomaton } from "./lazy-automaton";
import { splitsPair } from "./read-code-point";
import { laneRefused, scanLanes } from "./scan-lanes";
import { type Findings, scanUnits } from "./scan-units";
import { loadUnits } from "./unit-block";

/** Shorter texts gain nothing from lanes. */
const minLaneText = 40;
/** After so many blocks that were not fit for lanes, the rest of a text is not tried. */
const maxMisses = 4;

const none = new Int32Array(0);

/** Where the block that begins at `from` ends; no surrogate pair straddles it. */
export function blockEnd(text: string, from: number): number {
  const to = Math.min(text.length, from + blockLength);
  return splitsPair(text, to) ? to - 1 : to;
}

/**
 * Runs over the whole text from `startAt`; returns the row it ends in, or 0 when nothing more can be found (all patterns found,
 * or none can match any more). What is found is left in `findings`.
 */
export function scanText(a: LazyAutomaton, text: string, startAt: number, findings: Findings): number {
  const { length } = text;
  let row = startAt;
  for (let from = 0; from < length && row !== 0; ) {
    const to = blockEnd(text, from);
    const isLoaded = to - from >= minLaneText && findings.misses < maxMisses && loadAscii(text, from, to);
    row = scanBlock(a, text, from, to, isLoaded, row, findings);
    from = to;
  }
  return row;
}

/** The same for one block; `isLoaded` says that it is ASCII and stands in `blockBytes`. */
export function scanBlock(
  a: LazyAutomaton,
  text: string,
  from: number,
  to: number,
  isLoaded: boolean,
  startAt: number,
  findings: Findings,
): number {
  if (to - from < minLaneText || findings.misses >= maxMisses) return scanUnits(a, text, from, to, startAt, findings);
  if (!isLoaded) loadUnits(text, from, to);
  // A flush makes new lists, so these still hold the state of now.
  const { flushCount, kernelNodes, kernelStarts, contexts } = a;
  const next = scanLanes(a, to - from, isLoaded, startAt, findings);
  if (next !== laneRefused) return next;
  findings.misses++;
  if (a.flushCount === flushCount) return scanUnits(a, text, from, to, startAt, findings);
  // The state the block began in, when the cache was flushed in the middle of it.
  const state = startAt / a.classes.stride;
  const kernel = kernelNodes.slice(kernelStarts[state]!, kernelStarts[state + 1]!);
  return scanUnits(a, text, from, to, internState(a, kernel, contexts[state]!, none), findings);
}
