import { type SecretKind, secretKinds, secretOwnedWords, secretProviders, secretWords } from "../gen/secrets";
import { normaliseText, type PatternSet, type PatternSource, type Span } from "../match/index";
import { isWordUnit } from "../match/read-code-point";
import { anchoredSpansOf, type Places } from "./anchored-spans";
import { measureEntropy } from "./entropy";
import { cutsEscape, readEscapes, readUnescaped } from "./escapes";
import { countCodePoints, moveCodePoints } from "./offsets";
import { findValue } from "./secret-values";
import {
  isMember,
  isPlaceholder,
  isWeakWord,
  looksLikePassword,
  looksRandom,
  lowerAscii,
  neededEntropy,
} from "./secret-words";
import type { TextScan } from "./text-scan";
import { createWordIndex } from "./word-index";

/** One credential in a text; offsets are UTF-16 code units of the original text. */
export interface SecretFinding {
  readonly kind: string;
  readonly severity: string;
  readonly start: number;
  readonly end: number;
  /** The credential as it was read. Never part of a record. */
  readonly value: string;
  /** 0–1: how sure the kind is. */
  readonly confidence: number;
}

/** Names of all kinds, in the catalogue's order. */
export const secretKindNames: readonly string[] = [
  ...secretKinds.map(({ kind }) => kind),
  ...secretProviders.map(({ kind }) => kind),
];

export function listSecretPatterns(): PatternSource[] {
  return secretKinds.flatMap(({ patterns }) => patterns.map(({ id, source }) => ({ id, source, flags: "" })));
}

/** The kind that each of `listSecretPatterns` stands for, in the same order. */
export function listSecretSignals(): SecretKind[] {
  return secretKinds.flatMap((kind) => kind.patterns.map(() => kind));
}

/** How sure a finding is: its kind's form says it, a provider's name beside it says it, or only chance speaks for it. */
const confidences = { form: 0.95, provider: 0.8, chance: 0.6 } as const;

/** Characters before an assignment in which a provider's name is looked for. */
const providerReach = 60;

/** As it was written, and with signs decoded: the parts of a JSON Web Token in an address would read as JSON. */
const otherReadings = [false, "signs"] as const;

/**
 * The credentials in one scanned text, in order of position and without overlap: the surer wins, then the longer, then the
 * earlier, then the kind that the catalogue names first (SPECIFICATION T-54). Each reading is looked at with its escapes read too
 * (T-56). A text in which something was decoded is looked
 * at in three ways: decoded, as it was written, and with nothing but percent and entities decoded. `minEntropy` is in thousandths of a bit.
 */
export function findSecrets(
  scan: TextScan,
  set: PatternSet,
  signals: readonly (SecretKind | undefined)[],
  wanted: (kind: string) => boolean,
  minEntropy: number,
): SecretFinding[] {
  const unescaped = readUnescaped(scan, set);
  if (scan.hits.length === 0 && !unescaped && !scan.normalised.decoded) return [];
  const found = findIn(scan.normalised, scan.hits, set, signals, minEntropy);
  if (unescaped) found.push(...findIn(unescaped.normalised, unescaped.hits, set, signals, minEntropy));
  if (scan.normalised.decoded) {
    const seen = new Set([scan.normalised.text, unescaped?.normalised.text]);
    for (const decode of otherReadings) {
      const reading = normaliseText(scan.text.value, { decode });
      if (seen.has(reading.text)) continue;
      seen.add(reading.text);
      found.push(...findIn(reading, set.scan(reading.text), set, signals, minEntropy));
      const read = readEscapes(reading, { decode });
      if (!read || seen.has(read.text)) continue;
      seen.add(read.text);
      found.push(...findIn(read, set.scan(read.text), set, signals, minEntropy));
    }
  }
  const kept = found.filter(({ kind }) => wanted(kind));
  return kept.length > 1 ? resolveOverlaps(scan.text.value, kept) : kept;
}

function findIn(
  { text, toOriginalSpan }: TextScan["normalised"],
  hits: readonly number[],
  set: PatternSet,
  signals: readonly (SecretKind | undefined)[],
  minEntropy: number,
): SecretFinding[] {
  const found: SecretFinding[] = [];
  const around: Around = { text, lower: undefined, hasPairs: undefined };
  for (const hit of hits) {
    const kind = signals[hit];
    if (!kind) continue;
    const places = findPlaces(text, set, hit);
    const judgeAt = places.length > 2 * fewPlaces ? judgeRepeated(around, kind, minEntropy) : undefined;
    for (let i = 0; i < places.length; i += 2) {
      const [from, to] = [places[i] ?? 0, places[i + 1] ?? 0];
      const judged = judgeAt ? judgeAt(from, to) : judge(around, from, to, kind, minEntropy);
      if (!judged) continue;
      const { start, end } = toOriginalSpan(judged);
      const { kind: name, severity, value, confidence } = judged;
      found.push({ kind: name, severity, start, end, value, confidence });
    }
  }
  return found;
}

/** A text, and what is made of it when a candidate first asks. */
interface Around {
  readonly text: string;
  /** As `lowerAscii`. */
  lower: string | undefined;
  hasPairs: boolean | undefined;
}

const lowerOf = (around: Around): string => (around.lower ??= lowerAscii(around.text));

const hasPairs = (around: Around): boolean => (around.hasPairs ??= /[\ud800-\udfff]/.test(around.text));

/** Where the reach of a provider's name begins. */
function findReach(around: Around, from: number): number {
  return hasPairs(around) ? moveCodePoints(around.text, from, -providerReach) : Math.max(0, from - providerReach);
}

const sources = new Map(listSecretPatterns().map(({ id, source }) => [id, source]));
/** Of shorter texts the set's own search for spans is done before automata for another one are made. */
const longText = 1024;

/** Beginnings and ends of a pattern's matches, by turns: leftmost-longest, apart. */
function findPlaces(text: string, set: PatternSet, hit: number): Places {
  const source = text.length < longText ? undefined : sources.get(set.ids[hit] ?? "");
  const places = source === undefined ? undefined : anchoredSpansOf(source)?.(text);
  return places ?? set.spans(text, hit).flatMap(({ start, end }) => [start, end]);
}

/** With so few candidates none is looked for among those that were judged before. */
const fewPlaces = 32;
/** What a candidate's judgement reads, in code units before and behind it. */
const readBefore = providerReach + 1;
const readBehind = 3;

/** Judges candidates of a long list: one that stands as another did, with all around it that counts, is as that one was. */
function judgeRepeated(around: Around, kind: SecretKind, minEntropy: number) {
  const { text } = around;
  const known = new Map<string, { readonly judged: Judged | undefined; readonly from: number }>();
  let left = fewPlaces;
  return (from: number, to: number): Judged | undefined => {
    // Where hardly any was like another, further ones are not kept.
    if (left === 0 || from < readBefore || to + readBehind >= text.length || hasPairs(around))
      return judge(around, from, to, kind, minEntropy);
    const key = text.slice(from - readBefore, to + readBehind);
    const same = known.get(key);
    if (!same) {
      left--;
      const judged = judge(around, from, to, kind, minEntropy);
      known.set(key, { judged, from });
      return judged;
    }
    left++;
    if (!same.judged) return undefined;
    const { kind: name, severity, value, confidence, start, end } = same.judged;
    const moved = from - same.from;
    return { kind: name, severity, start: start + moved, end: end + moved, value, confidence };
  };
}

/** What is longer is no credential for its looks alone. */
const longestDrawn = 4096;

type Judged = Omit<SecretFinding, "start" | "end"> & Span;

function judge(around: Around, from: number, to: number, kind: SecretKind, minEntropy: number): Judged | undefined {
  const { text } = around;
  const match = text.slice(from, to);
  const place = findValue(match, kind.value);
  if (!place) return undefined;
  const value = match.slice(place.start, place.end);
  if (!value.startsWith(kind.begins) || (kind.random === "secret" && value.length > longestDrawn)) return undefined;
  const entropy = measureEntropy(value);
  if (entropy < kind.minEntropy || isPlaceholder(value, entropy)) return undefined;
  const start = from + place.start;
  const end = from + place.end;
  if (isMasked(text, end)) return undefined;
  const judged = (confidence: number, name = kind.kind): Judged => ({
    kind: name,
    severity: kind.severity,
    start,
    end,
    value,
    confidence,
  });
  if (kind.random === "") {
    const isChance = kind.value === "user" || kind.value === "sentence";
    return isChance && !isChosen(value, kind.value) ? undefined : judged(confidences.form);
  }
  if (kind.random === "mixed" || kind.random === "drawn") {
    const isMixed = /[0-9]/.test(value) && /[A-Za-z]/.test(value);
    return isMixed && (kind.random === "mixed" || looksRandom(value)) ? judged(confidences.form) : undefined;
  }
  if (kind.random === "any") return looksRandom(value) ? judged(confidences.form) : undefined;
  if (kind.random === "password") {
    const quote = start > 0 ? text.charAt(start - 1) : "";
    const isQuoted = quote !== "" && "\"'`".includes(quote) && text.charAt(end) === quote;
    const isWholeLine = quote === "=" && (end === text.length || text.charAt(end) === "\n");
    if (end < text.length && "([".includes(text.charAt(end))) return undefined;
    return looksLikePassword(value, isQuoted, isWholeLine) ? judged(confidences.chance) : undefined;
  }
  if (!looksRandom(value) || (entropy < minEntropy && entropy < neededEntropy(value, minEntropy))) return undefined;
  if (publicAddress.test(value)) return undefined;
  const lower = lowerOf(around);
  if (harmless.holds(lower, findNameStart(text, from), start)) return undefined;
  const provider = providerWords[providerIndex.findLast(lower, findReach(around, from), start)]?.provider;
  return provider ? judged(confidences.provider, provider.kind) : judged(confidences.chance);
}

const harmless = createWordIndex([...secretWords.harmlessNames, ...secretOwnedWords]);

/** Of a contract or an account on a chain, which everybody reads; a key has more digits. */
const publicAddress = /^0x[0-9A-Fa-f]{40}$/;

/** A word after `user:` or in a sentence is a password only when a person may have chosen it. */
const isChosen = (value: string, way: string): boolean =>
  !/^[$%{[]/.test(value) &&
  !isWeakWord(value) &&
  !isMember(value) &&
  (way === "user" || (/[0-9!@#$%^&*_+=]/.test(value) && /[A-Za-z]/.test(value) && !/[(){}<>;]/.test(value)));

/** Part of the value was blotted out where it stands. */
const isMasked = (text: string, end: number): boolean =>
  end < text.length &&
  "#*.•xX".includes(text.charAt(end)) &&
  /^(?:##|\*\*|\.\.|••|xxx)/i.test(text.slice(end, end + 3));

/** A letter, a digit, `_`, `.` or `-`. */
const isNameUnit = (unit: number): boolean => isWordUnit(unit) || unit === 0x2d || unit === 0x2e;

/** Where the name begins in which a match begins; names are not longer than this. */
function findNameStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && from - at < 40 && isNameUnit(text.charCodeAt(at - 1))) at--;
  return at;
}

const providerWords = secretProviders.flatMap((provider) => provider.words.map((word) => ({ word, provider })));
const providerIndex = createWordIndex(providerWords.map(({ word }) => word));

const places = new Map(secretKindNames.map((kind, index) => [kind, index]));

function resolveOverlaps(text: string, found: readonly SecretFinding[]): SecretFinding[] {
  const ordered = [...found].sort((a, b) => a.start - b.start);
  if (ordered.every(({ start }, index) => index === 0 || start >= (ordered[index - 1]?.end ?? 0))) return ordered;
  const cuts = new Set(text.includes("\\") ? found.filter((one) => cutsEscape(text, one)) : []);
  const lengths = new Map(found.map((one) => [one, countCodePoints(text, one.start, one.end)]));
  const ranked = ordered.sort(
    (a, b) =>
      Number(cuts.has(a)) - Number(cuts.has(b)) ||
      b.confidence - a.confidence ||
      (lengths.get(b) ?? 0) - (lengths.get(a) ?? 0) ||
      a.start - b.start ||
      (places.get(a.kind) ?? 0) - (places.get(b.kind) ?? 0),
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
