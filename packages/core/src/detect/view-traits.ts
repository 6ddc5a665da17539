import { viewLetters, viewWords } from "../gen/views";

/** What one pass over a text says of the views that are worth making. */
export interface TextTraits {
  /** Words that spell a listed word in rot13, or backwards. */
  readonly rotated: number;
  readonly backwards: number;
  /** Words in pieces that spell a listed word when joined; listed words beside an underscore. */
  readonly split: number;
  readonly snake: number;
  /** Words that mix letters with digits and signs that stand for letters. */
  readonly mixed: number;
  /** The longest row of single characters between separators. */
  readonly spaced: number;
  readonly digits: number;
  readonly escapes: number;
  /** Dots and dashes. */
  readonly strokes: number;
  /** The longest run of what base32 is made of. */
  readonly base32: number;
  /** Letters of odd alphabets. */
  readonly odd: number;
}

const letter = 1;
const separator = 2;
const leet = 4;
const digit = 8;
const stroke = 16;
const base32 = 32;

const classes = new Uint8Array(128);
for (const [members, bit] of [
  ["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", letter],
  [" \t\r\n.-_*~|/+,:;'\"^#=", separator],
  ["012345689@$!|+7", leet],
  ["0123456789", digit],
  [".-", stroke],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", base32],
] as const)
  for (const char of members) classes[char.charCodeAt(0)]! |= bit;

const rotatedBit = 1;
const backwardsBit = 2;
const plainBit = 4;

const prime = 0x01000193;
const seed = 0x811c9dc5 | 0;
const hashWord = (word: string): number => {
  let hash = seed;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), prime);
  return hash;
};
const slot = (hash: number): number => (hash ^ (hash >>> 15)) & 8191;

export const rotate13 = (text: string): string =>
  text.replace(/[A-Za-z]/g, (char) => {
    const code = char.charCodeAt(0);
    const first = code < 97 ? 65 : 97;
    return String.fromCharCode(first + ((code - first + 13) % 26));
  });

export const reverse = (text: string): string => [...text].reverse().join("");

interface WordTable {
  readonly plain: ReadonlySet<string>;
  readonly rotated: ReadonlySet<string>;
  readonly backwards: ReadonlySet<string>;
  /** Bits by slot of a word's hash: a word whose slot is empty is in no set. */
  readonly slots: Uint8Array;
}

let table: WordTable | undefined;

/** Listed words as they are, in rot13 (from three letters on) and backwards (from four on). */
export function readWordTable(): WordTable {
  if (table) return table;
  const words = viewWords.split(" ");
  const rotated = words.filter((word) => word.length >= 3).map(rotate13);
  const backwards = words.filter((word) => word.length >= 4).map(reverse);
  const slots = new Uint8Array(8192);
  for (const [list, bit] of [
    [words, plainBit],
    [rotated, rotatedBit],
    [backwards, backwardsBit],
  ] as const)
    for (const word of list) slots[slot(hashWord(word))]! |= bit;
  table = { plain: new Set(words), rotated: new Set(rotated), backwards: new Set(backwards), slots };
  return table;
}

/** True for letters that `viewLetters` or the blocks of negative and regional letters hold. */
export function isOddLetter(code: number): boolean {
  if (code < 0x180) return false;
  if (code >= 0x1f130)
    return (
      (code >= 0x1f150 && code <= 0x1f169) ||
      (code >= 0x1f170 && code <= 0x1f189) ||
      (code >= 0x1f1e6 && code <= 0x1f1ff)
    );
  const near =
    code < 0x2b0 ||
    (code >= 0x1d00 && code < 0x1dc0) ||
    (code >= 0x2100 && code < 0x2190) ||
    (code >= 0x2800 && code < 0x2900) ||
    (code >= 0x2c60 && code < 0x2c80) ||
    (code >= 0xa4d0 && code < 0xa800);
  return near && Object.hasOwn(viewLetters, String.fromCharCode(code));
}

/** Reads a text once. Everything here also holds for Python's twin, whose offsets are code points. */
export function readTraits(text: string): TextTraits {
  const { plain, rotated: rotatedWords, backwards: backwardsWords, slots } = readWordTable();
  let rotated = 0;
  let backwards = 0;
  let split = 0;
  let snake = 0;
  let mixed = 0;
  let spaced = 0;
  let digits = 0;
  let escapes = 0;
  let strokes = 0;
  let longest32 = 0;
  let odd = 0;

  let word = seed;
  let wordStart = 0;
  let wordSize = 0;
  let token = seed;
  let tokenStart = 0;
  let tokenSize = 0;
  let pieces = 0;
  let single = 0;
  let singles = 0;
  let run32 = 0;
  let hasLeet = false;
  let letters = 0;

  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x20;
    const bits = code < 128 ? classes[code]! : 0;
    if (bits & letter) {
      const small = code | 32;
      if (wordSize++ === 0) wordStart = i;
      word = Math.imul(word ^ small, prime);
      token = Math.imul(token ^ small, prime);
      tokenSize++;
      letters++;
      single++;
    } else {
      if (wordSize > 0) {
        if (wordSize >= 3) {
          const bit = slots[slot(word)]!;
          if (bit !== 0) {
            const isSnake =
              (bit & plainBit) !== 0 && (code === 0x5f || (wordStart > 0 && text.charCodeAt(wordStart - 1) === 0x5f));
            if (bit & rotatedBit || bit & backwardsBit || isSnake) {
              const spelt = text.slice(wordStart, i).toLowerCase();
              if (rotatedWords.has(spelt)) rotated++;
              if (backwardsWords.has(spelt)) backwards++;
              if (isSnake && plain.has(spelt)) snake++;
            }
          }
        }
        wordSize = 0;
        word = seed;
        pieces++;
      }
      if (bits & digit) digits++;
      if (bits & leet) hasLeet = true;
      if (bits & stroke) strokes++;
      if (code === 0x5c) escapes++;
      const parts = (bits & separator) !== 0 || code === 0xb7 || code === 0x2022;
      const isBlank = code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
      if (isBlank) {
        if (
          pieces > 1 &&
          tokenSize >= 4 &&
          tokenSize <= 16 &&
          slots[slot(token)]! & plainBit &&
          plain.has(joinLetters(text, tokenStart, i))
        )
          split++;
        if (hasLeet && letters > 0) mixed++;
        token = seed;
        tokenSize = 0;
        tokenStart = i + 1;
        pieces = 0;
        hasLeet = false;
        letters = 0;
      }
      if (parts) {
        if (single === 1) {
          if (++singles > spaced) spaced = singles;
        } else if (single > 1) singles = 0;
        single = 0;
      } else {
        if ((code & 0xfc00) !== 0xdc00 || i === 0 || (text.charCodeAt(i - 1) & 0xfc00) !== 0xd800) single++;
        if (code >= 0x180) {
          const whole = (code & 0xfc00) === 0xd800 ? (text.codePointAt(i) ?? code) : code;
          if (isOddLetter(whole)) odd++;
        }
      }
    }
    if (bits & base32) {
      if (++run32 > longest32) longest32 = run32;
    } else run32 = 0;
  }
  return { rotated, backwards, split, snake, mixed, spaced, digits, escapes, strokes, base32: longest32, odd };
}

/** The ASCII letters of a stretch, small. */
const joinLetters = (text: string, start: number, end: number): string =>
  text
    .slice(start, end)
    .replace(/[^A-Za-z]+/g, "")
    .toLowerCase();
