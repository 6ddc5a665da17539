import { moderationCategories, moderationPatterns } from "../gen/moderation";
import type { PatternSource } from "../match/index";
import { scoreCategories } from "./category-models";
import type { TextScan } from "./text-scan";

/** What a pattern says, and the family in which only the strongest counts. */
export interface ModerationSignal {
  readonly category: string;
  readonly family: string;
  readonly weight: number;
}

export { moderationCategories };

export function listModerationPatterns(): PatternSource[] {
  return moderationPatterns.map(({ id, source }) => ({ id, source, flags: "i" }));
}

/** What each of `listModerationPatterns` says, in the same order. */
export function listModerationSignals(): readonly ModerationSignal[] {
  return moderationPatterns;
}

/** The score of a text for one category. */
export interface ModerationScore {
  readonly category: string;
  /** 0–100. */
  readonly score: number;
  /** Pattern indexes that counted. */
  readonly patterns: readonly number[];
}

/** A model's score below this says nothing. */
const leastLearned = 50;

/**
 * Scores of one scanned text, by category in the catalogue's order, categories with score 0 left out (SPECIFICATION T-60): the
 * strongest weight of each family and the learned score combine as `round(100 · (1 − Π(1 − w/100)))`.
 */
export function scoreModeration(
  scan: TextScan,
  signals: readonly (ModerationSignal | undefined)[],
  useLearned: boolean,
): ModerationScore[] {
  const found = new Map<string, { weights: Map<string, number>; patterns: number[] }>();
  const entry = (category: string) => {
    const known = found.get(category) ?? { weights: new Map<string, number>(), patterns: [] };
    found.set(category, known);
    return known;
  };
  for (const hit of scan.hits) {
    const signal = signals[hit];
    if (!signal) continue;
    const { weights, patterns } = entry(signal.category);
    weights.set(signal.family, Math.max(weights.get(signal.family) ?? 0, signal.weight));
    patterns.push(hit);
  }
  if (useLearned) {
    scoreCategories(scan.normalised.text, (category, score) => {
      if (score >= leastLearned) entry(category).weights.set("learned", score);
    });
  }
  return moderationCategories.flatMap((category) => {
    const one = found.get(category);
    return one ? [{ category, score: combine(one.weights), patterns: one.patterns }] : [];
  });
}

/** Families in the order of their names, so that doubles agree in every language. */
function combine(weights: ReadonlyMap<string, number>): number {
  let innocence = 1;
  for (const family of [...weights.keys()].sort()) innocence *= 1 - (weights.get(family) ?? 0) / 100;
  return Math.floor(100 * (1 - innocence) + 0.5);
}
