import { commonWords, coreWords, shiftedWords, spellingWords, viewWords } from "../gen/views";
import { listMisspelt, listPieces } from "./misspelt";
import { shiftCodes, writeShifted } from "./shifted-letters";

const slotBits = 17;
/**
 * A place for a word by its length, its first three letters and its last two: cheap, and seldom taken by another word. The shift
 * is written out, for it is read for every word.
 */
export const slotOf = (
  length: number,
  first: number,
  second: number,
  third: number,
  beforeLast: number,
  last: number,
): number =>
  Math.imul(
    (first & 31) |
      ((second & 31) << 5) |
      ((third & 31) << 10) |
      ((beforeLast & 31) << 15) |
      ((last & 31) << 20) |
      (length << 25),
    0x2c1b3c6d,
  ) >>> 15;
const slotOfWord = (word: string): number =>
  slotOf(
    word.length,
    word.charCodeAt(0),
    word.charCodeAt(1),
    word.charCodeAt(2),
    word.charCodeAt(word.length - 2),
    word.charCodeAt(word.length - 1),
  );

/** False for most words that are not listed in any way: those of three letters or more whose place is empty. */
export const isTaken = (slots: Int32Array, slot: number): boolean => ((slots[slot >> 5]! >>> slot) & 1) !== 0;

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
  /** What stands for a listed word with its letters shifted, and the code (`writeShifted`). */
  readonly shifted: ReadonlyMap<string, number>;
  /** The words of English that are looked for shifted, as they are. */
  readonly english: ReadonlySet<string>;
  /** Words as they are, and further ones of English. */
  readonly known: ReadonlySet<string>;
  /** Misspelt forms of the core words, and what they say. */
  readonly misspelt: ReadonlyMap<string, string>;
  readonly core: ReadonlySet<string>;
  /** Pieces of core words that are no words; words of the spelling alphabet. */
  readonly pieces: ReadonlySet<string>;
  readonly spelling: ReadonlySet<string>;
  /** One bit for each slot: of words as they are, and of the others. */
  readonly plainSlots: Int32Array;
  readonly codedSlots: Int32Array;
}

function takeSlots(words: readonly string[]): Int32Array {
  const slots = new Int32Array(1 << (slotBits - 5));
  for (const word of words) slots[slotOfWord(word) >> 5]! |= 1 << slotOfWord(word);
  return slots;
}

let table: WordTable | undefined;

/** Listed words as they are, in rot13 (from three letters on), backwards (from four on) and shifted. */
export function readWordTable(): WordTable {
  if (table) return table;
  const words = viewWords.split(" ");
  const rotated = words.filter((word) => word.length >= 3).map(rotate13);
  const backwards = words.filter((word) => word.length >= 4).map(reverse);
  const shifted = new Map<string, number>();
  for (const code of shiftCodes)
    for (const word of shiftedWords.split(" ")) {
      const written = writeShifted(word, code);
      if (!shifted.has(written)) shifted.set(written, code);
    }
  const known = new Set([...words, ...commonWords.split(" ")]);
  const core = coreWords.split(" ");
  const misspelt = listMisspelt(core, known);
  const pieces = listPieces(core, known);
  const spelling = new Set(spellingWords.split(" "));
  table = {
    plain: new Set(words),
    known,
    misspelt,
    core: new Set(core),
    pieces,
    spelling,
    rotated: new Set(rotated),
    backwards: new Set(backwards),
    shifted,
    english: new Set(shiftedWords.split(" ")),
    plainSlots: takeSlots([...words, ...misspelt.keys()]),
    codedSlots: takeSlots([...rotated, ...backwards, ...shifted.keys(), ...misspelt.keys(), ...pieces, ...spelling]),
  };
  return table;
}

export const slotOfLetters = (bytes: Uint8Array, start: number, end: number): number =>
  slotOf(end - start, bytes[start]!, bytes[start + 1]!, bytes[start + 2]!, bytes[end - 2]!, bytes[end - 1]!);
