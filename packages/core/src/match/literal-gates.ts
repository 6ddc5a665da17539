import type { CharClasses } from "./char-classes";
import { type Beside, type BesideWhere, findBesides, placeLiteral } from "./find-besides";
import type { Program } from "./program";
import { isSurrogate } from "./read-code-point";
import { rangesOdds } from "./tree-odds";
import { maskBit, maskWords } from "./unit-masks";

/**
 * What may stand beside a literal where a pattern matches: for each of a few places around it, the units that some match can have there. Most
 * literals of a text stand where their pattern cannot match, and one or two units tell so without a look.
 */
export interface LiteralGates {
  /**
   * Returns the gate of a literal in a pattern's program: what no match of the pattern can have around the literal does not pass it. `noGate`
   * when everything passes, or when to find out would take too long. Only where the literal begins at most `lead` units after a match does,
   * and at most `trail` before it ends, counts; -1: there is no most.
   */
  make(program: Program, classes: CharClasses, literal: ArrayLike<number>, lead: number, trail: number): number;
  /** True unless the text around the literal that stands from `place` up to `end` shows that no match holds it. */
  passes(gate: number, text: string, place: number, end: number): boolean;
  /** Returns where a mask begins in `masks()`. */
  internMask(mask: Int32Array): number;
  masks(): Int32Array;
  /** Returns how often ordinary text has a unit of a mask. */
  chanceOf(mask: Int32Array): number;
  /** Returns the units that pass a gate at an offset from the literal's beginning; undefined when it does not ask for them. */
  maskAt(gate: number, offset: number, length: number): Int32Array | undefined;
  bytes(): number;
}

/**
 * The gate through which everything passes. For a pair of a literal and a pattern that has none yet stands how often it came: 0, and from
 * 2 to `lastCount` one more than that.
 */
export const noGate = 1;
/** To make a gate takes as long as some dozens of looks, and most literals hardly ever come again to the same pattern. */
const timesLooked = 16;
export const lastCount = noGate + timesLooked;
const firstGate = lastCount + 1;

/** Gates are numbers of 16 bits. */
const mostNumbers = 0xffff;
/** What ordinary text passes so often is not asked. */
const maxChance = 0.85;

/** A step is where its mask begins, then an offset from the literal's beginning or, when it is odd, from its end. */
const maskShift = 5;
const offsetBias = 8;
const lastStep = -1;
/** After this stand two gates, of which one has to be passed. */
const eitherStep = -2;

/** How often a unit occurs that has a bit, roughly. */
const chances = Float64Array.from({ length: 128 }, (_, code) => {
  const isCapital = code >= 0x41 && code <= 0x5a;
  return isCapital ? rangesOdds([code + 32, code + 32]) * 0.05 : rangesOdds([code, code]);
});
for (let bit = 16; bit < 32; bit++) chances[bit] = 0.001;
chances[0] = 0.004;
const allChances = chances.reduce((sum, chance) => sum + chance, 0);

/** All gates together take no more than about `maxBytes`; then nothing more is told apart. */
export function createLiteralGates(maxBytes: number): LiteralGates {
  const maxNumbers = Math.min(mostNumbers, maxBytes >> 4);
  /** Masks, and lists of steps, where a gate's begin; equal rows stand there once. */
  let numbers = new Int32Array(firstRoom);
  let count = firstGate;
  const rowStarts: number[] = [];
  const rowHashes: number[] = [];
  /** Open addressing: one more than the number of a row, 0 for none. */
  let slots = new Int32Array(firstRoom);

  const standsAt = (row: ArrayLike<number>, start: number): boolean => {
    for (let i = 0; i < row.length; i++) if (numbers[start + i] !== row[i]) return false;
    return true;
  };

  /** Returns where the row stands, from now on for good. */
  const intern = (row: ArrayLike<number>): number => {
    let hash = row.length;
    for (let i = 0; i < row.length; i++) hash = Math.imul(hash ^ row[i]!, 0x01000193) ^ (hash >>> 13);
    hash = (hash ^ (hash >>> 15)) & 0x3fffffff;
    let slot = hash & (slots.length - 1);
    for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
      const known = slots[slot]! - 1;
      if (rowHashes[known] === hash && standsAt(row, rowStarts[known]!)) return rowStarts[known]!;
    }
    const start = count;
    count += row.length;
    if (count > numbers.length) numbers = moveNumbers(numbers, new Int32Array(2 * count));
    for (let i = 0; i < row.length; i++) numbers[start + i] = row[i]!;
    rowStarts.push(start);
    slots[slot] = rowHashes.push(hash);
    if (2 * rowHashes.length > slots.length) slots = listSlots(rowHashes, 2 * slots.length);
    return start;
  };

  /** The mask that everything passes. */
  const everything = intern(Int32Array.of(-1, -1, -1, -1));

  /** What is rarest comes first, so that most texts are asked for one unit only. */
  const listSteps = (besides: readonly Beside[] = []): number[] =>
    besides
      .map((one) => ({ ...one, chance: chanceOf(one.mask) }))
      .filter(({ chance }) => chance <= maxChance)
      .sort((a, b) => a.chance - b.chance)
      .map(
        ({ offset, fromEnd, mask }) => (intern(mask) << maskShift) | ((offset + offsetBias) << 1) | (fromEnd ? 1 : 0),
      );

  const passes = (gate: number, text: string, place: number, end: number): boolean => {
    for (let i = gate; ; i++) {
      const step = numbers[i]!;
      if (step < 0)
        return (
          step === lastStep || passes(numbers[i + 1]!, text, place, end) || passes(numbers[i + 2]!, text, place, end)
        );
      const at = ((step & 1) === 0 ? place : end) + ((step >> 1) & 15) - offsetBias;
      const bit = at < 0 || at >= text.length ? 0 : maskBit(text.charCodeAt(at));
      if (((numbers[(step >> maskShift) + (bit >> 5)]! >>> (bit & 31)) & 1) === 1) continue;
      // Past a character of two units, places are not where the gate counts them.
      if ((step & 1) === 0 ? isPlain(text, at + 1, place) : isPlain(text, end, at)) return false;
    }
  };

  return {
    make(program, classes, literal, lead, trail) {
      const placed = count < maxNumbers ? placeLiteral(program, classes, literal) : undefined;
      if (placed === undefined) return noGate;
      const read = (where?: BesideWhere) =>
        count < maxNumbers ? listSteps(findBesides(placed, lead, trail, where)) : [];
      const steps = read();
      if (steps.length === 0) return noGate;
      // `mary` of `Mary` begins a match with a capital, that of `Rosemary` stands behind an `e`: taken together, everything may stand there.
      const first = lead > 0 ? read("first") : [];
      const later = first.length > 0 ? read("later") : [];
      if (later.length > 0) steps.push(eitherStep, intern([...first, lastStep]), intern([...later, lastStep]));
      else steps.push(lastStep);
      const gate = intern(steps);
      return gate <= mostNumbers ? gate : noGate;
    },
    passes,
    internMask: (mask) => (count < maxNumbers ? intern(mask) : everything),
    masks: () => numbers,
    chanceOf,
    maskAt(gate, offset, length) {
      for (let i = gate; numbers[i]! >= 0; i++) {
        const step = numbers[i]!;
        const at = ((step >> 1) & 15) - offsetBias + ((step & 1) === 0 ? 0 : length);
        if (at === offset) return numbers.slice(step >> maskShift, (step >> maskShift) + maskWords);
      }
      return undefined;
    },
    bytes: () => 4 * (numbers.length + slots.length) + 16 * rowStarts.length,
  };
}

const firstRoom = 64;

function moveNumbers(from: Int32Array, to: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  to.set(from);
  return to;
}

function listSlots(hashes: readonly number[], size: number): Int32Array<ArrayBuffer> {
  const slots = new Int32Array(size);
  for (let row = 0; row < hashes.length; row++) {
    let slot = hashes[row]! & (size - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = row + 1;
  }
  return slots;
}

/** True when every character of the text from `from` to `to` has one unit. */
function isPlain(text: string, from: number, to: number): boolean {
  for (let i = Math.max(0, from); i < to; i++) if (isSurrogate(text.charCodeAt(i))) return false;
  return true;
}

const chanceOf = (mask: Int32Array): number => {
  let sum = 0;
  for (let unit = 0; unit < 128; unit++) if (((mask[unit >> 5]! >>> (unit & 31)) & 1) === 1) sum += chances[unit]!;
  return sum / allChances;
};
