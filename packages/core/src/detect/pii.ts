import { type PiiCategory, type PiiPattern, piiCategories } from "../gen/detectors";
import { scoring } from "../gen/text-tables";
import type { PatternSet, PatternSource } from "../match/index";
import { nameOfArgument } from "./argument-name";
import { holdsOtherDigit, toAsciiDigits } from "./ascii-digits";
import { isBlocked, isRightBlocked } from "./boundaries";
import { type ContextSearch, createContextLists, createContextSearch, findContextLists } from "./context-words";
import { hasContext, judgeMatch } from "./judge-match";
import {
  createFieldSearch,
  createOtherSearch,
  type FieldSearch,
  findInFields,
  mostFieldConfidence,
} from "./pii-fields";
import { findPlaces, longText, toSource } from "./pii-places";
import { createChecks } from "./remember-checks";
import { resolveOverlaps } from "./resolve-overlaps";
import { fieldReach } from "./text-fields";
import type { TextScan } from "./text-scan";
import { createTokenFinder, type TokenFinder } from "./token-finder";
import { isDigitUnit, isWordUnit } from "./word-characters";

/** One value of personal data in a normalised text; offsets are UTF-16 code units of it. */
export interface PiiFinding {
  readonly category: PiiCategory;
  /** Of the pattern that found it. */
  readonly patternId: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
  /** What counts where findings overlap: less than the confidence where the word that it rests on may be another value's. */
  readonly rank?: number;
}

/** What a pattern stands for, its context words made ready. */
export interface PiiSignal {
  readonly category: PiiCategory;
  readonly pattern: PiiPattern;
  readonly context: number;
  readonly unless: number;
}

/** Names of all categories, in the catalogue's order. */
export const piiCategoryNames: readonly string[] = piiCategories.map((row) => row.category);

const lists = createContextLists();

/** Makes a pattern of the catalogue, or one of a policy's own, ready to be judged. */
export const createPiiSignal = (category: PiiCategory, pattern: PiiPattern): PiiSignal => ({
  category,
  pattern,
  context: lists.numberOf(pattern.context),
  unless: lists.numberOf(pattern.unless),
});

let signals: readonly PiiSignal[] | undefined;
const allSignals = (): readonly PiiSignal[] =>
  (signals ??= piiCategories.flatMap((category) =>
    category.patterns.map((pattern) => createPiiSignal(category, pattern)),
  ));
const textSignals = (): readonly PiiSignal[] => allSignals().filter(({ pattern }) => pattern.lane === "text");

/** What a plan's set has to hold: the patterns that are searched as texts, those that need a word beside them by that word. */
export function listPiiPatterns(): PatternSource[] {
  return textSignals().map(({ pattern }) =>
    pattern.gate === "" ? toSource(pattern) : { id: pattern.id, source: pattern.gate, flags: "i" },
  );
}

/** What each of `listPiiPatterns` stands for, in the same order. */
export function listPiiSignals(): PiiSignal[] {
  return [...textSignals()];
}

interface TokenSearch {
  readonly finder: TokenFinder;
  readonly signals: readonly PiiSignal[];
}
/** Patterns that are reported by default wherever they stand, those that need a word beside them, and both in one walk. */
let tokenSearches: { readonly alone: TokenSearch; readonly named: TokenSearch; readonly all: TokenSearch } | undefined;

/** What is reported without a word of its context, by default. */
const defaultConfidence = 0.5;

function useTokenSearches() {
  if (tokenSearches) return tokenSearches;
  const create = (own: readonly PiiSignal[]): TokenSearch => ({
    signals: own,
    finder: createTokenFinder(own.map(({ pattern }) => toSource(pattern))),
  });
  const own = allSignals().filter(({ pattern }) => pattern.lane === "token");
  const standsAlone = ({ pattern }: PiiSignal) => !pattern.contextRequired && pattern.confidence >= defaultConfidence;
  const alone = own.filter(standsAlone);
  const named = own.filter((one) => !standsAlone(one));
  tokenSearches = { alone: create(alone), named: create(named), all: create([...alone, ...named]) };
  return tokenSearches;
}

/** What only counts where it fills its field: what has check digits, all, and all where the rule names the categories. */
const fieldSearches: Partial<Record<"checked" | "all" | "asked", FieldSearch>> = {};

function useFieldSearch(kind: "checked" | "all" | "asked"): FieldSearch {
  const known = fieldSearches[kind];
  if (known) return known;
  const own = allSignals().filter(
    ({ pattern: { field, contextRequired, confidence } }) =>
      (field === "checked" || (field === "asked" && kind !== "checked")) &&
      (contextRequired || confidence < defaultConfidence),
  );
  const search = createFieldSearch(own, kind === "asked");
  fieldSearches[kind] = search;
  return search;
}

/**
 * To look for words in all of a short text takes as long as to try so many digits as numbers that need one. In long texts the states of both kinds in
 * one automaton outgrow their memory: 100,000 characters of numbers take three times as long.
 */
const fewDigits = 24;

/** No match of the catalogue is longer, in UTF-16 units; a test holds this. */
export const maxTokenMatch = 160;

/** A policy's own recognizers: their patterns, and what each stands for. */
export interface OwnRecognizers {
  readonly set: PatternSet;
  readonly signals: readonly PiiSignal[];
}

/**
 * What one scanned text holds of the wanted categories, in order of position and without overlap: the higher
 * confidence wins, then the longer, then the earlier, then the smaller pattern id (SPECIFICATION T-18). Where the rule
 * names the wanted categories itself (`isAsked`), a value that fills its field needs no word (T-30).
 */
export function findPii(
  scan: TextScan,
  set: PatternSet,
  planned: readonly (PiiSignal | undefined)[],
  wanted: (category: string) => boolean,
  minConfidence: number,
  own?: OwnRecognizers,
  isAsked = false,
): PiiFinding[] {
  if (own === undefined && holdsNothing(scan, planned)) return [];
  return searchText(scan, set, planned, wanted, minConfidence, own, isAsked);
}

/** True for most texts: no pattern of personal data matches, there is no digit, nothing names the text, and it is too long to be a field. */
function holdsNothing({ hits, normalised, traits, text }: TextScan, planned: Signals): boolean {
  if (traits === undefined || traits.digits > 0 || normalised.text.length <= fieldReach) return false;
  for (let i = 0; i < hits.length; i++) if (planned[hits[i] ?? 0]) return false;
  return nameOfArgument(text) === "" && (traits.ascii || !holdsOtherDigit(normalised.text));
}

function searchText(
  scan: TextScan,
  set: PatternSet,
  planned: readonly (PiiSignal | undefined)[],
  wanted: (category: string) => boolean,
  minConfidence: number,
  own: OwnRecognizers | undefined,
  isAsked: boolean,
): PiiFinding[] {
  const candidates: PiiFinding[] = [];
  const text = scan.traits?.ascii ? scan.normalised.text : toAsciiDigits(scan.normalised.text);
  const hits = text === scan.normalised.text ? scan.hits : set.scan(text);
  let search: ContextSearch | undefined;
  const useSearch = (): ContextSearch => (search ??= createContextSearch(text, lists));
  const name = nameOfArgument(scan.text);
  const named = name === "" ? noLists : findContextLists(name, lists);
  const check = createChecks();
  const others = createOtherSearch(text, name);
  const add = (signal: PiiSignal, start: number, end: number): boolean => {
    const confidence = judgeMatch(text, start, end, signal, minConfidence, useSearch(), named, check, others.isBefore);
    if (confidence < minConfidence || confidence <= 0) return false;
    const { category, pattern, context } = signal;
    const isFar = confidence > pattern.confidence && !named.has(context) && !useSearch().isNear(context, start);
    const rank = isFar ? confidence - scoring.farContextDiscount : confidence;
    candidates.push({ category, patternId: pattern.id, start, end, confidence, rank });
    return true;
  };
  for (const hit of named.size === 0 ? hits : addNamed(hits, planned, named)) {
    const signal = planned[hit];
    if (!signal || !wanted(signal.category.category)) continue;
    const { pattern } = signal;
    const places = findPlaces(text, set, hit, pattern);
    for (let i = 0; i < places.length; i += 2) {
      const [start = 0, end = 0] = [places[i], places[i + 1]];
      if (!isBlocked(text, start, end, pattern.boundary)) add(signal, start, end);
    }
  }
  for (const hit of own?.set.scan(text) ?? []) {
    const signal = own?.signals[hit] as PiiSignal;
    for (const { start, end } of own?.set.spans(text, hit) ?? []) if (end > start) add(signal, start, end);
  }
  const visitOf =
    ({ signals: tokens }: TokenSearch) =>
    (index: number, start: number, end: number): boolean => {
      const signal = tokens[index] as PiiSignal;
      if (!wanted(signal.category.category)) return false;
      if (isRightBlocked(text, start, end, signal.pattern.boundary) || !holdsDigit(text, start, end)) return false;
      if (isWordUnit(text.charCodeAt(start - 1)) && !hasContext(signal, start, end, useSearch(), named)) return false;
      return add(signal, start, end);
    };
  const searches = useTokenSearches();
  // Most texts were read once already, and have the digits that they are written with.
  const traits = text === scan.normalised.text ? scan.traits : undefined;
  const hasDigits = traits ? traits.digits > 0 : anyDigit.test(text);
  // Below the default all are reported anywhere; from there on a word has to stand near. Of few numbers it is looked for once there is a match.
  const isAnywhere = minConfidence < defaultConfidence || named.size > 0;
  if (hasDigits && text.length < longText && (isAnywhere || (traits?.digits ?? fewDigits) < fewDigits))
    searches.all.finder.find(text, visitOf(searches.all));
  else if (hasDigits) {
    searches.alone.finder.find(text, visitOf(searches.alone));
    const { contextCharsBefore: before, contextCharsAfter: after } = scoring;
    const ranges = isAnywhere ? undefined : useSearch().ranges(2 * after + maxTokenMatch, 2 * before);
    searches.named.finder.find(text, visitOf(searches.named), ranges);
  }
  // The only field without a digit is a whole text that is short.
  if (minConfidence <= mostFieldConfidence && (hasDigits || text.length <= fieldReach)) {
    const kind = isAsked ? "asked" : minConfidence < scoring.checkedFieldConfidence ? "all" : "checked";
    const question = { text, wanted, minConfidence, found: candidates, others };
    for (const one of findInFields(useFieldSearch(kind), question)) candidates.push(one);
  }
  return candidates.length > 1 ? resolveOverlaps(text, candidates) : candidates;
}

const noLists: ReadonlySet<number> = new Set();

type Signals = readonly (PiiSignal | undefined)[];

/** Of a plan, by list of words: the patterns that stand in its set by a word of the list. */
const gatedByList = new WeakMap<Signals, ReadonlyMap<number, readonly number[]>>();

function groupGated(planned: Signals): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  planned.forEach((signal, index) => {
    if (!signal || signal.pattern.gate === "") return;
    const group = groups.get(signal.context);
    if (group) group.push(index);
    else groups.set(signal.context, [index]);
  });
  gatedByList.set(planned, groups);
  return groups;
}

/** What a text's set says that it may hold, and the patterns that stand in the set by a word which the argument's name has. */
function addNamed(hits: readonly number[], planned: Signals, named: ReadonlySet<number>): readonly number[] {
  const groups = gatedByList.get(planned) ?? groupGated(planned);
  const further: number[] = [];
  for (const list of named) for (const index of groups.get(list) ?? []) if (!hits.includes(index)) further.push(index);
  return further.length === 0 ? hits : [...hits, ...further.sort((a, b) => a - b)];
}

const anyDigit = /[0-9]/;

function holdsDigit(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (isDigitUnit(text.charCodeAt(at))) return true;
  return false;
}
