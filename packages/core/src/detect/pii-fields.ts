import { otherNumberWords } from "../gen/detectors";
import { scoring } from "../gen/text-tables";
import {
  type ContextSearch,
  createContextLists,
  createContextSearch,
  digitOrLine,
  findContextLists,
} from "./context-words";
import { createFieldMatcher, type FieldMatcher } from "./field-matcher";
import type { PiiFinding, PiiSignal } from "./pii";
import { findFields, findNumberTables, type NumberTable } from "./text-fields";
import type { Range } from "./token-finder";
import { validate } from "./validators/index";

/** Patterns that a field is matched with, the surest first, then by id: of those that pass the first is kept (T-18). */
export interface FieldSearch {
  readonly signals: readonly PiiSignal[];
  readonly confidences: readonly number[];
  /** Whether the rule names the categories itself. */
  readonly isAsked: boolean;
  readonly matches: FieldMatcher;
}

export function createFieldSearch(signals: readonly PiiSignal[], isAsked: boolean): FieldSearch {
  const ranked = signals
    .map((signal) => ({ signal, confidence: fieldConfidence(signal, isAsked) }))
    .sort(
      (a, b) =>
        b.confidence - a.confidence ||
        b.signal.pattern.confidence - a.signal.pattern.confidence ||
        (a.signal.pattern.id < b.signal.pattern.id ? -1 : 1),
    );
  const sources = ranked.map(({ signal: { pattern } }) => {
    const { id, source, flags } = pattern;
    return { id, source, flags };
  });
  return {
    signals: ranked.map(({ signal }) => signal),
    confidences: ranked.map(({ confidence }) => confidence),
    isAsked,
    matches: createFieldMatcher(sources),
  };
}

export interface FieldQuestion {
  readonly text: string;
  readonly wanted: (category: string) => boolean;
  readonly minConfidence: number;
  /** What was found otherwise: a field that one of these fills is not judged. */
  readonly found: readonly PiiFinding[];
  readonly others: OtherSearch;
}

/** Words that say that a number counts, names or measures something else. */
export interface OtherSearch {
  /** Whether the argument's name or a word near a match is one. */
  isAround(from: number, to: number): boolean;
  /** Whether a word right before a match, in its line, is one: the heads of a table are not. */
  isBefore(start: number): boolean;
}

const others = createContextLists();
const otherNumbers = others.numberOf(otherNumberWords);

/** The least confidence from which no field alone is enough. */
export const mostFieldConfidence = scoring.checkedFieldConfidence + 0.1;

/**
 * Values that fill a field of the text by themselves (SPECIFICATION T-30). Fields that hold the same are judged once: linear in
 * the text's length.
 */
export function findInFields(search: FieldSearch, question: FieldQuestion): PiiFinding[] {
  const { text, found } = question;
  const fields = findFields(text);
  if (fields.length === 0) return [];
  const filled = new Set(found.map(({ start, end }) => start * 2 ** 26 + end));
  /** By value: the place of the pattern that it is, -1 for none. */
  const judged = new Map<string, number>();
  const results: PiiFinding[] = [];
  const places: number[] = [];
  const filledPlaces: number[] = [];
  for (const [place, { from, to }] of fields.entries()) {
    if (filled.has(from * 2 ** 26 + to)) {
      filledPlaces.push(place);
      continue;
    }
    const value = text.slice(from, to);
    let best = judged.get(value);
    if (best === undefined) judged.set(value, (best = judge(search, value, question)));
    const signal = search.signals[best];
    if (!signal || question.others.isAround(from, to)) continue;
    const { category, pattern } = signal;
    results.push({ category, patternId: pattern.id, start: from, end: to, confidence: search.confidences[best] ?? 0 });
    places.push(place);
  }
  return search.isAsked || results.length === 0 ? results : leaveOutChance(text, fields, results, places, filledPlaces);
}

/** Findings without those in a table of numbers in which much is something else: of ten numbers one passes any check digit. */
function leaveOutChance(
  text: string,
  fields: readonly Range[],
  found: readonly PiiFinding[],
  places: readonly number[],
  filledPlaces: readonly number[],
): PiiFinding[] {
  const tables = findNumberTables(text, fields);
  const counts = new Map<NumberTable, number>();
  for (const place of [...places, ...filledPlaces]) {
    const table = tables[place];
    if (table) counts.set(table, (counts.get(table) ?? 0) + 1);
  }
  return found.filter((_, at) => {
    const table = tables[places[at] ?? 0];
    return !table || 4 * (counts.get(table) ?? 0) >= 3 * table.fields;
  });
}

/** The place of the first pattern that the value passes for, -1 when there is none. */
function judge(search: FieldSearch, value: string, question: FieldQuestion): number {
  const hits = search.matches(value, { from: 0, to: value.length });
  if (hits.length > 0 && !search.isAsked && (readsAsTime(value) || looksMadeUp(value))) return -1;
  for (let at = 0; at < hits.length; at++) {
    const hit = hits[at] ?? 0;
    const { category, pattern } = search.signals[hit] as PiiSignal;
    if ((search.confidences[hit] ?? 0) < question.minConfidence || !question.wanted(category.category)) continue;
    if (pattern.fieldValidator === "" || validate(pattern.fieldValidator, value)) return hit;
  }
  return -1;
}

/** In whole hundredths, so that languages agree. */
function fieldConfidence({ pattern }: Pick<PiiSignal, "pattern">, isAsked: boolean): number {
  const { fieldConfidence: least, checkedFieldConfidence: checked } = scoring;
  const base = isAsked || pattern.field === "checked" ? checked : least;
  return Math.floor(base * 100 + pattern.confidence * 10 + 0.5) / 100;
}

export function createOtherSearch(text: string, name: string): OtherSearch {
  const { contextCharsBefore: before, contextCharsAfter: after } = scoring;
  let isOther: boolean | undefined;
  let search: ContextSearch | undefined;
  const useSearch = (): ContextSearch => (search ??= createContextSearch(text, others));
  const isNamed = (): boolean => (isOther ??= name !== "" && findContextLists(name, others).size > 0);
  return {
    isAround: (from, to) => isNamed() || useSearch().has(otherNumbers, from, to, before, after),
    isBefore: (start) => useSearch().isNear(otherNumbers, start, digitOrLine),
  };
}

const pointInTime =
  /^(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)?|1[4-9][0-9]{8}(?:[0-9]{3}){0,3})$/;

/** Whether digits read as a date, a date with its time, or seconds (milli-, micro-, nanoseconds) since 1970. */
export const readsAsTime = (value: string): boolean => pointInTime.test(value);

const leastSame = 6;
/** With letters on both sides the form itself says something. */
const twoLetters = /[A-Za-z].*[A-Za-z]/;
/**
 * Of six digits or more, more than half the same, or all in stairs: each the one before or the next, up or down, with 0 behind 9. That is
 * what people write to try things out.
 */
export function looksMadeUp(value: string): boolean {
  const counts = new Uint8Array(10);
  let all = 0;
  let most = 0;
  let up = 0;
  let down = 0;
  let last = -9;
  for (let at = 0; at < value.length; at++) {
    const digit = value.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    if (digit === last || digit === (last + 1) % 10) up++;
    if (digit === last || last === (digit + 1) % 10) down++;
    last = digit;
    all++;
    counts[digit] = (counts[digit] ?? 0) + 1;
    most = Math.max(most, counts[digit] ?? 0);
  }
  if (all < leastSame) return false;
  return most * 2 > all || (Math.max(up, down) === all - 1 && !twoLetters.test(value));
}
