import { type PiiCategory, type PiiPattern, piiCategories } from "../gen/detectors";
import { scoring } from "../gen/tables";
import type { PatternSet, PatternSource } from "../match/index";
import { countCodePoints, moveCodePoints } from "./offsets";
import type { TextScan } from "./text-scan";
import { validate } from "./validators/index";

/** One value of personal data in a normalised text; offsets are UTF-16 code units of it. */
export interface PiiFinding {
  readonly category: PiiCategory;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

export interface PiiSignal {
  readonly category: PiiCategory;
  readonly pattern: PiiPattern;
}

/** Names of all categories, in the catalogue's order. */
export const piiCategoryNames: readonly string[] = piiCategories.map((row) => row.category);

export function listPiiPatterns(): PatternSource[] {
  return piiCategories.flatMap((row) => row.patterns.map(({ id, source, flags }) => ({ id, source, flags })));
}

export function listPiiSignals(): PiiSignal[] {
  return piiCategories.flatMap((category) => category.patterns.map((pattern) => ({ category, pattern })));
}

/**
 * What one scanned text holds of the wanted categories, in order of position and without overlap: the higher
 * confidence wins, then the longer, then the earlier, then the category's name (SPECIFICATION T).
 */
export function findPii(
  scan: TextScan,
  set: PatternSet,
  signals: readonly (PiiSignal | undefined)[],
  wanted: (category: string) => boolean,
  minConfidence: number,
): PiiFinding[] {
  const candidates: PiiFinding[] = [];
  const text = scan.normalised.text;
  for (const hit of scan.hits) {
    const signal = signals[hit];
    if (!signal || !wanted(signal.category.category)) continue;
    for (const { start, end } of set.spans(text, hit)) {
      const confidence = judge(text, start, end, signal.pattern);
      if (confidence >= minConfidence && confidence > 0)
        candidates.push({ category: signal.category, start, end, confidence });
    }
  }
  return candidates.length > 1 ? resolveOverlaps(text, candidates) : candidates;
}

/** Confidence of one match, 0 when its surroundings or its check digits speak against it. */
function judge(text: string, start: number, end: number, pattern: PiiPattern): number {
  if (touches(text, start, end, pattern.boundary)) return 0;
  if (pattern.validator !== "" && !validate(pattern.validator, text.slice(start, end))) return 0;
  if (pattern.context.length === 0) return pattern.confidence;
  if (hasContext(text, start, end, pattern.context)) return pattern.contextConfidence;
  return pattern.contextRequired ? 0 : pattern.confidence;
}

function touches(text: string, start: number, end: number, boundary: string): boolean {
  if (boundary === "none") return false;
  const touching = boundary === "digit" ? isDigit : isAlphanumeric;
  return (start > 0 && touching(text.charCodeAt(start - 1))) || (end < text.length && touching(text.charCodeAt(end)));
}

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isAlphanumeric = (unit: number): boolean =>
  isDigit(unit) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);

function hasContext(text: string, start: number, end: number, words: readonly string[]): boolean {
  const before = text.slice(moveCodePoints(text, start, -scoring.contextCharsBefore), start).toLowerCase();
  const after = text.slice(end, moveCodePoints(text, end, scoring.contextCharsAfter)).toLowerCase();
  return words.some((word) => before.includes(word) || after.includes(word));
}

function resolveOverlaps(text: string, candidates: readonly PiiFinding[]): PiiFinding[] {
  const length = (finding: PiiFinding): number => countCodePoints(text, finding.start, finding.end);
  const ranked = [...candidates].sort(
    (a, b) =>
      b.confidence - a.confidence ||
      length(b) - length(a) ||
      a.start - b.start ||
      (a.category.category < b.category.category ? -1 : a.category.category > b.category.category ? 1 : 0),
  );
  // One mark per code unit: linear in the length of what was found, however many findings there are.
  const taken = new Uint8Array(text.length);
  const kept = ranked.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
  return kept.sort((a, b) => a.start - b.start);
}
