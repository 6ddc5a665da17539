import { injectionPatterns } from "../gen/detectors";
import type { Evidence } from "../gen/messages";
import { limits, type Severity, severityValues } from "../gen/tables";
import { scoring } from "../gen/text-tables";
import type { PatternSet, PatternSource } from "../match/index";
import { combineWeights, raise } from "./combine-weights";
import { findDecodedProse, holdsProse } from "./decoded-prose";
import { readUnescaped } from "./escapes";
import { findPlaces } from "./find-places";
import { joinsWords } from "./joined-names";
import { scoreLearned } from "./learned-models";
import { readAroundQuotes } from "./mention";
import { gatherNear, isShort, type Sign } from "./near-signs";
import { moveCodePoints } from "./offsets";
import { toOriginalSpan } from "./original-span";
import { type ModelScore, scoreTogether } from "./slots";
import { readScan, scanText, type TextScan } from "./text-scan";
import type { TextView } from "./view-codes";
import { listViews } from "./views";

/** One pattern's weight as evidence, and the family in which only the strongest counts. */
export interface InjectionSignal {
  readonly family: number;
  readonly weight: number;
  readonly language: string;
}

export const ownPatternFamily = "own_pattern";
/** What only another reading of the text shows, and what the learned model says. */
export const obfuscationFamily = "obfuscation";
export const learnedFamily = "learned";

/** Names of the families, in the order in which scores multiply (so that doubles agree in every language). */
export const injectionFamilies: readonly string[] = [
  ...new Set([
    ...injectionPatterns.map((pattern) => pattern.family),
    ownPatternFamily,
    obfuscationFamily,
    learnedFamily,
  ]),
];

const obfuscation = injectionFamilies.indexOf(obfuscationFamily);
const learned = injectionFamilies.indexOf(learnedFamily);
/** What makes a sentence in base64, hex or percent codes a sign. */
const readingFamilies: ReadonlySet<number> = new Set(
  ["decode_request", "steering"].map((name) => injectionFamilies.indexOf(name)),
);

const structuralLanguages = new Set(["structural", "template"]);

/** Languages that a rule may name. */
export const injectionLanguages: readonly string[] = [
  ...new Set(injectionPatterns.map((pattern) => pattern.language)),
].filter((language) => !structuralLanguages.has(language));

/** Which signals a rule listens to. */
export interface InjectionFilter {
  readonly languages: readonly string[];
  readonly structural: boolean;
  /** Whether the learned model is asked. */
  readonly learned: boolean;
}

/** Signals that stand for a stretch of the normalised text as a whole. */
export type StretchSignal = Sign;

export interface InjectionScore {
  /** 0–100. */
  readonly score: number;
  /** Indexes of the patterns that counted in the text itself. */
  readonly patterns: readonly number[];
  /** What other readings of the text and the learned model add. */
  readonly stretches: readonly StretchSignal[];
  /** The greatest weight of each family that counted. */
  readonly families: ReadonlyMap<number, number>;
  /** What was scored, when it was not the text as it stands but the one with its escapes read. */
  readonly reading?: TextScan;
}

export const noInjection: InjectionScore = { score: 0, patterns: [], stretches: [], families: new Map() };

/** A pattern of the catalogue, and what it stands for. */
export interface InjectionPattern {
  readonly source: PatternSource;
  readonly signal: InjectionSignal;
}

/** The catalogue's patterns that at least one rule listens to, case-insensitive. */
export function listInjectionPatterns(
  rules: readonly Pick<InjectionFilter, "languages" | "structural">[],
): InjectionPattern[] {
  const languages = [...new Set(injectionPatterns.map(({ language }) => language))];
  const heard = new Set(languages.filter((language) => rules.some((rule) => listens(rule, language))));
  return injectionPatterns
    .filter(({ language }) => heard.has(language))
    .map(({ id, source, family, weight, language }) => ({
      source: { id, source, flags: "i" },
      signal: { family: injectionFamilies.indexOf(family), weight, language },
    }));
}

/** What a text is judged with. */
export interface InjectionJudge {
  readonly set: PatternSet;
  /** The signal of a pattern index, undefined where the pattern is no signal. */
  readonly signals: readonly (InjectionSignal | undefined)[];
  readonly filter: InjectionFilter;
  readonly accepts: (pattern: number) => boolean;
}

/**
 * The score of one scanned text (SPECIFICATION T-6), or of what it says with its escapes read where that is more (T-56).
 */
export function scoreInjection(scan: TextScan, judge: InjectionJudge): InjectionScore {
  const written = scoreReading(scan, judge);
  const reading = readUnescaped(scan, judge.set);
  if (!reading) return written;
  const read = scoreReading(reading, judge);
  return read.score > written.score ? { ...read, reading } : written;
}

/** Over the strongest weight of each family: of the text itself, of its further views, and of the learned model. */
function scoreReading(scan: TextScan, judge: InjectionJudge): InjectionScore {
  const text = scan.normalised.text;
  const views = listViews(text, readScan(scan));
  const { learned: isAsked, languages } = judge.filter;
  const models = isAsked && languages.length === 0 ? askModels(text) : undefined;
  const said = models ? weighLearned(models) : [];
  if (scan.hits.length === 0 && views.length === 0 && said.length === 0 && !holdsHidden(scan)) return noInjection;
  const families = new Map<number, number>();
  const patterns: number[] = [];
  for (const hit of scan.hits) {
    const signal = hear(hit, judge);
    if (!signal) continue;
    patterns.push(hit);
    raise(families, signal.family, signal.weight);
  }
  const known = new Set(patterns);
  const seen = new Set(views.map(({ kind }) => kind));
  const stretches = views.flatMap((view) => scoreView(view, { scan, known, seen, judge, said: said[0]?.weight ?? 0 }));
  const asksToRead = patterns.some((hit) => readingFamilies.has(judge.signals[hit]?.family ?? -1));
  const decoded = asksToRead ? findDecodedProse(scan) : undefined;
  if (decoded) stretches.push({ family: obfuscation, weight: scoring.codedTextWeight, ...decoded });
  stretches.push(...said);
  if (holdsHidden(scan))
    stretches.push({ family: obfuscation, weight: scoring.hiddenTextWeight, start: 0, end: text.length });
  if (patterns.length === 0 && stretches.length === 0) return noInjection;
  for (const { family, weight } of stretches) raise(families, family, weight);
  const all = { score: combineWeights(families), patterns, stretches, families };
  const found = isWeak(all) && !isShort(text) ? keepNear(text, all, judge) : all;
  if (isMention(scan, found, judge)) return lower(found, scoring.mentionPercent, scoring.leastMentionScore);
  const percent = models ? percentKept(text, models, found, judge) : 100;
  return percent < 100 ? lower(found, percent) : found;
}

/** Whether only several families together are an attack, none by itself. */
const isWeak = ({ score, families }: InjectionScore): boolean =>
  score >= scoring.severityScores.medium &&
  [...families.values()].every((weight) => weight < scoring.severityScores.medium);

const contradicted: ReadonlySet<number> = new Set(
  scoring.contradiction.families.map((name) => injectionFamilies.indexOf(name)),
);
const doubted: ReadonlySet<number> = new Set(
  scoring.contradiction.sure.families.map((name) => injectionFamilies.indexOf(name)),
);
const contradictedLanguages: ReadonlySet<string> = new Set(scoring.contradiction.languages);

/** What of it stands near each other (SPECIFICATION T-69). */
function keepNear(text: string, found: InjectionScore, judge: InjectionJudge): InjectionScore {
  const signs: Sign[] = [...found.stretches];
  for (const pattern of found.patterns) {
    const signal = judge.signals[pattern];
    const places = signal ? findPlaces(text, judge.set, pattern, text.length) : [];
    for (let i = 0; signal && i < places.length; i += 2)
      signs.push({ family: signal.family, weight: signal.weight, start: places[i] ?? 0, end: places[i + 1] ?? 0 });
  }
  const families = gatherNear(text, signs, found.score);
  return { ...found, families, score: combineWeights(families) };
}

/**
 * Percent of the weights that stay where both models hold a short text for innocent in which only phrases of loose families speak
 * aloud, or a long one with nothing but weak phrases (SPECIFICATION T-66). In a short text that they
 * are sure of more families may, and lose more.
 */
function percentKept(text: string, models: ModelsScore, found: InjectionScore, judge: InjectionJudge): number {
  const { weak, score, percent, sure } = scoring.contradiction;
  const { families, patterns, stretches } = found;
  if (models.score >= score || stretches.length > 0) return 100;
  const isBlock = models.blocks === 1;
  const isSure = isBlock && models.score < sure.score;
  const isLoose = isBlock
    ? [...families].every(
        ([family, weight]) => weight <= weak || contradicted.has(family) || (isSure && doubted.has(family)),
      )
    : isWeak(found);
  return isLoose &&
    patterns.every((pattern) => contradictedLanguages.has(judge.signals[pattern]?.language ?? "")) &&
    patterns.every((pattern) => (judge.signals[pattern]?.weight ?? 0) <= weak || isInnocentNear(text, pattern, judge))
    ? isSure
      ? sure.percent
      : percent
    : 100;
}

/** Whether the models say so of each match with little around it as well: innocent words beside an attack do not hide it. */
function isInnocentNear(text: string, pattern: number, { set }: InjectionJudge): boolean {
  const { around, score, places: most } = scoring.contradiction;
  const places = findPlaces(text, set, pattern, most + 1);
  if (places.length > 2 * most) return false;
  for (let i = 0; i < places.length; i += 2) {
    const start = moveCodePoints(text, places[i] ?? 0, -around);
    const end = moveCodePoints(text, places[i + 1] ?? 0, around);
    if (askModels(text.slice(start, end)).score >= score) return false;
  }
  return true;
}

/** Whether a text only speaks of an attack and quotes it (SPECIFICATION T-47). */
function isMention(scan: TextScan, { score, patterns, stretches }: InjectionScore, judge: InjectionJudge): boolean {
  if (score < scoring.severityScores.medium || stretches.some(({ family }) => family !== learned)) return false;
  const languageOf = (pattern: number): string => judge.signals[pattern]?.language ?? "";
  const rest = readAroundQuotes(scan.normalised.text, { set: judge.set, patterns, languageOf });
  if (rest === undefined) return false;
  const around = scoreInjection(scanText({ ...scan.text, value: rest }, judge.set), judge);
  return around.score < scoring.severityScores.low;
}

/** The same with so much of each weight, and at least this score. */
function lower(found: InjectionScore, percent: number, least = 0): InjectionScore {
  const families = new Map<number, number>();
  for (const [family, weight] of found.families) families.set(family, Math.floor((weight * percent) / 100));
  return { ...found, families, score: Math.max(least, combineWeights(families)) };
}

function hear(pattern: number, { signals, filter, accepts }: InjectionJudge): InjectionSignal | undefined {
  const signal = signals[pattern];
  return signal && accepts(pattern) && listens(filter, signal.language) ? signal : undefined;
}

interface Viewed {
  readonly scan: TextScan;
  /** Patterns that the text itself shows. */
  readonly known: ReadonlySet<number>;
  /** Kinds of views that need not be made of a view again. */
  readonly seen: Set<string>;
  readonly judge: InjectionJudge;
  /** What the models' say of the text itself weighs. */
  readonly said: number;
}

/**
 * Signals that a view shows and the text as it stands does not, and that they were hidden: patterns, else what the view says in
 * views of its own, and what the models say of it (SPECIFICATION T-42, T-75).
 */
function scoreView(view: TextView, viewed: Viewed): StretchSignal[] {
  const { start, end, kind } = view;
  const { known, judge, seen } = viewed;
  const scan = scanText({ ...viewed.scan.text, value: view.text }, judge.set);
  const found: StretchSignal[] = [];
  for (const hit of scan.hits) {
    const signal = known.has(hit) ? undefined : hear(hit, judge);
    if (!signal || (kind === "underscores" && !isJoined(view, viewed.scan.normalised.text, hit, judge.set))) continue;
    found.push({ family: signal.family, weight: signal.weight, start, end });
  }
  const isAsked = !plainViews.has(kind);
  if (isAsked && found.length === 0) {
    for (const inner of listViews(scan.normalised.text, readScan(scan)))
      if (!seen.has(inner.kind)) {
        seen.add(inner.kind);
        found.push(...scoreView({ ...inner, start, end }, { ...viewed, scan }));
      }
  }
  let shows = found.length > 0;
  if (isAsked && judge.filter.learned && judge.filter.languages.length === 0)
    for (const { family, weight } of weighLearned(askModels(scan.normalised.text)))
      if (weight > viewed.said) {
        found.push({ family, weight, start, end });
        // Where words only stood apart, or on a weak word of theirs, it does not say that something was hidden.
        shows ||= weight > scoring.obfuscationWeight && !partViews.has(kind);
      }
  if (shows) {
    // Names of code are words that nobody hides: what is weak in them stays so.
    const isName = kind === "joined" && found.every(({ weight }) => weight < scoring.severityScores.medium);
    if (kind !== "misspelt" && !isName)
      found.push({ family: obfuscation, weight: scoring.obfuscationWeight, start, end });
  } else if (codedViews.has(kind)) {
    // In these nobody writes a sentence but to hide it from whoever reads along.
    const hides = (kind === "morse" || kind === "binary") && holdsProse(view.text);
    const weight = hides ? scoring.hiddenTextWeight : scoring.codedTextWeight;
    found.push({ family: obfuscation, weight, start, end });
  }
  return found;
}

/** Views that leave a text's words as they are: what models and further views say of them they say of the text. */
const plainViews: ReadonlySet<string> = new Set(["gaps", "hyphens", "underscores", "accents", "cyrillic"]);

/** Views that make other words of a few: most of what they hold stands in the text as well. */
const partViews: ReadonlySet<string> = new Set(["misspelt", "split", "joined", "lone", "literals"]);

/** In this view each character stands where it stood. */
const isJoined = (view: TextView, text: string, hit: number, set: PatternSet): boolean =>
  set.spans(view.text, hit).some((span) => joinsWords(text, span));

/** Codes that a reader has to decode: a text in one is a weak sign, whatever it says. */
const codedViews: ReadonlySet<string> = new Set([
  "morse",
  "binary",
  "hex",
  "decimal",
  "base32",
  "rot13",
  "caesar",
  "atbash",
  "pig_latin",
  "backwards",
]);

/** More tag characters or supplementary variation selectors in a row than the emoji flag of a region has. */
// biome-ignore lint/suspicious/noMisleadingCharacterClass: each member is meant as a single code point
const hiddenRun = /[\u{e0020}-\u{e007e}\u{e0100}-\u{e01ef}]{8}|[\u200b-\u200f\u2060-\u2064\ufeff]{16}/u;

/** Most texts are plain ASCII, and hide nothing so. */
function holdsHidden({ text: { value }, normalised, traits }: TextScan): boolean {
  if (traits?.ascii && !normalised.changed) return false;
  return hiddenRun.test(value);
}

interface ModelsScore extends ModelScore {
  /** Blocks that the text was read in. */
  readonly blocks: number;
}

/** What both models together say of a text: its words and letters, and what its words do (SPECIFICATION T-65). */
function askModels(text: string): ModelsScore {
  const letters = scoreLearned(text);
  return { ...scoreTogether(text, letters), blocks: letters.blocks };
}

function weighLearned({ score, start, end }: ModelScore): StretchSignal[] {
  const band = scoring.modelWeights.find((row) => score >= row.score);
  return band ? [{ family: learned, weight: band.weight, start, end }] : [];
}

export function listens(filter: Pick<InjectionFilter, "languages" | "structural">, language: string): boolean {
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
  whole: TextScan,
  { patterns, stretches, reading }: Pick<InjectionScore, "patterns" | "stretches" | "reading">,
  { set, signals }: Pick<InjectionJudge, "set" | "signals">,
): Evidence[] {
  const scan = reading ?? whole;
  const found = new Map<string, Evidence>();
  const add = (family: number, weight: number, start: number, end: number): string => {
    const span = toOriginalSpan(scan, start, end);
    const evidence = { ...span, category: injectionFamilies[family] ?? ownPatternFamily, score: weight };
    const key = `${evidence.start}:${evidence.end}:${evidence.category}`;
    if ((found.get(key)?.score ?? -1) < evidence.score) found.set(key, evidence);
    return key;
  };
  for (const pattern of patterns) {
    const signal = signals[pattern];
    if (!signal) continue;
    // A pattern's spans ascend: behind so many of them none is shown. Two may stand for one place of the user's text.
    for (const most of [limits.maxEvidence, Number.POSITIVE_INFINITY]) {
      const places = findPlaces(scan.normalised.text, set, pattern, most);
      let count = 0;
      let last = "";
      for (let i = 0; i < places.length && count < limits.maxEvidence; i += 2) {
        const key = add(signal.family, signal.weight, places[i] ?? 0, places[i + 1] ?? 0);
        if (key !== last) count++;
        last = key;
      }
      if (places.length < 2 * most || count === limits.maxEvidence) break;
    }
  }
  for (const { family, weight, start, end } of stretches) add(family, weight, start, end);
  return [...found.values()].sort(byPosition).slice(0, limits.maxEvidence);
}

function byPosition(a: Evidence, b: Evidence): number {
  return a.start - b.start || a.end - b.end || (a.category < b.category ? -1 : a.category > b.category ? 1 : 0);
}
