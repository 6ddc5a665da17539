import { blockBytes, blockLength } from "./ascii-block";
import type { LiteralAutomaton } from "./literal-automaton";
import { byteCodes, readUnitCodes } from "./rough-codes";

/**
 * What the last block scanned held: for each lane, from `lane * laneRoom` up to `laneEnds[lane]`, entries `state << 16 | unit`,
 * the unit counted from where the lane begins, `laneStarts[lane]` in the text. Lanes follow one another in the text.
 */
const lanes = 4;
export const laneRoom = (blockLength >> 1) + 8;
export const hitLog = new Int32Array(lanes * laneRoom);
export const laneEnds = new Int32Array(lanes);
export const laneStarts = new Int32Array(lanes);

/**
 * Reads the block of the text from `from` to `to` from `state` on; returns the state after it. `isLoaded` says that it is ASCII and
 * stands in `blockBytes`.
 */
export function scanLiterals(
  automaton: LiteralAutomaton,
  text: string,
  from: number,
  to: number,
  isLoaded: boolean,
  state: number,
): number {
  // A literal of other units may go on in ASCII.
  if (isLoaded && state < automaton.wideStart) return scanBytesInLanes(automaton, to - from, from, state);
  return scanUnitsInLanes(automaton, text, from, to, state);
}

/** Shorter blocks gain nothing from lanes. */
const minLane = 16;

/**
 * Reads the first `count` bytes of `blockBytes`, which stand at `from` in the text, from `state` on; returns the state after
 * them. A run of the automaton is a chain of dependent loads, so a block is cut into lanes that run side by side: where a lane
 * begins, the state is known from the few characters before, as many as the longest literal has.
 */
const scanBytesInLanes = bindBuffers(blockBytes, byteCodes, hitLog);

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function bindBuffers(bytes: Uint8Array, codes: Uint8Array, log: Int32Array) {
  return (automaton: LiteralAutomaton, count: number, from: number, state: number): number => {
    const { table, reports, continues, maxLength } = automaton;
    const length = count >> 2;
    laneStarts[0] = from;
    laneEnds[0] = 0;
    laneEnds[1] = laneRoom;
    laneEnds[2] = 2 * laneRoom;
    laneEnds[3] = 3 * laneRoom;
    if (length < minLane) return scanBytes(automaton, 0, count, continues[state]!, 0);
    laneStarts[1] = from + length;
    laneStarts[2] = from + 2 * length;
    laneStarts[3] = from + 3 * length;
    let state0 = continues[state]!;
    let state1 = 0;
    let state2 = 0;
    let state3 = 0;
    for (let i = length - maxLength + 1; i < length; i++) {
      state1 = continues[table[(state1 << 6) + codes[bytes[i]!]!]!]!;
      state2 = continues[table[(state2 << 6) + codes[bytes[i + length]!]!]!]!;
      state3 = continues[table[(state3 << 6) + codes[bytes[i + 2 * length]!]!]!]!;
    }
    /** The last state that reports nothing. */
    const last = reports - 1;
    let end0 = 0;
    let end1 = laneRoom;
    let end2 = 2 * laneRoom;
    let end3 = 3 * laneRoom;
    for (let i = 0; i < length; i++) {
      state0 = table[(state0 << 6) + codes[bytes[i]!]!]!;
      state1 = table[(state1 << 6) + codes[bytes[i + length]!]!]!;
      state2 = table[(state2 << 6) + codes[bytes[i + 2 * length]!]!]!;
      state3 = table[(state3 << 6) + codes[bytes[i + 3 * length]!]!]!;
      // Below zero when one of the four reports; most characters report nothing.
      if (((last - state0) | (last - state1) | (last - state2) | (last - state3)) >= 0) continue;
      // Each writes; only those that report keep what they wrote.
      log[end0] = (state0 << 16) | i;
      log[end1] = (state1 << 16) | i;
      log[end2] = (state2 << 16) | i;
      log[end3] = (state3 << 16) | i;
      end0 += (last - state0) >>> 31;
      end1 += (last - state1) >>> 31;
      end2 += (last - state2) >>> 31;
      end3 += (last - state3) >>> 31;
      state0 = continues[state0]!;
      state1 = continues[state1]!;
      state2 = continues[state2]!;
      state3 = continues[state3]!;
    }
    laneEnds[0] = end0;
    laneEnds[1] = end1;
    laneEnds[2] = end2;
    laneEnds[3] = end3;
    return 4 * length === count ? state3 : scanBytes(automaton, 4 * length, count, state3, 3);
  };
}

/** The end of a block, or a short one, added to a lane. */
function scanBytes(automaton: LiteralAutomaton, from: number, to: number, start: number, lane: number): number {
  const { table, reports, continues } = automaton;
  let state = start;
  let end = laneEnds[lane]!;
  const before = from === 0 ? 0 : 3 * (to >> 2);
  for (let i = from; i < to; i++) {
    state = table[(state << 6) + byteCodes[blockBytes[i]!]!]!;
    if (state < reports) continue;
    hitLog[end++] = (state << 16) | (i - before);
    state = continues[state]!;
  }
  laneEnds[lane] = end;
  return state;
}

/** The same for a text of any units, from `from` to `to`, in two lanes. */
function scanUnitsInLanes(automaton: LiteralAutomaton, text: string, from: number, to: number, state: number): number {
  const { table, halves, reports, wideStart, wideReports, maxLength } = automaton;
  const codes = readUnitCodes();
  const length = (to - from) >> 1;
  const second = from + length;
  laneStarts[0] = from;
  laneStarts[1] = second;
  laneEnds[2] = 2 * laneRoom;
  laneEnds[3] = 3 * laneRoom;
  let state0 = state;
  let state1 = 0;
  let end0 = 0;
  let end1 = laneRoom;
  for (let i = Math.max(from, second - maxLength + 1); i < second; i++) {
    const code = codes[text.charCodeAt(i)]!;
    state1 = table[(halves[2 * state1 + (code >> 6)]! << 6) + (code & 63)]!;
  }
  // The state before stands for what the block before ended with.
  if (length < maxLength) return scanUnitsOnce(automaton, text, from, to, state);
  for (let i = 0; i < length; i++) {
    const code0 = codes[text.charCodeAt(from + i)]!;
    const code1 = codes[text.charCodeAt(second + i)]!;
    state0 = table[(halves[2 * state0 + (code0 >> 6)]! << 6) + (code0 & 63)]!;
    state1 = table[(halves[2 * state1 + (code1 >> 6)]! << 6) + (code1 & 63)]!;
    if (state0 >= reports && (state0 < wideStart || state0 >= wideReports)) hitLog[end0++] = (state0 << 16) | i;
    if (state1 >= reports && (state1 < wideStart || state1 >= wideReports)) hitLog[end1++] = (state1 << 16) | i;
  }
  laneEnds[0] = end0;
  if (second + length < to) {
    const code = codes[text.charCodeAt(to - 1)]!;
    state1 = table[(halves[2 * state1 + (code >> 6)]! << 6) + (code & 63)]!;
    if (state1 >= reports && (state1 < wideStart || state1 >= wideReports)) hitLog[end1++] = (state1 << 16) | length;
  }
  laneEnds[1] = end1;
  return state1;
}

function scanUnitsOnce(
  { table, halves, reports, wideStart, wideReports }: LiteralAutomaton,
  text: string,
  from: number,
  to: number,
  start: number,
): number {
  const codes = readUnitCodes();
  let state = start;
  let end = 0;
  for (let i = from; i < to; i++) {
    const code = codes[text.charCodeAt(i)]!;
    state = table[(halves[2 * state + (code >> 6)]! << 6) + (code & 63)]!;
    if (state >= reports && (state < wideStart || state >= wideReports)) hitLog[end++] = (state << 16) | (i - from);
  }
  laneEnds[0] = end;
  laneEnds[1] = laneRoom;
  return state;
}
