import { blockBytes } from "./ascii-block";
import { foldedBelow, foldUnit } from "./fold-unit";
import type { Reading } from "./hit-reading";
import type { HitTables } from "./hit-tables";
import {
  beginsAtBoundary,
  endsAtBoundary,
  type LiteralAutomaton,
  literalLength,
  partShift,
  spelledUnit,
  unitsMask,
} from "./literal-automaton";
import { type LiteralGates, lastCount } from "./literal-gates";
import { isSurrogate, isWordUnit } from "./read-code-point";
import { hitLog } from "./scan-literals";
import { blockUnits } from "./unit-block";
import { maskBit, otherBits, otherUnits } from "./unit-masks";

/**
 * By report: two units beside its end that tell most hits apart which no pattern can be looked for around. Most hits are literals inside other
 * words, or the beginning of a literal that goes on in another way. A filter knows of those patterns alone that had all their parts in some text
 * before it was made.
 */
export interface ReportFilters {
  /** By report: two steps; as long as no filter was made, everything passes them. */
  readonly steps: Int32Array;
  /** By report: since when its filter is as it is, counted by patterns that had been complete: `filterMade` and more. */
  readonly madeAt: Uint16Array;
  /** What the masks of steps stand in. */
  masks(): Int32Array;
  /** Is told of a block in which the report is live, and which of its patterns was the last to have been complete in any text: the `latest`-th. */
  expect(report: number, latest: number): void;
  /** Has the filter made anew since more is known of a report's gates. */
  renew(report: number): void;
}

/** A step is where its mask begins in `LiteralGates.masks()`, whether the unit is outside of a literal, and an offset from the report's end. */
const stepShift = 6;
const outsideShift = 5;
/** Added to the offset of a step. */
const stepBias = 16;
const offsetMask = 31;

/** What passes so often tells nothing. */
const maxChance = 0.9;

/** When a filter was made; instead, that its report never was live, or was so once. */
const neverSeen = 0;
const seenOnce = 1;
/** More than that: so many, and how many patterns had been complete then. */
export const filterMade = 2;

/**
 * True for units beside which filters cannot tell: past a character of two, places are not where they count them, and a letter that is not ASCII has
 * other boundaries than what it is folded to.
 */
const isUneven = (unit: number): boolean => isSurrogate(unit) || foldUnit(unit) < 128;

type Mask = Int32Array;
const anything: Mask = Int32Array.of(-1, -1, -1, -1);
const nothing: Mask = Int32Array.of(0, 0, 0, 0);

const maskOfUnits = (holds: (unit: number) => boolean, holdsOthers: boolean): Mask => {
  const mask = new Int32Array(4);
  if (holdsOthers) mask[0] = otherUnits;
  for (let unit = 1; unit < 128; unit++) if (holds(unit)) mask[unit >> 5]! |= 1 << (unit & 31);
  return mask;
};
const wordUnits = maskOfUnits(isWordUnit, false);
const wordless = maskOfUnits((unit) => !isWordUnit(unit), true);
const others = maskOfUnits(() => false, true);

/** The units of ASCII that others are folded to: letters, and two signs of Greek. */
export const foldedTo = /[a-z;`]/;

const meet = (a: Mask, b: Mask): Mask => a.map((word, i) => word & b[i]!);
const unite = (a: Mask, b: Mask): Mask => a.map((word, i) => word | b[i]!);

/** Which patterns had all their parts in some text, by place in `HitTables.patterns`: as the how manieth, 0 for none. */
export interface CompletedPatterns {
  readonly since: Int32Array;
  count: number;
}

export function createReportFilters(
  automaton: LiteralAutomaton,
  tables: HitTables,
  pairGates: Uint16Array,
  completed: CompletedPatterns,
  gates: LiteralGates,
): ReportFilters {
  const { reportStarts, reported, endings } = automaton;
  const { patternStarts, pairStarts } = tables;
  const step = (mask: Mask, offset: number, isOutside = 0): number =>
    (gates.internMask(mask) << stepShift) | (isOutside << outsideShift) | (offset + stepBias);
  /** Inside of every block. */
  const passing = step(anything, -1);
  const steps = new Int32Array(2 * (reportStarts.length - 1)).fill(passing);
  const madeAt = new Uint16Array(reportStarts.length - 1);
  const variants = new Map<number, Mask>();

  const variantsOf = (folded: number): Mask => {
    let mask = variants.get(folded);
    if (mask === undefined) {
      mask = maskOfUnits((unit) => foldUnit(unit) === folded, foldedTo.test(String.fromCharCode(folded)));
      if (folded >= 128) mask[0]! |= otherBits(folded, folded);
      for (let unit = 128; unit < foldedBelow && folded >= 128; unit++)
        if (foldUnit(unit) === folded) mask[0]! |= otherBits(unit, unit);
      variants.set(folded, mask);
    }
    return mask;
  };

  /** What may stand at an offset from the literal's beginning where a pattern is looked for around the ending. */
  const maskAt = (ending: number, literal: number, offset: number): Mask => {
    const length = literalLength(automaton, literal);
    let mask = anything;
    if (offset >= 0 && offset < length) mask = variantsOf(spelledUnit(automaton, literal, offset));
    else if (offset === -1 && (ending & beginsAtBoundary) !== 0) mask = besideWord(spelledUnit(automaton, literal, 0));
    else if (offset === length && (ending & endsAtBoundary) !== 0)
      mask = besideWord(spelledUnit(automaton, literal, length - 1));
    if (offset > 0 && offset < length - 1) return mask;
    const part = ending >> partShift;
    const firstPattern = patternStarts[part]!;
    const count = patternStarts[part + 1]! - firstPattern;
    let allowed = nothing;
    for (let pair = pairStarts[part]! + literal * count, k = 0; k < count; k++) {
      if (completed.since[firstPattern + k] === 0) continue;
      const gate = pairGates[pair + k]!;
      if (gate <= lastCount) return mask;
      allowed = unite(allowed, gates.maskAt(gate, offset, length) ?? anything);
    }
    return meet(mask, allowed);
  };

  /** True when a pattern was complete that is looked for around the part of a literal. */
  const isWanted = (literal: number): boolean => {
    const part = endings[literal]! >> partShift;
    return completed.since.subarray(patternStarts[part], patternStarts[part + 1]).some((since) => since > 0);
  };

  const make = (report: number): void => {
    const wanted = reported.subarray(reportStarts[report]!, reportStarts[report + 1]!).filter(isWanted);
    let most = 0;
    for (const literal of wanted) most = Math.max(most, endings[literal]! & unitsMask);
    let best = wanted.length === 0 ? step(nothing, 0) : passing;
    let second = passing;
    let least = maxChance;
    let next = maxChance;
    for (let offset = -most - 1; offset <= 1 && wanted.length > 0; offset++) {
      let mask = nothing;
      let told = nothing;
      let isOutside = 0;
      for (const literal of wanted) {
        const units = endings[literal]! & unitsMask;
        mask = unite(mask, maskAt(endings[literal]!, literal, offset + units));
        // What the state tells already is no news; of other units than ASCII it tells little.
        if (offset + units < 0 || offset + units >= literalLength(automaton, literal)) isOutside = 1;
        const unit = offset < 0 && offset + units >= 0 ? spelledUnit(automaton, literal, offset + units) : -1;
        told = unite(told, unit < 0 ? anything : unit < 128 ? variantsOf(unit) : others);
      }
      const chance = gates.chanceOf(mask) / gates.chanceOf(told);
      if (chance >= next) continue;
      if (chance < least) {
        second = best;
        next = least;
        best = step(mask, offset, isOutside);
        least = chance;
      } else {
        second = step(mask, offset, isOutside);
        next = chance;
      }
    }
    steps[2 * report] = best;
    steps[2 * report + 1] = second;
    madeAt[report] = completed.count + filterMade;
  };

  return {
    steps,
    madeAt,
    masks: gates.masks,
    expect(report, latest) {
      // Most reports come in one text only: a filter is made when one comes in a second.
      if (madeAt[report] === neverSeen) madeAt[report] = seenOnce;
      else if (latest + filterMade > madeAt[report]!) make(report);
      // As good as new.
      else madeAt[report] = completed.count + filterMade;
    },
    renew(report) {
      madeAt[report] = seenOnce;
    },
  };
}

/** What stands beside a unit with a boundary between. */
const besideWord = (unit: number): Mask => (isWordUnit(unit) ? wordless : wordUnits);

/**
 * Leaves those hits of the block of `length` units in the log around which something may be looked for; returns how many of `hits` they are. Past its edges a
 * block tells nothing.
 */
export const keepPassing = bindBlock(blockBytes, blockUnits, hitLog);

/** What a function closes over is known to the compiler for good, and each loop reads one kind of units. */
function bindBlock(bytes: Uint8Array, units: Uint16Array, log: Int32Array) {
  return (
    { filters, isLive, plan }: Pick<Reading, "filters" | "isLive" | "plan">,
    hits: number,
    length: number,
    isLoaded: boolean,
  ): number => {
    const { steps } = filters;
    const { reports } = plan.automaton;
    const masks = filters.masks();
    let live = 0;
    for (let i = 0; i < hits; i++) {
      const hit = log[i]!;
      log[live] = hit;
      live += isLive[(hit >>> 16) - reports]!;
    }
    let kept = 0;
    if (isLoaded) {
      for (let i = 0; i < live; i++) {
        const hit = log[i]!;
        const report = (hit >>> 16) - reports;
        const end = (hit & 0xffff) + 1 - stepBias;
        const first = steps[2 * report]!;
        const second = steps[2 * report + 1]!;
        const at = end + (first & offsetMask);
        const next = end + (second & offsetMask);
        log[kept] = hit;
        if ((at | next | (length - 1 - at) | (length - 1 - next)) < 0) kept++;
        else kept += holds(masks, first, bytes[at]!) & holds(masks, second, bytes[next]!);
      }
      return kept;
    }
    for (let i = 0; i < live; i++) {
      const hit = log[i]!;
      const report = (hit >>> 16) - reports;
      const end = (hit & 0xffff) + 1 - stepBias;
      const first = steps[2 * report]!;
      const second = steps[2 * report + 1]!;
      const at = end + (first & offsetMask);
      const next = end + (second & offsetMask);
      log[kept] = hit;
      if ((at | next | (length - 1 - at) | (length - 1 - next)) < 0) {
        kept++;
        continue;
      }
      const inFirst = holds(masks, first, maskBit(units[at]!));
      const inSecond = holds(masks, second, maskBit(units[next]!));
      kept += inFirst & inSecond;
      // What is denied inside of all literals is denied for sure, and one that passes needs no doubt.
      const doubts = (inFirst | (first >> outsideShift)) & (inSecond | (second >> outsideShift)) & 1;
      if (doubts > (inFirst & inSecond) && isBesideUneven(Math.min(at, next), Math.max(at, next), end + stepBias))
        kept++;
    }
    return kept;
  };
}

/** Returns 1 when the mask of a step has the bit. */
const holds = (masks: Int32Array, step: number, bit: number): number =>
  (masks[(step >> stepShift) + (bit >> 5)]! >>> (bit & 31)) & 1;

/** True when a unit of the block stands between that has filters count wrongly. */
function isBesideUneven(low: number, high: number, end: number): boolean {
  const from = Math.min(low + 1, end - 1);
  const to = Math.max(high, end);
  for (let i = from; i < to; i++) if (blockUnits[i]! > 127 && isUneven(blockUnits[i]!)) return true;
  return false;
}
