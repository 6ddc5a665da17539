import { blockBytes, blockLength } from "./ascii-block";
import { isNarrow, type LiteralAutomaton } from "./literal-automaton";
import { byteCodes, readUnitCodes, rowsShift } from "./rough-codes";
import { blockUnits, loadUnits } from "./unit-block";

export const lanes = 4;

/**
 * What the last block scanned held: so many entries `state << 16 | unit` as `hitCount` says, the unit counted from where the block begins. All lanes write
 * here: those of one lane stand in order, and one list is read with fewer wrongly guessed ends of loops than four.
 */
export const hitLog = new Int32Array(blockLength + lanes);
const counts = new Int32Array(2);
export const hitCount = (): number => counts[0]!;

/** Where a lane of the last block begins, and past the block for the one after the last. */
export const laneBorder = (lane: number): number => (lane < lanes ? lane * counts[1]! : blockLength);

/**
 * Reads the block of the text from `from` to `to` from `state` on; returns the state after it. `isLoaded` says that it is ASCII and
 * stands in `blockBytes`; else, the block stands in `blockUnits` afterwards.
 */
export function scanLiterals(
  automaton: LiteralAutomaton,
  text: string,
  from: number,
  to: number,
  isLoaded: boolean,
  state: number,
): number {
  const { continues } = automaton;
  const begin = state < continues.length ? continues[state]! : state;
  const count = to - from;
  // A literal of other units may go on in ASCII.
  if (isLoaded && isNarrow(automaton, begin)) {
    const after = scanBytesInLanes(automaton, count, begin, longestAsking(automaton, 0));
    noteSparse(automaton, 0, count);
    return after;
  }
  loadUnits(text, from, to);
  const after = scanUnitsInLanes(automaton, count, begin, longestAsking(automaton, 1));
  noteSparse(automaton, 1, count);
  return after;
}

const longestAsking = ({ wasSparse }: LiteralAutomaton, kind: 0 | 1): number =>
  wasSparse[kind] === 1 ? blockLength : longLanes[kind];

/** Texts that come one after the other are alike. */
function noteSparse({ wasSparse }: LiteralAutomaton, kind: 0 | 1, count: number): void {
  if (count >= leastTelling) wasSparse[kind] = hitCount() * sparseShare < count ? 1 : 0;
}

/** Shorter blocks gain nothing from lanes. */
const minLane = 16;
/**
 * In longer lanes every state is written and none asked for, but after a block with hardly any hits. Where the next hit stands nobody guesses in a text that
 * was not read a thousand times before, and a wrong guess costs more than many writes.
 * Other units leave the processor less room for them.
 */
const longLanes = [255, 1000] as const;
/** Hardly any is less than one hit for so many units, and shorter blocks do not tell. */
const sparseShare = 64;
const leastTelling = 1024;

/**
 * Reads the first `count` bytes of `blockBytes` from `state` on; returns the state after them. A run of the automaton is a chain of dependent loads, so a
 * block is cut into lanes that run side by side: where a lane begins, the state is known from the few characters before, as many as the longest literal has.
 */
const scanBytesInLanes = bindBuffers(blockBytes, byteCodes, hitLog);

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function bindBuffers(bytes: Uint8Array, codes: Uint8Array, log: Int32Array) {
  return (automaton: LiteralAutomaton, count: number, state: number, longest: number): number => {
    const { table, reports, continues, maxLength } = automaton;
    const length = count >> 2;
    counts[1] = length;
    if (length < minLane) return scanBytes(automaton, 0, count, state, 0);
    const third = 2 * length;
    const fourth = 3 * length;
    let state0 = state;
    let state1 = 0;
    let state2 = 0;
    let state3 = 0;
    for (let i = length - maxLength + 1; i < length; i++) {
      state1 = continues[table[(state1 << 6) + codes[bytes[i]!]!]!]!;
      state2 = continues[table[(state2 << 6) + codes[bytes[i + length]!]!]!]!;
      state3 = continues[table[(state3 << 6) + codes[bytes[i + third]!]!]!]!;
    }
    /** The last state that reports nothing. */
    const last = reports - 1;
    let end = 0;
    // The same twice: what is asked, or not, is not asked for at each step.
    if (length <= longest)
      for (let i = 0; i < length; i++) {
        state0 = table[(state0 << 6) + codes[bytes[i]!]!]!;
        state1 = table[(state1 << 6) + codes[bytes[i + length]!]!]!;
        state2 = table[(state2 << 6) + codes[bytes[i + third]!]!]!;
        state3 = table[(state3 << 6) + codes[bytes[i + fourth]!]!]!;
        // Below zero when one of the four reports.
        if (((last - state0) | (last - state1) | (last - state2) | (last - state3)) >= 0) continue;
        // Each writes; only those that report keep what they wrote.
        log[end] = (state0 << 16) | i;
        end += (last - state0) >>> 31;
        log[end] = (state1 << 16) | (i + length);
        end += (last - state1) >>> 31;
        log[end] = (state2 << 16) | (i + third);
        end += (last - state2) >>> 31;
        log[end] = (state3 << 16) | (i + fourth);
        end += (last - state3) >>> 31;
        state0 = continues[state0]!;
        state1 = continues[state1]!;
        state2 = continues[state2]!;
        state3 = continues[state3]!;
      }
    else
      for (let i = 0; i < length; i++) {
        state0 = table[(state0 << 6) + codes[bytes[i]!]!]!;
        state1 = table[(state1 << 6) + codes[bytes[i + length]!]!]!;
        state2 = table[(state2 << 6) + codes[bytes[i + third]!]!]!;
        state3 = table[(state3 << 6) + codes[bytes[i + fourth]!]!]!;
        // Each writes; only those that report keep what they wrote.
        log[end] = (state0 << 16) | i;
        end += (last - state0) >>> 31;
        log[end] = (state1 << 16) | (i + length);
        end += (last - state1) >>> 31;
        log[end] = (state2 << 16) | (i + third);
        end += (last - state2) >>> 31;
        log[end] = (state3 << 16) | (i + fourth);
        end += (last - state3) >>> 31;
        state0 = continues[state0]!;
        state1 = continues[state1]!;
        state2 = continues[state2]!;
        state3 = continues[state3]!;
      }
    counts[0] = end;
    return 4 * length === count ? state3 : scanBytes(automaton, 4 * length, count, state3, end);
  };
}

/** The end of a block, or a short one, `logged` entries being there. */
function scanBytes(automaton: LiteralAutomaton, from: number, to: number, start: number, logged: number): number {
  const { table, reports, continues } = automaton;
  let state = start;
  let end = logged;
  for (let i = from; i < to; i++) {
    state = table[(state << 6) + byteCodes[blockBytes[i]!]!]!;
    if (state < reports) continue;
    hitLog[end++] = (state << 16) | i;
    state = continues[state]!;
  }
  counts[0] = end;
  return state;
}

/** The same for a text of any units, of which `blockUnits` holds `count`. */
const scanUnitsInLanes = bindUnits(blockUnits, hitLog, rowsShift);

function bindUnits(units: Uint16Array, log: Int32Array, shift: number) {
  return (automaton: LiteralAutomaton, count: number, state: number, longest: number): number => {
    const { table, rows, reports, maxLength } = automaton;
    const codes = readUnitCodes(automaton.unitCodes);
    const length = count >> 2;
    counts[1] = length;
    if (length < minLane) return scanUnits(automaton, 0, count, state, 0);
    const third = 2 * length;
    const fourth = 3 * length;
    let state0 = state;
    let state1 = 0;
    let state2 = 0;
    let state3 = 0;
    for (let i = length - maxLength + 1; i < length; i++) {
      const code1 = codes[units[i]!]!;
      const code2 = codes[units[i + length]!]!;
      const code3 = codes[units[i + third]!]!;
      state1 = table[(rows[(state1 << shift) + (code1 >> 6)]! << 6) + (code1 & 63)]!;
      state2 = table[(rows[(state2 << shift) + (code2 >> 6)]! << 6) + (code2 & 63)]!;
      state3 = table[(rows[(state3 << shift) + (code3 >> 6)]! << 6) + (code3 & 63)]!;
    }
    const last = reports - 1;
    let end = 0;
    if (length <= longest)
      for (let i = 0; i < length; i++) {
        const code0 = codes[units[i]!]!;
        const code1 = codes[units[i + length]!]!;
        const code2 = codes[units[i + third]!]!;
        const code3 = codes[units[i + fourth]!]!;
        state0 = table[(rows[(state0 << shift) + (code0 >> 6)]! << 6) + (code0 & 63)]!;
        state1 = table[(rows[(state1 << shift) + (code1 >> 6)]! << 6) + (code1 & 63)]!;
        state2 = table[(rows[(state2 << shift) + (code2 >> 6)]! << 6) + (code2 & 63)]!;
        state3 = table[(rows[(state3 << shift) + (code3 >> 6)]! << 6) + (code3 & 63)]!;
        if (((last - state0) | (last - state1) | (last - state2) | (last - state3)) >= 0) continue;
        log[end] = (state0 << 16) | i;
        end += (last - state0) >>> 31;
        log[end] = (state1 << 16) | (i + length);
        end += (last - state1) >>> 31;
        log[end] = (state2 << 16) | (i + third);
        end += (last - state2) >>> 31;
        log[end] = (state3 << 16) | (i + fourth);
        end += (last - state3) >>> 31;
      }
    else
      for (let i = 0; i < length; i++) {
        const code0 = codes[units[i]!]!;
        const code1 = codes[units[i + length]!]!;
        const code2 = codes[units[i + third]!]!;
        const code3 = codes[units[i + fourth]!]!;
        state0 = table[(rows[(state0 << shift) + (code0 >> 6)]! << 6) + (code0 & 63)]!;
        state1 = table[(rows[(state1 << shift) + (code1 >> 6)]! << 6) + (code1 & 63)]!;
        state2 = table[(rows[(state2 << shift) + (code2 >> 6)]! << 6) + (code2 & 63)]!;
        state3 = table[(rows[(state3 << shift) + (code3 >> 6)]! << 6) + (code3 & 63)]!;
        log[end] = (state0 << 16) | i;
        end += (last - state0) >>> 31;
        log[end] = (state1 << 16) | (i + length);
        end += (last - state1) >>> 31;
        log[end] = (state2 << 16) | (i + third);
        end += (last - state2) >>> 31;
        log[end] = (state3 << 16) | (i + fourth);
        end += (last - state3) >>> 31;
      }
    counts[0] = end;
    return 4 * length === count ? state3 : scanUnits(automaton, 4 * length, count, state3, end);
  };
}

/** The same for a block of any units. */
function scanUnits(automaton: LiteralAutomaton, from: number, to: number, start: number, logged: number): number {
  const { table, rows, reports } = automaton;
  const codes = readUnitCodes(automaton.unitCodes);
  let state = start;
  let end = logged;
  for (let i = from; i < to; i++) {
    const code = codes[blockUnits[i]!]!;
    state = table[(rows[(state << rowsShift) + (code >> 6)]! << 6) + (code & 63)]!;
    if (state >= reports) hitLog[end++] = (state << 16) | i;
  }
  counts[0] = end;
  return state;
}
