import { injectionPatterns } from "../gen/detectors";
import type { Evidence } from "../gen/messages";
import { limits, type Severity, scoring, severityValues } from "../gen/tables";
import type { PatternSet, PatternSource } from "../match/index";
import { countCodePoints } from "./offsets";
import type { TextScan } from "./text-scan";

/** One pattern's weight as evidence, and the family in which only the strongest counts. */
export interface InjectionSignal {
  readonly family: number;
  readonly weight: number;
  readonly language: string;
}

export const ownPatternFamily = "own_pattern";

/** Names of the families, in the order in which scores multiply (so that doubles agree in every language). */
export const injectionFamilies: readonly string[] = [
  ...new Set([...injectionPatterns.map((pattern) => pattern.family), ownPatternFamily]),
];

const structuralLanguages = new Set(["structural", "template"]);

/** Languages that a rule may name. */
export const injectionLanguages: readonly string[] = [
  ...new Set(injectionPatterns.map((pattern) => pattern.language)),
].filter((language) => !structuralLanguages.has(language));

/** Which signals a rule listens to. */
export interface InjectionFilter {
  readonly languages: readonly string[];
  readonly structural: boolean;
}

export interface InjectionScore {
  /** 0–100. */
  readonly score: number;
  /** Pattern indexes that counted. */
  readonly patterns: readonly number[];
}

export const noInjection: InjectionScore = { score: 0, patterns: [] };

/** A pattern of the catalogue, and what it stands for. */
export interface InjectionPattern {
  readonly source: PatternSource;
  readonly signal: InjectionSignal;
}

/** The catalogue's patterns that at least one rule listens to, case-insensitive. */
export function listInjectionPatterns(rules: readonly InjectionFilter[]): InjectionPattern[] {
  const languages = [...new Set(injectionPatterns.map(({ language }) => language))];
  const heard = new Set(languages.filter((language) => rules.some((rule) => listens(rule, language))));
  return injectionPatterns
    .filter(({ language }) => heard.has(language))
    .map(({ id, source, family, weight, language }) => ({
      source: { id, source, flags: "i" },
      signal: { family: injectionFamilies.indexOf(family), weight, language },
    }));
}

/**
 * The score of one scanned text: 100·(1 − Π(1 − w/100)) over the strongest weight of each family, rounded half up
 * (SPECIFICATION T-1). `signals` holds the signal of a pattern index, undefined where the pattern is no signal.
 */
export function scoreInjection(
  scan: TextScan,
  signals: readonly (InjectionSignal | undefined)[],
  filter: InjectionFilter,
  accepts: (pattern: number) => boolean,
): InjectionScore {
  if (scan.hits.length === 0) return noInjection;
  const strongest = new Map<number, number>();
  const patterns: number[] = [];
  for (const hit of scan.hits) {
    const signal = signals[hit];
    if (!signal || !accepts(hit) || !listens(filter, signal.language)) continue;
    patterns.push(hit);
    strongest.set(signal.family, Math.max(strongest.get(signal.family) ?? 0, signal.weight));
  }
  if (patterns.length === 0) return noInjection;
  let innocence = 1;
  for (const family of [...strongest.keys()].sort((a, b) => a - b)) {
    innocence *= 1 - (strongest.get(family) ?? 0) / 100;
  }
  return { score: Math.floor(100 * (1 - innocence) + 0.5), patterns };
}

function listens(filter: InjectionFilter, language: string): boolean {
  if (language === "own") return true;
  if (structuralLanguages.has(language)) return filter.structural;
  return filter.languages.length === 0 || filter.languages.includes(language);
}

/** The highest severity whose score is reached; `low` below all. */
export function severityOfScore(score: number): Severity {
  let severity: Severity = "low";
  for (const name of severityValues) if (score >= scoring.severityScores[name]) severity = name;
  return severity;
}

/** Where the signals stand in the user's own text: one entry for each family and span, in order of position. */
export function locateSignals(
  scan: TextScan,
  patterns: readonly number[],
  set: PatternSet,
  signals: readonly (InjectionSignal | undefined)[],
): Evidence[] {
  const found = new Map<string, Evidence>();
  for (const pattern of patterns) {
    const signal = signals[pattern];
    if (!signal) continue;
    for (const span of set.spans(scan.normalised.text, pattern)) {
      const evidence = {
        ...toOriginalSpan(scan, span.start, span.end),
        category: injectionFamilies[signal.family] ?? ownPatternFamily,
        score: signal.weight,
      };
      const key = `${evidence.start}:${evidence.end}:${evidence.category}`;
      if ((found.get(key)?.score ?? -1) < evidence.score) found.set(key, evidence);
    }
  }
  return [...found.values()].sort(byPosition).slice(0, limits.maxEvidence);
}

/** A span of the normalised text as a path with code points of the original text. */
export function toOriginalSpan(scan: TextScan, start: number, end: number): Pick<Evidence, "path" | "start" | "end"> {
  const original = scan.text.value;
  const span = scan.normalised.toOriginalSpan({ start, end });
  const first = countCodePoints(original, 0, span.start);
  return { path: scan.text.path, start: first, end: first + countCodePoints(original, span.start, span.end) };
}

function byPosition(a: Evidence, b: Evidence): number {
  return a.start - b.start || a.end - b.end || (a.category < b.category ? -1 : a.category > b.category ? 1 : 0);
}
