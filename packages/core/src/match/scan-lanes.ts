import { blockBytes } from "./ascii-block";
import { type CharClasses, classOf } from "./char-classes";
import { freshRow, type LazyAutomaton, takeTransition } from "./lazy-automaton";
import { isSurrogate } from "./read-code-point";
import { addFindings, type Findings } from "./scan-units";
import { blockUnits } from "./unit-block";

/**
 * A run of an automaton is a chain of dependent loads: each waits for the one before, and the processor idles. So a block is
 * cut into four lanes that run side by side, the later three from a state that knows only the character before them.
 * What they find is true (a search may begin anywhere), and what they miss began before their border: the run from the left
 * goes on over each border until it stands in the same state as the lane did there, which takes a few characters, and from
 * there on both are the same. When they do not meet, the run from the left just goes on.
 */
const minLane = 10;
/** How far past a border two runs are compared before the lane's run is given up. */
const maxOverlap = 256;

/** The block cannot be run in lanes: it has to be scanned from its beginning. */
export const laneRefused = -1;

/** The block of now: whether it is loaded as bytes, and how much of it is. */
let isBytes = false;
let count = 0;

/**
 * Runs over the first `total` loaded bytes, or units where they are not ASCII, from `startAt`; returns the row it ends in, 0 when nothing more can be
 * found, or `laneRefused`. Findings are added as in a plain scan. No surrogate pair goes over the edges of the block.
 */
export const scanLanes = bindBlock(blockBytes, blockUnits);

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function bindBlock(bytes: Uint8Array, units: Uint16Array) {
  return (a: LazyAutomaton, total: number, isLoaded: boolean, startAt: number, findings: Findings): number => {
    const { pages, unitColumns } = a.classes;
    const { flushCount } = a;
    const length = total >> 2;
    if (length < minLane) return laneRefused;
    count = total;
    isBytes = isLoaded;
    const third = 2 * length;
    const fourth = 3 * length;
    const fresh1 = freshLane(a, length);
    const fresh2 = freshLane(a, third);
    const fresh3 = freshLane(a, fourth);
    if (a.flushCount !== flushCount) return laneRefused;
    let row0 = startAt;
    let row1 = fresh1;
    let row2 = fresh2;
    let row3 = fresh3;
    let patience = 16 + (length >> 1);
    for (let i = 0; ; i++) {
      const { table } = a;
      // Each ends where any of the four is not a plain row.
      if (isLoaded)
        for (; i < length; i++) {
          const next0 = table[row0 + unitColumns[bytes[i]!]!]!;
          const next1 = table[row1 + unitColumns[bytes[i + length]!]!]!;
          const next2 = table[row2 + unitColumns[bytes[i + third]!]!]!;
          const next3 = table[row3 + unitColumns[bytes[i + fourth]!]!]!;
          if (((next0 - 1) | (next1 - 1) | (next2 - 1) | (next3 - 1)) < 0) break;
          row0 = next0;
          row1 = next1;
          row2 = next2;
          row3 = next3;
        }
      else
        for (; i < length; i++) {
          const unit0 = units[i]!;
          const unit1 = units[i + length]!;
          const unit2 = units[i + third]!;
          const unit3 = units[i + fourth]!;
          const next0 = table[row0 + unitColumns[(pages[unit0 >> 5]! << 5) + (unit0 & 31)]!]!;
          const next1 = table[row1 + unitColumns[(pages[unit1 >> 5]! << 5) + (unit1 & 31)]!]!;
          const next2 = table[row2 + unitColumns[(pages[unit2 >> 5]! << 5) + (unit2 & 31)]!]!;
          const next3 = table[row3 + unitColumns[(pages[unit3 >> 5]! << 5) + (unit3 & 31)]!]!;
          if (((next0 - 1) | (next1 - 1) | (next2 - 1) | (next3 - 1)) < 0) break;
          row0 = next0;
          row1 = next1;
          row2 = next2;
          row3 = next3;
        }
      if (i >= length) break;
      row0 = attend(a, flushCount, row0, i, findings);
      row1 = attend(a, flushCount, row1, i + length, findings);
      row2 = attend(a, flushCount, row2, i + third, findings);
      row3 = attend(a, flushCount, row3, i + fourth, findings);
      // Rows that report again and again are quicker alone.
      if (a.flushCount !== flushCount || --patience < 0) return laneRefused;
      if (findings.list.length === findings.marks.length) return 0;
    }
    let row = joinLane(a, flushCount, row0, fresh1, length, third, row1, findings);
    row = joinLane(a, flushCount, row, fresh2, third, fourth, row2, findings);
    row = joinLane(a, flushCount, row, fresh3, fourth, 4 * length, row3, findings);
    for (let at = 4 * length; at < count; at++) row = attend(a, flushCount, row, at, findings);
    a.charCount += count;
    return a.flushCount === flushCount ? row : laneRefused;
  };
}

/** The column of a unit of the block. */
function columnAt({ pages, unitColumns }: CharClasses, at: number): number {
  const unit = isBytes ? blockBytes[at]! : blockUnits[at]!;
  return unitColumns[(pages[unit >> 5]! << 5) + (unit & 31)]!;
}

/** Returns the row in which a lane begins that knows only the character before it. */
function freshLane(a: LazyAutomaton, border: number): number {
  const { classes } = a;
  let before = columnAt(classes, border - 1);
  // A pair that goes over the border counts as read with its second unit.
  if (before === classes.slowColumn) before = slowClassAt(classes, border - (beginsPair(border - 1) ? 2 : 1));
  return freshRow(a, classes.kinds[before]!);
}

/** One step, whatever it takes. A flush makes every row void: behind it, none is taken. */
function attend(a: LazyAutomaton, flushCount: number, row: number, at: number, findings: Findings): number {
  const { classes, stamp } = a;
  const { slowColumn, stampColumn, stride } = classes;
  if (a.flushCount !== flushCount) return row;
  let column = columnAt(classes, at);
  let next = a.table[row + column]!;
  if (next > 0) return next;
  if (column === slowColumn) {
    // A pair is read with its second unit.
    if (beginsPair(at)) return row;
    column = slowClassAt(classes, at);
  }
  next = takeTransition(a, row, column);
  if (next > 0) return next;
  if (a.table[stampColumn - next] !== stamp) {
    addFindings(findings, a.reports[-next / stride]!);
    a.table[stampColumn - next] = stamp;
  }
  return -next;
}

const beginsPair = (at: number): boolean =>
  at + 1 < count && ((blockUnits[at]! - 0xd800) | (blockUnits[at + 1]! - 0xdc00)) >>> 10 === 0;

/** Returns the class of the character that ends with a unit without a column: a surrogate, or of a rare class. */
function slowClassAt(classes: CharClasses, at: number): number {
  const unit = blockUnits[at]!;
  const isPair = at > 0 && beginsPair(at - 1);
  const high = isPair ? blockUnits[at - 1]! : 0;
  return classOf(classes, isPair ? (high << 10) + unit - 0x35fdc00 : isSurrogate(unit) ? 0xfffd : unit);
}

/**
 * Carries the true run, in `row` at `from`, over a lane that began there in `fresh` and ended at `to` in `laneEnd`; returns the
 * true row at `to`.
 */
function joinLane(
  a: LazyAutomaton,
  flushCount: number,
  row: number,
  fresh: number,
  from: number,
  to: number,
  laneEnd: number,
  findings: Findings,
): number {
  const compareTo = Math.min(to, from + maxOverlap);
  let at = from;
  for (; at < compareTo && row !== fresh; at++) {
    row = attend(a, flushCount, row, at, findings);
    fresh = attend(a, flushCount, fresh, at, findings);
  }
  if (row === fresh) return laneEnd;
  for (; at < to; at++) row = attend(a, flushCount, row, at, findings);
  return row;
}
