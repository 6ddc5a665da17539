import { blockBytes } from "./ascii-block";
import { foldUnit } from "./fold-unit";
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

/**
 * By report: two units beside its end that tell most hits apart which no pattern can be looked for around. Most hits are literals inside other
 * words, or the beginning of a literal that goes on in another way. A filter knows of those patterns alone that had all their parts in some text
 * before it was made.
 */
export interface ReportFilters {
  /** By report: two steps; as long as no filter was made, everything passes them. */
  readonly steps: Int32Array;
  readonly reports: number;
  /** By report: 1 when it has a filter that no text can make void, since all around its literals is looked for in every text. */
  readonly isSettled: Uint8Array;
  /** What the masks of steps stand in. */
  masks(): Int32Array;
  /** Is told once a block that the report is live, and which of its patterns that are complete was so last: the `latest`-th. */
  expect(report: number, latest: number): void;
  /** Has the filter made anew since more is known of a report's gates. */
  renew(report: number): void;
}

/** A step is where its mask begins in `LiteralGates.masks()`, and an offset from the report's end. */
const stepShift = 5;
/** Added to the offset of a step. */
const stepBias = 16;
const offsetMask = 31;

/** What passes so often tells nothing. */
const maxChance = 0.9;

/** Instead of when its filter was made: the report never was live, or was so once. */
const neverSeen = 0;
const seenOnce = 1;

/**
 * True for units beside which filters cannot tell: past a character of two, places are not where they count them, and a letter that is not ASCII has
 * other boundaries than what it is folded to.
 */
const isUneven = (unit: number): boolean => unit > 127 && (isSurrogate(unit) || foldUnit(unit) < 128);

type Mask = Int32Array;
const anything: Mask = Int32Array.of(-1, -1, -1, -1);
const nothing: Mask = Int32Array.of(0, 0, 0, 0);

/** The first bit stands for all that is not ASCII. */
const maskOfUnits = (holds: (unit: number) => boolean, holdsOthers: boolean): Mask => {
  const mask = new Int32Array(4);
  if (holdsOthers) mask[0] = 1;
  for (let unit = 1; unit < 128; unit++) if (holds(unit)) mask[unit >> 5]! |= 1 << (unit & 31);
  return mask;
};
const wordUnits = maskOfUnits(isWordUnit, false);
const otherUnits = maskOfUnits((unit) => !isWordUnit(unit), true);

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
  const partCount = pairStarts.length;
  const step = (mask: Mask, offset: number): number => (gates.internMask(mask) << stepShift) | (offset + stepBias);
  const passing = step(anything, 0);
  const steps = new Int32Array(2 * (reportStarts.length - 1)).fill(passing);
  /** By report: `neverSeen`, `seenOnce`, or one more than that and how many patterns had been complete when its filter was made. */
  const madeAt = new Uint16Array(reportStarts.length - 1);
  const isSettled = new Uint8Array(reportStarts.length - 1);
  const variants = new Map<number, Mask>();

  const variantsOf = (folded: number): Mask => {
    let mask = variants.get(folded);
    if (mask === undefined) {
      const hasOthers = folded >= 128 || foldedTo.test(String.fromCharCode(folded));
      variants.set(folded, (mask = maskOfUnits((unit) => foldUnit(unit) === folded, hasOthers)));
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

  /** True when nothing needs a part of the report beside its anchor, and no part is needed beside it. */
  const standsAlone = (report: number): boolean => {
    const { partStarts, anchorStarts, anchorPlaces, firstNeeds } = tables;
    const places = anchorPlaces.subarray(anchorStarts[report], anchorStarts[report + 1]);
    return partStarts[report] === partStarts[report + 1] && places.every((at) => firstNeeds[at] === partCount);
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
      for (const literal of wanted) {
        const units = endings[literal]! & unitsMask;
        mask = unite(mask, maskAt(endings[literal]!, literal, offset + units));
        // What the state tells already is no news.
        const isTold = offset < 0 && offset + units >= 0;
        told = unite(told, isTold ? variantsOf(spelledUnit(automaton, literal, offset + units)) : anything);
      }
      const chance = gates.chanceOf(mask) / gates.chanceOf(told);
      if (chance >= next) continue;
      if (chance < least) {
        second = best;
        next = least;
        best = step(mask, offset);
        least = chance;
      } else {
        second = step(mask, offset);
        next = chance;
      }
    }
    steps[2 * report] = best;
    steps[2 * report + 1] = second;
    madeAt[report] = completed.count + seenOnce + 1;
    isSettled[report] = standsAlone(report) ? 1 : 0;
  };

  return {
    steps,
    isSettled,
    reports: automaton.reports,
    masks: gates.masks,
    expect(report, latest) {
      // Most reports come in one text only: a filter is made when one comes in a second.
      if (madeAt[report] === neverSeen) madeAt[report] = seenOnce;
      else if (latest + seenOnce >= madeAt[report]!) make(report);
    },
    renew(report) {
      madeAt[report] = seenOnce;
    },
  };
}

/** What stands beside a unit with a boundary between. */
const besideWord = (unit: number): Mask => (isWordUnit(unit) ? otherUnits : wordUnits);

/** False where the units beside the end of a report show that nothing stands there that may be looked for. */
export const passes = (
  { steps }: ReportFilters,
  masks: Int32Array,
  report: number,
  end: number,
  length: number,
  isLoaded: boolean,
): boolean =>
  mayStand(masks, steps[2 * report]!, end, length, isLoaded) &&
  mayStand(masks, steps[2 * report + 1]!, end, length, isLoaded);

/** True when the unit may stand where the step asks for one, `end` being that of the report; past its edges a block of `length` units tells nothing. */
function mayStand(masks: Int32Array, step: number, end: number, length: number, isLoaded: boolean): boolean {
  const at = end + (step & offsetMask) - stepBias;
  if (at < 0 || at >= length) return true;
  const unit = isLoaded ? blockBytes[at]! : blockUnits[at]!;
  const bit = unit < 128 ? unit : 0;
  if (((masks[(step >> stepShift) + (bit >> 5)]! >>> (bit & 31)) & 1) === 1) return true;
  return !isLoaded && isBesideUneven(at, end);
}

/** True when a unit of the block stands between that has filters count wrongly. */
function isBesideUneven(at: number, end: number): boolean {
  const past = Math.max(at, end);
  for (let i = at < end ? at + 1 : end - 1; i < past; i++) if (isUneven(blockUnits[i]!)) return true;
  return false;
}

/** Leaves those hits of the block of `length` units in the log around which something may be looked for; returns how many of `hits` they are. */
export function keepPassing(
  filters: ReportFilters,
  isLive: Uint8Array,
  hits: number,
  length: number,
  isLoaded: boolean,
): number {
  const log = hitLog;
  const { reports } = filters;
  const masks = filters.masks();
  let kept = 0;
  for (let i = 0; i < hits; i++) {
    const hit = log[i]!;
    const report = (hit >>> 16) - reports;
    if (isLive[report] === 0 || !passes(filters, masks, report, (hit & 0xffff) + 1, length, isLoaded)) continue;
    log[kept++] = hit;
  }
  return kept;
}
