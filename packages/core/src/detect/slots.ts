import { slotModel } from "../gen/detectors";
import type { Span } from "../match/index";
import { splitsPair } from "../match/read-code-point";
import { countReached, type LearnedScore, marginOf } from "./learned";
import { readLearnedStretches, readWeights } from "./learned-models";
import { countCodePoints, moveCodePoints } from "./offsets";
import { codesOf, getSlotFinder, isWordCode } from "./slot-words";

/** A sentence, or two in a row, with the features of what its words do (SPECIFICATION T-64). */
export interface SlotUnit {
  /** UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly features: readonly number[];
}

/** Code points of a text that are read from its beginning, and from its end; of one sentence; and how far words are near. */
const reach = 2048;
const maxSentence = 400;
const nearWords = 24;
const nearSigns = 10;
const firstWords = 12;
const firstSigns = 4;

const count = slotModel.slots.length;
const question = slotModel.slots.indexOf("question");
const link = slotModel.slots.indexOf("link");
/** Where pairs, words that follow each other, and first words begin among the features. */
const pairsAt = count;
const nearAt = pairsAt + count * count;
const firstAt = nearAt + count * count;
export const slotFeatures = firstAt + count;

interface Hit {
  readonly use: number;
  /** Code points from the beginning of the sentence's first word. */
  readonly position: number;
  readonly isSign: boolean;
}

interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly hits: readonly Hit[];
  /** Slots of marks, which belong to no language. */
  readonly marks: readonly number[];
  /** Whether the sentence before it is the one before it in the text. */
  readonly follows: boolean;
}

/** The units of a normalised text, in order; of a language only: the one that most words speak for, of equals the first. */
export function readSlotUnits(text: string): SlotUnit[] {
  const folded = text.replaceAll("\u0130", "i").toLowerCase();
  const sentences: Sentence[] = [];
  const { length } = folded;
  const isLong = length > 2 * reach && countCodePoints(folded, 0, length) > 2 * reach;
  readSentences(folded, 0, isLong ? moveCodePoints(folded, 0, reach) : length, sentences);
  if (isLong) readSentences(folded, moveCodePoints(folded, length, -reach), length, sentences);
  const language = chooseLanguage(sentences);
  const units: SlotUnit[] = [];
  let before: { slots: ReadonlySet<number>; start: number } | undefined;
  for (const sentence of sentences) {
    const slots = readSlots(sentence, language);
    add(units, slots, sentence.start, sentence.end);
    if (before && sentence.follows) add(units, new Set([...before.slots, ...slots]), before.start, sentence.end);
    before = { slots, start: sentence.start };
  }
  return units;
}

const ends = codesOf("\n.!?;。！？؟।");
const asks = codesOf("?？؟");
/** Of ASCII: a letter or a digit, what ends a sentence, what asks, and what a link or an address has. */
const wordBit = 1;
const endBit = 2;
const askBit = 4;
const addressBit = 8;
const kindOf = (code: number): number =>
  (isWordCode(code) ? wordBit : 0) |
  (ends.has(code) ? endBit : 0) |
  (asks.has(code) ? askBit : 0) |
  (code === 0x40 || code === 0x3a ? addressBit : 0);
const kinds = Uint8Array.from({ length: 128 }, (_, code) => kindOf(code));
/** What ends a sentence is no letter, but for signs of full width. */
const farKindOf = (code: number): number => (code < 0xff00 && isWordCode(code) ? wordBit : kindOf(code));

function readSentences(text: string, from: number, to: number, into: Sentence[]): void {
  const find = getSlotFinder();
  let follows = false;
  let hits: Hit[] = [];
  /** Where the word begins that is looked for. */
  let place = 0;
  const take = (use: number, isSign: boolean): void => {
    hits.push({ use, position: place, isSign });
  };
  for (let start = from; start < to; ) {
    hits = [];
    let marks: number[] = noMarks;
    let first = -1;
    let position = 0;
    let length = 0;
    let isInWord = false;
    let holdsLink = false;
    let at = start;
    while (at < to && length < maxSentence) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? kinds[code]! : farKindOf(code);
      if (kind & wordBit) {
        if (first < 0) first = at;
        if (!isInWord || code >= 0x600) {
          place = position;
          find(text, at, to, !isInWord, take);
        }
        isInWord = true;
      } else isInWord = false;
      if (kind & addressBit && (code === 0x40 || text.startsWith("//", at + 1))) holdsLink = true;
      if (kind & askBit) marks = [...marks, question];
      at += (code & 0xfc00) === 0xd800 && splitsPair(text, at + 1) ? 2 : 1;
      length++;
      if (first >= 0) position++;
      if (kind & endBit) break;
    }
    start = at;
    // Full stops in a row divide nothing.
    if (first < 0) continue;
    if (holdsLink) marks = [...marks, link];
    const says = hits.length + marks.length > 0;
    if (says) into.push({ start: first, end: at, hits, marks, follows });
    follows = says;
  }
}

const noMarks: number[] = [];

/** Several words of a language at one place count once. */
function chooseLanguage(sentences: readonly Sentence[]): number {
  const counts = slotModel.words.map(() => 0);
  const last = slotModel.words.map(() => -1);
  for (const { start, hits } of sentences) {
    for (const { use, position } of hits) {
      const language = use >> 6;
      const place = start + position;
      if (last[language]! >= place) continue;
      last[language] = place;
      counts[language]!++;
    }
  }
  return counts.indexOf(Math.max(...counts));
}

/** Features of a sentence but for its pairs. */
function readSlots({ hits, marks }: Sentence, language: number): Set<number> {
  const slots = new Set(marks);
  const own = hits.filter(({ use }) => use >> 6 === language);
  own.forEach(({ use, position, isSign }, index) => {
    const slot = use & 63;
    slots.add(slot);
    if (position <= (isSign ? firstSigns : firstWords)) slots.add(firstAt + slot);
    for (let i = index - 1; i >= 0; i--) {
      const other = own[i]!;
      const distance = position - other.position;
      if (distance > nearWords) break;
      const isNear = distance > 0 && (distance <= nearSigns || !isSign || !other.isSign);
      if (isNear && (other.use & 63) !== slot) slots.add(nearAt + (other.use & 63) * count + slot);
    }
  });
  return slots;
}

function add(units: SlotUnit[], slots: ReadonlySet<number>, start: number, end: number): void {
  const features = [...slots];
  const present = features.filter((feature) => feature < count).sort((a, b) => a - b);
  present.forEach((one, i) => {
    for (const other of present.slice(i + 1)) features.push(pairsAt + one * count + other);
  });
  if (present.length > 0) units.push({ start, end, features });
}

/** How often eight units were doubled: of many units one says much by chance. */
export const countDoublings = (units: number): number => Math.max(0, 28 - Math.clz32(units));

let weights: Int8Array | undefined;

/** A stretch of a text, and how much it speaks for an attack, 0-100. */
export interface ModelScore {
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

/** How much the letters of a text (its score by `injection`) and what its words do speak for an attack (SPECIFICATION T-65). */
export function scoreTogether(text: string, letters: LearnedScore): ModelScore {
  if (letters.blocks === 0) return { score: 0, start: 0, end: 0 };
  const units = weighUnits(text);
  const { bias, cuts } = slotModel;
  let best = units.length === 0 ? bias : Number.NEGATIVE_INFINITY;
  let found: { readonly start: number; readonly end: number } = letters;
  for (const unit of units) {
    if (unit.margin <= best) continue;
    best = unit.margin;
    found = unit;
  }
  const chance = 256 * countDoublings(units.length) + 192 * (31 - Math.clz32(letters.blocks));
  const margin = addMargins(best, letters.margin) - chance;
  const stretch = letters.blocks > 1 ? findStretch(text, units) : undefined;
  if (stretch && stretch.margin > margin)
    return { score: countReached(cuts, stretch.margin), start: stretch.start, end: stretch.end };
  return { score: countReached(cuts, margin), start: found.start, end: found.end };
}

interface WeighedUnit extends Span {
  readonly margin: number;
}

function weighUnits(text: string): WeighedUnit[] {
  const known = (weights ??= readWeights(slotModel.weights));
  return readSlotUnits(text).map(({ start, end, features }) => {
    let sum = 0;
    for (const feature of features) sum += known[feature] ?? 0;
    return { start, end, margin: marginOf(sum, features.length, slotModel.bias) };
  });
}

/** What both models say, in 256ths of a margin. */
const addMargins = (ofSlots: number, ofLetters: number): number =>
  Math.floor((256 * ofSlots) / slotModel.one) + Math.floor((256 * ofLetters) / slotModel.oneOfLetters);

/** What is taken off for each doubling of the stretches. */
const chanceOfStretches = 80;

/** The stretch of which both say most: what stands around an attack does not thin it out there (SPECIFICATION T-68). */
function findStretch(text: string, units: readonly WeighedUnit[]): WeighedUnit {
  // In order of where they begin, but for two sentences, which come right behind the second of them.
  const sorted = [...units].sort((a, b) => a.start - b.start);
  let next = 0;
  let count = 0;
  let best = { start: 0, end: 0, margin: Number.NEGATIVE_INFINITY };
  readLearnedStretches(text, (start, end, ofLetters) => {
    count++;
    let most = slotModel.bias;
    while (next < sorted.length && sorted[next]!.start < start) next++;
    for (; next < sorted.length && sorted[next]!.start < end; next++) most = Math.max(most, sorted[next]!.margin);
    const margin = addMargins(most, ofLetters);
    if (margin > best.margin) best = { start, end, margin };
  });
  return { ...best, margin: best.margin - chanceOfStretches * (31 - Math.clz32(count)) };
}
