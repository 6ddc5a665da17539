import { scoring } from "../gen/text-tables";
import { combineWeights, raise } from "./combine-weights";
import { moveCodePoints } from "./offsets";

/** What counts for a family, and where it stands in the text, in UTF-16 code units. */
export interface Sign {
  readonly family: number;
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

/** A text that is no longer has all its signs near each other. */
export function isShort(text: string): boolean {
  const { weakReach } = scoring;
  return text.length <= weakReach || moveCodePoints(text, 0, weakReach) >= text.length;
}

/**
 * The families of the place where most comes together (SPECIFICATION T-69): a manual says "no warnings" on one page and "you must
 * be" on another. `enough` is what all signs say together.
 */
export function gatherNear(text: string, signs: readonly Sign[], enough: number): ReadonlyMap<number, number> {
  const sorted = [...signs].sort((a, b) => a.start - b.start);
  let most: ReadonlyMap<number, number> = new Map();
  let score = 0;
  let last = -1;
  for (let i = 0; i < sorted.length && score < enough; i++) {
    const { start } = sorted[i]!;
    // What begins at one place is looked at once.
    if (start === last) continue;
    last = start;
    const near = familiesFrom(sorted, i, moveCodePoints(text, start, scoring.weakReach));
    const together = combineWeights(near);
    if (together <= score) continue;
    most = near;
    score = together;
  }
  return most;
}

/** The families of the signs from one on that begin before `until`. */
function familiesFrom(signs: readonly Sign[], index: number, until: number): Map<number, number> {
  const families = new Map<number, number>();
  for (let i = index; i < signs.length; i++) {
    const { family, weight, start } = signs[i]!;
    if (start >= until) break;
    raise(families, family, weight);
  }
  return families;
}
