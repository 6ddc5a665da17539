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
  /** Whether sixteen characters of base32 stand in a row. */
  readonly base32: boolean;
  /** Letters of odd alphabets. */
  readonly odd: number;
}

const letter = 1;
const separator = 2;
const leet = 4;
const digit = 8;
const stroke = 16;
const blank = 32;

const classes = new Uint8Array(128);
for (const [members, bit] of [
  ["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", letter],
  [" \t\r\n.-_*~|/+,:;'\"^#=", separator],
  ["012345689@$!|+7", leet],
  ["0123456789", digit],
  [".-", stroke],
  [" \t\r\n", blank],
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

const base32Run = /[A-Z2-7]{16}/;

/** Reads a text once. Everything here also holds for Python's twin, whose offsets are code points. */
export function readTraits(text: string): TextTraits {
  const { plain, rotated: rotatedWords, backwards: backwardsWords, slots } = readWordTable();
  const found = {
    rotated: 0,
    backwards: 0,
    split: 0,
    snake: 0,
    mixed: 0,
    spaced: 0,
    digits: 0,
    escapes: 0,
    strokes: 0,
    odd: 0,
  };
  const { length } = text;
  // Of the token (up to a blank) and of the piece (up to a separator) that is being read.
  let tokenStart = 0;
  let words = 0;
  let letters = 0;
  let hasLeet = false;
  let pieceLength = 0;
  let singles = 0;
  let hasLongToken = false;

  for (let i = 0; i <= length; ) {
    let code = i < length ? text.charCodeAt(i) : 0x20;
    let bits = code < 128 ? classes[code]! : 0;
    if (bits & letter) {
      const start = i;
      let hash = seed;
      do {
        hash = Math.imul(hash ^ (code | 32), prime);
        code = ++i < length ? text.charCodeAt(i) : 0x20;
        bits = code < 128 ? classes[code]! : 0;
      } while (bits & letter);
      words++;
      letters += i - start;
      pieceLength += i - start;
      const bit = i - start >= 3 ? slots[slot(hash)]! : 0;
      if (bit !== 0) {
        const isSnake = (bit & plainBit) !== 0 && (code === 0x5f || (start > 0 && text.charCodeAt(start - 1) === 0x5f));
        if (bit & (rotatedBit | backwardsBit) || isSnake) {
          const spelt = text.slice(start, i).toLowerCase();
          if (rotatedWords.has(spelt)) found.rotated++;
          if (backwardsWords.has(spelt)) found.backwards++;
          if (isSnake && plain.has(spelt)) found.snake++;
        }
      }
    }
    // Here stands what is no ASCII letter.
    if (bits & digit) found.digits++;
    if (bits & leet) hasLeet = true;
    if (bits & stroke) found.strokes++;
    if (code === 0x5c) found.escapes++;
    if (bits & blank) {
      if (i - tokenStart >= 16) hasLongToken = true;
      if (words > 1 && letters >= 4 && letters <= 16 && plain.has(joinLetters(text, tokenStart, i))) found.split++;
      if (hasLeet && letters > 0) found.mixed++;
      tokenStart = i + 1;
      words = 0;
      letters = 0;
      hasLeet = false;
    }
    if (bits & separator || code === 0xb7 || code === 0x2022) {
      if (pieceLength === 1) {
        if (++singles > found.spaced) found.spaced = singles;
      } else if (pieceLength > 1) singles = 0;
      pieceLength = 0;
    } else {
      if ((code & 0xfc00) !== 0xdc00 || i === 0 || (text.charCodeAt(i - 1) & 0xfc00) !== 0xd800) pieceLength++;
      if (code >= 0x180 && isOddLetter((code & 0xfc00) === 0xd800 ? (text.codePointAt(i) ?? code) : code)) found.odd++;
    }
    i++;
  }
  return { ...found, base32: hasLongToken && base32Run.test(text) };
}

/** The ASCII letters of a stretch, small. */
const joinLetters = (text: string, start: number, end: number): string =>
  text
    .slice(start, end)
    .replace(/[^A-Za-z]+/g, "")
    .toLowerCase();
