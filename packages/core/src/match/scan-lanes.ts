import { blockBytes } from "./ascii-block";
import { freshRow, type LazyAutomaton, takeTransition } from "./lazy-automaton";
import { addFindings, type Findings } from "./scan-units";

/**
 * A run of an automaton is a chain of dependent loads: each waits for the one before, and the processor idles. So a block of
 * ASCII is cut into four lanes that run side by side, the later three from a state that knows only the character before them.
 * What they find is true (a search may begin anywhere), and what they miss began before their border: the run from the left
 * goes on over each border until it stands in the same state as the lane did there, which takes a few characters, and from
 * there on both are the same. When they do not meet, the run from the left just goes on.
 */
const minLane = 24;
/** How far past a border two runs are compared before the lane's run is given up. */
const maxOverlap = 256;

/** The block cannot be run in lanes: it has to be scanned from its beginning. */
export const laneRefused = -1;

/**
 * Runs over the first `count` loaded bytes from `startAt`; returns the row it ends in, 0 when nothing more can be found, or
 * `laneRefused`. Findings are added as in a plain scan.
 */
export const scanLanes = bindBytes(blockBytes);

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function bindBytes(bytes: Uint8Array) {
  return (a: LazyAutomaton, count: number, startAt: number, findings: Findings): number => {
    const { classes, stamp, flushCount } = a;
    const columns = classes.unitColumns;
    const { stampColumn } = classes;
    const length = count >> 2;
    if (length < minLane) return laneRefused;
    const second = length;
    const third = 2 * length;
    const fourth = 3 * length;
    const fresh1 = freshRow(a, classes.kinds[columns[bytes[second - 1]!]!]!);
    const fresh2 = freshRow(a, classes.kinds[columns[bytes[third - 1]!]!]!);
    const fresh3 = freshRow(a, classes.kinds[columns[bytes[fourth - 1]!]!]!);
    if (a.flushCount !== flushCount) return laneRefused;
    let row0 = startAt;
    let row1 = fresh1;
    let row2 = fresh2;
    let row3 = fresh3;
    let patience = 16 + (length >> 1);
    let table = a.table;
    let i = 0;
    for (;;) {
      for (; i < length; i++) {
        const next0 = table[row0 + columns[bytes[i]!]!]!;
        const next1 = table[row1 + columns[bytes[second + i]!]!]!;
        const next2 = table[row2 + columns[bytes[third + i]!]!]!;
        const next3 = table[row3 + columns[bytes[fourth + i]!]!]!;
        // Below zero when any of the four is not a plain row.
        if (((next0 - 1) | (next1 - 1) | (next2 - 1) | (next3 - 1)) < 0) break;
        row0 = next0;
        row1 = next1;
        row2 = next2;
        row3 = next3;
      }
      if (i >= length) break;
      // Rows that report again and again are quicker alone.
      if (--patience < 0) return laneRefused;
      const next0 = table[row0 + columns[bytes[i]!]!]!;
      const next1 = table[row1 + columns[bytes[second + i]!]!]!;
      const next2 = table[row2 + columns[bytes[third + i]!]!]!;
      const next3 = table[row3 + columns[bytes[fourth + i]!]!]!;
      row0 = next0 > 0 ? next0 : attend(a, row0, columns[bytes[i]!]!, stamp, stampColumn, findings);
      // A flush makes every other row void.
      if (next1 > 0) row1 = next1;
      else if (a.flushCount === flushCount)
        row1 = attend(a, row1, columns[bytes[second + i]!]!, stamp, stampColumn, findings);
      if (next2 > 0) row2 = next2;
      else if (a.flushCount === flushCount)
        row2 = attend(a, row2, columns[bytes[third + i]!]!, stamp, stampColumn, findings);
      if (next3 > 0) row3 = next3;
      else if (a.flushCount === flushCount)
        row3 = attend(a, row3, columns[bytes[fourth + i]!]!, stamp, stampColumn, findings);
      if (a.flushCount !== flushCount) return laneRefused;
      if (findings.list.length === findings.marks.length) return 0;
      table = a.table;
      i++;
    }
    let row = joinLane(bytes, a, row0, fresh1, second, third, row1, findings);
    if (row > 0) row = joinLane(bytes, a, row, fresh2, third, fourth, row2, findings);
    if (row > 0) row = joinLane(bytes, a, row, fresh3, fourth, 4 * length, row3, findings);
    for (let at = 4 * length; at < count && row > 0; at++)
      row = attend(a, row, columns[bytes[at]!]!, stamp, stampColumn, findings);
    a.charCount += count;
    return a.flushCount === flushCount ? row : laneRefused;
  };
}

/** One step, whatever it takes. */
function attend(
  a: LazyAutomaton,
  row: number,
  column: number,
  stamp: number,
  stampColumn: number,
  findings: Findings,
): number {
  const next = takeTransition(a, row, column);
  if (next > 0) return next;
  if (a.table[stampColumn - next] !== stamp) {
    addFindings(findings, a.reports[-next / a.classes.stride]!);
    a.table[stampColumn - next] = stamp;
  }
  return -next;
}

/**
 * Carries the true run, in `row` at `from`, over a lane that began there in `fresh` and ended at `to` in `laneEnd`; returns the
 * true row at `to`.
 */
function joinLane(
  bytes: Uint8Array,
  a: LazyAutomaton,
  row: number,
  fresh: number,
  from: number,
  to: number,
  laneEnd: number,
  findings: Findings,
): number {
  const { classes, stamp, flushCount } = a;
  const columns = classes.unitColumns;
  const { stampColumn } = classes;
  const compareTo = Math.min(to, from + maxOverlap);
  let at = from;
  for (; at < compareTo; at++) {
    if (row === fresh) return laneEnd;
    const column = columns[bytes[at]!]!;
    const next = a.table[row + column]!;
    const nextFresh = a.table[fresh + column]!;
    if (next > 0 && nextFresh > 0) {
      row = next;
      fresh = nextFresh;
      continue;
    }
    row = attend(a, row, column, stamp, stampColumn, findings);
    if (a.flushCount === flushCount) fresh = attend(a, fresh, column, stamp, stampColumn, findings);
    if (a.flushCount !== flushCount) return laneRefused;
  }
  if (row === fresh) return laneEnd;
  for (; at < to; at++) {
    row = attend(a, row, columns[bytes[at]!]!, stamp, stampColumn, findings);
    if (a.flushCount !== flushCount) return laneRefused;
  }
  return row;
}
