import { normaliseText } from "../match/index";
import { moveCodePoints } from "./offsets";
import type { Range } from "./token-finder";
import { isDigitUnit, isWordUnit } from "./word-characters";

/** Words that stand near a value and say what it is, made ready to be looked for in all lists at once. */
export interface ContextLists {
  /** The number of a list of words, to ask with. Lists with the same words share one. */
  numberOf(words: readonly string[]): number;
  /** By a key of the first units of a word in lower case: the words that begin so. Made when a text is first searched. */
  index(): WordsByStart;
}

interface WordsByStart {
  readonly words: ReadonlyMap<number, readonly ContextWord[]>;
  /** A bit for each key that there may be: at most places of a text no word begins, and that is told sooner than by a map. */
  readonly bits: Int32Array;
  /** No word begins with a smaller unit: with a letter, but for words of a policy's own. */
  least: number;
}

interface ContextWord {
  /** With a blank for each `_` and `-`. */
  readonly text: string;
  readonly written: string;
  /** Written with `*`: any ending may follow. */
  readonly isStem: boolean;
  readonly lists: ReadonlySet<number>;
  /** Of several words written as one: where each but the first begins. */
  readonly humps: readonly number[];
}

export function createContextLists(): ContextLists {
  const numbers = new Map<string, number>();
  const words = new Map<string, Set<number>>();
  const byStart = new Map<number, ContextWord[]>();
  const index: WordsByStart = { words: byStart, bits: new Int32Array(2048), least: 0x41 };
  // Folding look-alike letters of some thousand words is most of what a start would take.
  let pending: string[] = [];
  return {
    index() {
      if (pending.length > 0) {
        for (const written of pending) addWord(written, words.get(written) ?? new Set(), byStart);
        for (const [key, own] of byStart) {
          index.bits[wordOf(key)]! |= 1 << (key & 31);
          for (const { text } of own) index.least = Math.min(index.least, text.charCodeAt(0));
        }
        pending = [];
      }
      return index;
    },
    numberOf(list) {
      const key = list.join("\n");
      const known = numbers.get(key);
      if (known !== undefined) return known;
      const number = numbers.size;
      numbers.set(key, number);
      for (const written of list) {
        const lists = words.get(written);
        if (lists) lists.add(number);
        else {
          words.set(written, new Set([number]));
          pending.push(written);
        }
      }
      return number;
    },
  };
}

function addWord(written: string, lists: ReadonlySet<number>, byStart: Map<number, ContextWord[]>): void {
  const isStem = written.endsWith("*");
  // As texts are: look-alike letters folded, so that a word is found in the form that it has there.
  const lower = lowerOf(normaliseText(isStem ? written.slice(0, -1) : written).text);
  const add = (text: string, humps: readonly number[] = []): void => {
    if (text === "") return;
    let key = 0;
    for (let at = 0; at < keyLength && at < text.length; at++) key = nextKey(key, text, at);
    const list = byStart.get(key) ?? [];
    list.push({ text, written: lower, isStem, lists, humps });
    byStart.set(key, list);
  };
  for (const form of listForms(lower)) {
    const text = unjoin(form);
    add(text);
    const parts = text.split(" ");
    if (parts.length < 2 || !parts.every((part) => /^[a-z]+$/.test(part))) continue;
    let length = 0;
    add(parts.join(""), parts.map((part) => (length += part.length)).slice(0, -1));
  }
}

/** Shorter words without their marks are other words: `thẻ`, `née`. */
const leastPlain = 6;
const plainLetters: Readonly<Record<string, string>> = {
  đ: "d",
  ð: "d",
  ø: "o",
  ł: "l",
  ı: "i",
  æ: "ae",
  œ: "oe",
  ß: "ss",
};

/** A word, and how it is typed where letters have no marks: names in programs and files above all. */
function listForms(lower: string): string[] {
  const plain = lower
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đðøłıæœß]/g, (letter) => plainLetters[letter] ?? "");
  const isOther = plain !== lower && lower.length >= leastPlain && /^[ -~]+$/.test(plain);
  return isOther ? [lower, plain] : [lower];
}

/** What joins the words of a name in a program or a file counts as a blank. */
const unjoin = (lower: string): string =>
  lower.includes("_") || lower.includes("-") ? lower.replace(/[_-]/g, " ") : lower;

/** So many units at the beginning of a word tell it from most others; shorter words stand at humps of base64 everywhere. */
const keyLength = 4;

/** A word that nothing stands before may be shorter where a hump follows: `npiNumber`. */
const leastBeforeHump = 3;

const nextKey = (key: number, text: string, at: number): number => (key * 31 + text.charCodeAt(at)) | 0;

/** Which word of `WordsByStart.bits` has the bit of a key. */
const wordOf = (key: number): number => ((key ^ (key >>> 16)) >>> 5) & 2047;

/** Lower case with every offset kept: İ is the one letter whose lower case is longer. */
export const lowerOf = (text: string): string => {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replaceAll("İ", "i").toLowerCase();
};

interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly word: ContextWord;
}

/** Where words of any list stand in one text. A stretch is searched when it is first asked for, and once. */
export interface ContextSearch {
  /**
   * Whether a word of the list stands wholly within `before` code points before `start` or `after` behind `end`; with `asWritten` not
   * one whose blanks are joined otherwise.
   */
  has(list: number, start: number, end: number, before: number, after: number, asWritten?: boolean): boolean;
  /** Whether a word of the list stands right before `start`: few characters between them, and nothing of `parts`, by default no digit. */
  isNear(list: number, start: number, parts?: RegExp): boolean;
  /** As `has`, but for words that are another number's: more digits stand between, or they stand right before the next one (T-71). */
  hasOwn(list: number, start: number, end: number, before: number, after: number, isDate: boolean): boolean;
  /** The parts of the text that reach from `before` units before a word of any list to `after` units behind it. */
  ranges(before: number, after: number): Range[];
}

const stretchLength = 32;
/** So far before a value its own word ends, in UTF-16 units. */
const nearReach = 16;
/** No word of the catalogue is longer. */
const longestWord = 64;
const anyDigit = /[0-9]/;
/** A word is that of a number in the same line, or in the same part of a sentence. */
export const digitOrLine = /[0-9\n]/;
export const digitOrPart = /[0-9]|[,;、،][\s\S]*[^ -@[-`{-~]/;
/** So many digits are a number by themselves. */
const fewDigits = 6;
/** Behind so few characters a number is one more of a list. */
const listReach = 10;
/** So near before a number a word is that number's, but where one of these stands between. */
const nextReach = 8;
const endsPart = "),;\n、،";

/** Dates and times are nobody's number; where a date is looked for, they alone are. */
const dateOrTime =
  /(?<![0-9])(?<![0-9][./-])(?:[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?![0-9]|[./-][0-9])/g;

const dateOrDigit = new RegExp(`${dateOrTime.source}|[0-9]`, "g");
/** Where a match begins within a number, what stands before it there. */
const headOfNumber = /[0-9./-]+$/;

/** Where a number ends before `start` whose word is not that of the match, -1 where there is none, or where a line ends first. */
function findTaken(text: string, start: number, from: number, isDate: boolean): number {
  const between = text.slice(from, start).replace(headOfNumber, "");
  if (between.includes("\n")) return -1;
  const others = isDate ? dateOrDigit : dateOrTime;
  const rest = between.replace(others, (one) => (isDate === one.length > 1 ? one : " ".repeat(one.length)));
  let digits = 0;
  for (let at = rest.length - 1; at >= 0; at--) {
    if (!isDigitUnit(rest.charCodeAt(at))) continue;
    if (digits === 0 && rest.length - at - 1 <= listReach && !/[:=]/.test(rest.slice(at))) return -1;
    if (++digits === fewDigits) return from + at;
  }
  return -1;
}

/** Whether a number follows right behind a word. */
function isBeforeNumber(text: string, end: number): boolean {
  for (let at = end; at < end + nextReach && at < text.length; at++) {
    if (isDigitUnit(text.charCodeAt(at))) return true;
    if (endsPart.includes(text.charAt(at))) return false;
  }
  return false;
}

/** Which words count: all, those as the list has them, those before a number that are its own, and those behind it. */
type Way = "any" | "written" | "before" | "behind";

export function createContextSearch(text: string, lists: ContextLists): ContextSearch {
  let made: Searched | undefined;
  const useSearched = (): Searched => (made ??= createSearched(text));
  const stretches: (readonly Occurrence[] | undefined)[] = [];
  const stretchAt = (index: number): readonly Occurrence[] => {
    const known = stretches[index];
    if (known) return known;
    const found = findWords(useSearched(), index * stretchLength, (index + 1) * stretchLength, lists.index());
    stretches[index] = found;
    return found;
  };
  let takenKey = -1;
  let taken = -1;
  const suits = ({ start, end, word }: Occurrence, way: Way): boolean => {
    if (way === "any") return true;
    if (way === "written") return useSearched().lower.startsWith(word.written, start);
    return way === "before" ? end > taken : !isBeforeNumber(text, end);
  };
  const hasWithin = (list: number, from: number, to: number, way: Way): boolean => {
    for (let index = Math.floor(from / stretchLength); index * stretchLength < to; index++) {
      // They stand in order: none after one that begins too late is near enough.
      for (const one of stretchAt(index)) {
        if (one.start >= to) return false;
        if (one.start >= from && one.end <= to && one.word.lists.has(list) && suits(one, way)) return true;
      }
    }
    return false;
  };
  /** Whether any word of any list can stand there; cheap, and false for most texts that are nothing but numbers. */
  const hasAny = (from: number, to: number): boolean => {
    for (let index = Math.floor(Math.max(0, from) / stretchLength); index * stretchLength < to; index++) {
      if (index * stretchLength >= text.length) return false;
      if (stretchAt(index).length > 0) return true;
    }
    return false;
  };
  let hasPairs: boolean | undefined;
  const move = (from: number, count: number): number => {
    hasPairs ??= /[\ud800-\udfff]/.test(text);
    return hasPairs ? moveCodePoints(text, from, count) : Math.min(text.length, Math.max(0, from + count));
  };
  return {
    has(list, start, end, before, after, asWritten = false) {
      hasPairs ??= /[\ud800-\udfff]/.test(text);
      if (hasPairs && !hasAny(start - 2 * before, end + 2 * after)) return false;
      const way = asWritten ? "written" : "any";
      return hasWithin(list, move(start, -before), start, way) || hasWithin(list, end, move(end, after), way);
    },
    hasOwn(list, start, end, before, after, isDate) {
      const from = move(start, -before);
      // Many patterns ask of the same place, one after the other.
      const key = 2 * start + Number(isDate);
      if (key !== takenKey) [takenKey, taken] = [key, findTaken(text, start, from, isDate)];
      return hasWithin(list, from, start, "before") || hasWithin(list, end, move(end, after), "behind");
    },
    isNear(list, start, parts = anyDigit) {
      const from = Math.max(0, start - nearReach - longestWord);
      for (let index = Math.floor(from / stretchLength); index * stretchLength < start; index++) {
        for (const { end, word } of stretchAt(index)) {
          const isBetween = end <= start && end >= start - nearReach && word.lists.has(list);
          if (isBetween && !parts.test(text.slice(end, start))) return true;
        }
      }
      return false;
    },
    ranges(before, after) {
      const ranges: Range[] = [];
      for (let index = 0; index * stretchLength < text.length; index++) {
        for (const { start, end } of stretchAt(index)) {
          const last = ranges.at(-1);
          const from = Math.max(0, start - before);
          if (last && from <= last.to)
            ranges[ranges.length - 1] = { from: last.from, to: Math.max(last.to, end + after) };
          else ranges.push({ from, to: end + after });
        }
      }
      return ranges;
    },
  };
}

/** The numbers of all lists that have a word in the text. */
export function findContextLists(text: string, lists: ContextLists): ReadonlySet<number> {
  return new Set(findWords(createSearched(text), 0, text.length, lists.index()).flatMap(({ word }) => [...word.lists]));
}

/** A text in the three ways in which words are looked for in it; offsets are the same. */
interface Searched {
  readonly text: string;
  readonly lower: string;
  /** Made at the first letter: texts of numbers and signs alone have many to replace. */
  unjoined: string | undefined;
}

const createSearched = (text: string): Searched => ({ text, lower: lowerOf(text), unjoined: undefined });

/** The words that begin between two offsets of a text. */
function findWords(searched: Searched, from: number, to: number, { words, bits, least }: WordsByStart): Occurrence[] {
  const { text, lower } = searched;
  const found: Occurrence[] = [];
  const last = Math.min(to, lower.length);
  let at = from;
  // Of most lists no word begins with a digit, a space or a common sign.
  while (at < last && lower.charCodeAt(at) < least) at++;
  if (at >= last) return found;
  const unjoined = (searched.unjoined ??= unjoin(lower));
  let wasWord = at > 0 && isWordUnit(unjoined.charCodeAt(at - 1));
  for (; at < last; at++) {
    const unit = unjoined.charCodeAt(at);
    const isWord = isWordUnit(unit);
    const isInside = wasWord && isWord;
    wasWord = isWord;
    // A word that begins at a hump is a long one, and has all of its key.
    if (unit < least || (isInside && text.charCodeAt(at) > 0x5a)) continue;
    for (let key = 0, length = 1; length <= keyLength; length++) {
      key = nextKey(key, unjoined, at + length - 1);
      if (((bits[wordOf(key)]! >>> (key & 31)) & 1) === 0 || (isInside && length < keyLength)) continue;
      collect(words.get(key), text, unjoined, at, isInside, found);
    }
  }
  return found;
}

const hump = /[A-Za-z0-9](?:[a-z0-9][A-Z]|[A-Z]{2}[a-z])/y;

/** Whether a word of a name like `cardNumber` or `SSNNumber` begins there; what stands before it has two characters at least, unlike `iPhone`. */
function isHump(text: string, at: number): boolean {
  if (at < 2) return false;
  hump.lastIndex = at - 2;
  return hump.test(text);
}

/**
 * A word that begins or ends with a word character does not go on there, but a number may follow its last letter; others may stand in the
 * midst of a run.
 */
function collect(
  words: readonly ContextWord[] | undefined,
  text: string,
  unjoined: string,
  at: number,
  isInside: boolean,
  found: Occurrence[],
): void {
  if (!words || (isInside && !isHump(text, at))) return;
  for (const word of words) {
    const { length } = word.text;
    if (!unjoined.startsWith(word.text, at) || !word.humps.every((hump) => isHump(text, at + hump))) continue;
    const end = at + length;
    const [last, next] = [unjoined.charCodeAt(end - 1), unjoined.charCodeAt(end)];
    const goesOn =
      isWordUnit(last) &&
      isWordUnit(next) &&
      (!isDigitUnit(next) || isDigitUnit(last)) &&
      !(length >= (isInside ? keyLength : leastBeforeHump) && isHump(text, end));
    if (word.isStem || !goesOn) found.push({ start: at, end, word });
  }
}
