import { foldUnit } from "./fold-unit";
import type { HitTables } from "./hit-tables";
import { beginsAtBoundary, endsAtBoundary, type LiteralAutomaton, partShift, unitsMask } from "./literal-automaton";
import { type LiteralGates, lastCount } from "./literal-gates";
import { isWordUnit } from "./read-code-point";

/**
 * By report: two units beside its end that tell most hits apart which no pattern can be looked for around. Most hits are literals inside other
 * words, or the beginning of a literal that goes on in another way.
 */
export interface ReportFilters {
  /** By report: two steps, a mask's beginning in `LiteralGates.masks()` and an offset from the report's end; 0 where none was made yet. */
  readonly steps: Int32Array;
  /** Makes the steps of a report by what is known of its gates now. */
  make(report: number): void;
}

export const stepShift = 5;
/** Added to the offset of a step. */
export const stepBias = 16;
const offsetMask = 31;

/** What passes so often tells nothing. */
const maxChance = 0.9;

export const offsetOf = (step: number): number => (step & offsetMask) - stepBias;

type Mask = Int32Array;
const anything: Mask = Int32Array.of(-1, -1, -1, -1);
const nothing: Mask = Int32Array.of(0, 0, 0, 0);

const maskOfUnits = (holds: (unit: number) => boolean): Mask => {
  const mask = new Int32Array(4);
  for (let unit = 0; unit < 128; unit++) if (holds(unit)) mask[unit >> 5]! |= 1 << (unit & 31);
  return mask;
};
const wordUnits = maskOfUnits(isWordUnit);
const otherUnits = maskOfUnits((unit) => !isWordUnit(unit));

const meet = (a: Mask, b: Mask): Mask => a.map((word, i) => word & b[i]!);
const unite = (a: Mask, b: Mask): Mask => a.map((word, i) => word | b[i]!);

/** The filters hold for texts of ASCII only. */
export function createReportFilters(
  automaton: LiteralAutomaton,
  tables: HitTables,
  pairGates: Uint16Array,
  gates: LiteralGates,
): ReportFilters {
  const { endings, literals, spelled, spelledStarts } = automaton;
  const { anchorStarts, anchorEndings, patternStarts, pairStarts } = tables;
  const steps = new Int32Array(2 * (anchorStarts.length - 1));
  const variants = new Map<number, Mask>();

  const variantsOf = (folded: number): Mask => {
    let mask = variants.get(folded);
    if (mask === undefined) variants.set(folded, (mask = maskOfUnits((unit) => foldUnit(unit) === folded)));
    return mask;
  };

  /** What may stand at an offset from the literal's beginning where a pattern is looked for around the ending. */
  const maskAt = (ending: number, literal: number, offset: number): Mask => {
    const first = spelledStarts[literal]!;
    const length = spelledStarts[literal + 1]! - first;
    let mask = anything;
    if (offset >= 0 && offset < length) mask = variantsOf(spelled[first + offset]!);
    else if (offset === -1 && (ending & beginsAtBoundary) !== 0) mask = besideWord(spelled[first]!);
    else if (offset === length && (ending & endsAtBoundary) !== 0) mask = besideWord(spelled[first + length - 1]!);
    if (offset > 0 && offset < length - 1) return mask;
    const part = ending >> partShift;
    const count = patternStarts[part + 1]! - patternStarts[part]!;
    let allowed = nothing;
    for (let pair = pairStarts[part]! + literal * count, k = 0; k < count; k++) {
      const gate = pairGates[pair + k]!;
      if (gate <= lastCount) return mask;
      allowed = unite(allowed, gates.maskAt(gate, offset, length) ?? anything);
    }
    return meet(mask, allowed);
  };

  return {
    steps,
    make(report) {
      const from = anchorStarts[report]!;
      const to = anchorStarts[report + 1]!;
      let most = 0;
      for (let k = from; k < to; k++) most = Math.max(most, endings[anchorEndings[k]!]! & unitsMask);
      const step = (mask: Mask, offset: number): number => (gates.internMask(mask) << stepShift) | (offset + stepBias);
      let best = step(from === to ? nothing : anything, 0);
      let second = step(anything, 0);
      let least = maxChance;
      let next = maxChance;
      for (let offset = -most - 1; offset <= 1 && from < to; offset++) {
        let mask = nothing;
        let told = nothing;
        for (let k = from; k < to && mask !== anything; k++) {
          const i = anchorEndings[k]!;
          const units = endings[i]! & unitsMask;
          mask = unite(mask, maskAt(endings[i]!, literals[i]!, offset + units));
          // What the state tells already is no news.
          const isTold = offset < 0 && offset + units >= 0;
          told = unite(told, isTold ? variantsOf(spelled[spelledStarts[literals[i]!]! + offset + units]!) : anything);
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
    },
  };
}

/** What stands beside a unit with a boundary between. */
const besideWord = (unit: number): Mask => (isWordUnit(unit) ? otherUnits : wordUnits);
