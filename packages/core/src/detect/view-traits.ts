import { matchLimits } from "../gen/match-limits";
import { viewLetters } from "../gen/views";
import { blockBytes, blockLength, blockView, loadAscii } from "../match/ascii-block";
import { addVote, readBallot } from "./shifted-letters";
import { isTaken, readWordTable, slotOf, slotOfLetters } from "./view-words";

/** What one pass over a text says of the views that are worth making. */
export interface TextTraits {
  /** Words that spell a listed word in rot13, or backwards. */
  readonly rotated: number;
  readonly backwards: number;
  /** The code in which listed words stand with their letters shifted (`readShifted`); 0 for none. */
  readonly shift: number;
  /** Words in pieces that spell a listed word when joined; listed words beside an underscore. */
  readonly split: number;
  readonly snake: number;
  /** Misspelt words of attacks, pieces of such words, and words of the spelling alphabet. */
  readonly misspelt: number;
  /** Misspelt words of attacks with signs between their letters. */
  readonly slips: number;
  readonly pieces: number;
  readonly spelling: number;
  /** Listed words with signs on both sides that stand for blanks. */
  readonly joints: number;
  /** Tokens without a letter. */
  readonly lone: number;
  /** Signs of markup between letters. */
  readonly markup: number;
  /** Whether it begins as a sentence ends and ends as one begins. */
  readonly order: boolean;
  readonly quotes: number;
  /** Whether sixteen letters stand in a row. */
  readonly long: boolean;
  /** Pictures right behind an ASCII letter. */
  readonly strewn: number;
  /** Words that mix letters with digits and signs that stand for letters. */
  readonly mixed: number;
  /** The longest row of single characters between separators. */
  readonly spaced: number;
  readonly digits: number;
  /** Digits right behind a digit. */
  readonly pairs: number;
  readonly escapes: number;
  /** Dots and dashes. */
  readonly strokes: number;
  /** Dots, dashes and underscores that stand behind what parts the letters of Morse code: a blank, a line feed, `/` or `|`. */
  readonly strokeGroups: number;
  /** Whether something may have to be decoded: sixteen characters without a blank, a percent sign or an ampersand. */
  readonly coded: boolean;
  /** Whether a line ends with a hyphen. */
  readonly hyphened: boolean;
  /** Whether it is nothing but ASCII. */
  readonly ascii: boolean;
  /** Letters of odd alphabets. */
  readonly odd: number;
  /** Whether a letter of Cyrillic stands beside one of ASCII. */
  readonly cyrillic: boolean;
  /** Whether a tenth of its characters, and four, are Latin letters with marks. */
  readonly accented: boolean;
  /** Whether a letter is Greek or Cyrillic. */
  readonly far: boolean;
}

/** What stands for characters beyond ASCII in the bytes of a text: a character, a second half, a separator. */
const otherByte = 128;
const tailByte = 129;
const separatorByte = 130;

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

const maxKeptBytes = 65_536;
const encoder = new TextEncoder();
let keptBytes = new Uint8Array(1024);
let keptView = new DataView(keptBytes.buffer);

interface ReadBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly odd: number;
  readonly cyrillic: boolean;
  readonly accented: boolean;
  readonly strewn: number;
  readonly far: boolean;
  readonly ascii: boolean;
}

/** Letters of the blocks of Latin beyond ASCII; what remains of a mark on an ASCII letter is one of them, or taken off (M-42). */
const isMarked = (code: number): boolean =>
  (code >= 0xc0 && (code < 0x250 || (code >= 0x1e00 && code < 0x1f00)) && code !== 0xd7 && code !== 0xf7) ||
  (code >= 0x300 && code < 0x370) ||
  code === 0x489;
const leastMarked = 4;

const isAsciiLetter = (code: number): boolean => (code | 32) >= 0x61 && (code | 32) <= 0x7a;

/**
 * The bytes of a text, a blank behind them: of ASCII as it is (the platform writes that fastest, and most texts were written for
 * the matcher just now), one byte for every other code unit. Valid until the next text is read or matched.
 */
function readBytes(text: string): ReadBytes {
  const { length } = text;
  if (length <= blockLength && length > 0 && loadAscii(text, 0, length)) {
    blockBytes[length] = 0x20;
    return asciiBlock;
  }
  let bytes = keptBytes;
  let view = keptView;
  if (bytes.length < length + 8) {
    bytes = new Uint8Array(length + 1024);
    view = new DataView(bytes.buffer);
    if (length <= maxKeptBytes) {
      keptBytes = bytes;
      keptView = view;
    }
  }
  let odd = 0;
  let cyrillic = false;
  let tails = 0;
  let marked = 0;
  let strewn = 0;
  let far = false;
  const ascii = encoder.encodeInto(text, bytes).written === length;
  if (!ascii)
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      bytes[i] = code < 128 ? code : code === 0xb7 || code === 0x2022 ? separatorByte : otherByte;
      if (isMarked(code)) marked++;
      if (code < 0x180) continue;
      if (code >= 0x370 && code < 0x530) far = true;
      if (isPicture(code) && i > 0 && isAsciiLetter(text.charCodeAt(i - 1))) strewn++;
      if (code >= 0x400 && code < 0x530)
        cyrillic ||= isAsciiLetter(text.charCodeAt(i + 1)) || (i > 0 && isAsciiLetter(text.charCodeAt(i - 1)));
      if ((code & 0xfc00) === 0xdc00 && i > 0 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) {
        bytes[i] = tailByte;
        tails++;
      } else if (isOddLetter((code & 0xfc00) === 0xd800 ? (text.codePointAt(i) ?? code) : code)) odd++;
    }
  bytes[length] = 0x20;
  const accented = marked >= leastMarked && marked * 10 >= length - tails;
  return { bytes, view, odd, cyrillic, accented, strewn, far, ascii };
}

/** Signs from arrows to dingbats, and first halves of emoji. */
const isPicture = (code: number): boolean => (code >= 0x2190 && code < 0x2c00) || (code >= 0xd83c && code <= 0xd83e);

const asciiBlock: ReadBytes = {
  bytes: blockBytes,
  view: blockView,
  odd: 0,
  cyrillic: false,
  accented: false,
  strewn: 0,
  far: false,
  ascii: true,
};

/** Where the ASCII letters from a place on end; four are looked at in one step. A blank stands behind the last byte. */
function endOfLetters(view: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const four = view.getInt32(at, true);
    const small = (four | 0x20202020) & 0x7f7f7f7f;
    // The highest bit of each byte: set unless it is a letter.
    const others = (~(small + 0x1f1f1f1f) | (small + 0x05050505) | four) & 0x80808080;
    if (others !== 0) return at + ((31 - Math.clz32(others & -others)) >> 3);
  }
}

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function createTraitsReader(): (text: string) => TextTraits {
  const letter = 1;
  const separator = 2;
  const leet = 4;
  const digit = 8;
  const stroke = 16;
  const blank = 32;
  const backslash = 64;
  /** The second half of a surrogate pair, which is no character of its own. */
  const tail = 128;
  const underscore = 256;
  /** What begins a character that is written as a code. */
  const code = 512;
  const quote = 1024;
  /** What stands between words in place of a blank. */
  const joint = 2048;
  const mark = 4096;
  /** The shortest row of letters that may be words joined, and the shortest of signs that may be a code. */
  const longLength = 16;
  const codeLength = Math.min(longLength, matchLimits.minEncodedRun);

  const tableOf = (test: RegExp): Uint8Array =>
    Uint8Array.from({ length: 256 }, (_, unit) => Number(unit < 128 && test.test(String.fromCharCode(unit))));
  /** What stands before a stroke or an underscore that begins a letter of Morse code. */
  const partsMorse = tableOf(/[ \t\n/|]/);
  /** What stands behind a sign that is markup within a word. */
  const closes = tableOf(/[A-Za-z/!]/);
  const classes = new Uint16Array(256);
  for (const [members, bit] of [
    [/[A-Za-z]/, letter],
    [/[ \t\r\n.\-_*~|/+,:;'"^#=]/, separator],
    [/[012345689@$!|+7]/, leet],
    [/[0-9]/, digit],
    [/[.-]/, stroke],
    [/[ \t\r\n]/, blank],
    [/\\/, backslash],
    [/_/, underscore],
    [/[%&]/, code],
    [/["']/, quote],
    [/[<{[\\]/, mark],
    [/[.\-/|*+~]/, joint],
  ] as const)
    tableOf(members).forEach((isMember, unit) => {
      if (isMember === 1) classes[unit]! |= bit;
    });
  classes[tailByte] = tail;
  classes[separatorByte] = separator;

  /** False for most stretches whose letters, at least four, spell no listed word. */
  function mayBePlain(bytes: Uint8Array, start: number, end: number, letters: number, slots: Int32Array): boolean {
    let left = start;
    let right = end - 1;
    const next = (): number => {
      while (!(classes[bytes[left]!]! & letter)) left++;
      return bytes[left++]!;
    };
    const back = (): number => {
      while (!(classes[bytes[right]!]! & letter)) right--;
      return bytes[right--]!;
    };
    const first = next();
    const second = next();
    const third = next();
    const last = back();
    return isTaken(slots, slotOf(letters, first, second, third, back(), last));
  }

  return function readTraits(text: string): TextTraits {
    const {
      plain,
      rotated: rotatedWords,
      backwards: backwardsWords,
      shifted,
      misspelt: misspeltWords,
      pieces: pieceWords,
      spelling: spellingWords,
      plainSlots,
      codedSlots,
    } = readWordTable();
    const { bytes, view, odd, cyrillic, accented, strewn, far, ascii } = readBytes(text);
    const { length } = text;
    let rotated = 0;
    let backwards = 0;
    let ballot = 0;
    let lastShifted = "";
    let misspelt = 0;
    let slips = 0;
    let pieces = 0;
    let spelling = 0;
    let joints = 0;
    let lone = 0;
    let quotes = 0;
    let markup = 0;
    let long = false;
    let split = 0;
    let snake = 0;
    let mixed = 0;
    let spaced = 0;
    let digits = 0;
    let pairs = 0;
    let escapes = 0;
    let strokes = 0;
    let strokeGroups = 0;
    // Of the token (up to a blank) and of the piece (up to a separator) that is being read.
    let tokenStart = 0;
    let words = 0;
    let letters = 0;
    let hasLeet = false;
    let pieceLength = 0;
    let singles = 0;
    let coded = false;
    let hyphened = false;
    /** Words that may be listed ones in some way: few texts have any. */
    let suspects: string[] | undefined;

    for (let i = 0; i <= length; i++) {
      let bits = classes[bytes[i]!]!;
      if (bits & letter) {
        const start = i;
        i = endOfLetters(view, i + 1);
        bits = classes[bytes[i]!]!;
        const size = i - start;
        // A word between blanks, as most are: nothing but its spelling can matter.
        if (bytes[i] === 0x20 && start === tokenStart && size > 1) {
          singles = 0;
          tokenStart = i + 1;
          if (size >= codeLength) {
            coded = true;
            long = true;
          }
          if (size < 3) continue;
          if (!isTaken(codedSlots, slotOfLetters(bytes, start, i))) continue;
          (suspects ??= []).push(text.slice(start, i).toLowerCase());
          continue;
        }
        words++;
        letters += size;
        pieceLength += size;
        if (size >= 3) {
          const slot = slotOfLetters(bytes, start, i);
          const before = start > 0 ? bytes[start - 1]! : 0x20;
          const isSnake = bytes[i] === 0x5f || before === 0x5f;
          const isJoined = (bits & classes[before]! & joint) !== 0;
          if (isTaken(codedSlots, slot) || ((isSnake || isJoined) && isTaken(plainSlots, slot))) {
            const spelt = text.slice(start, i).toLowerCase();
            (suspects ??= []).push(spelt);
            if ((isSnake || isJoined) && plain.has(spelt)) {
              if (isSnake) snake++;
              if (isJoined) joints++;
            }
          }
          if (size >= longLength) long = true;
        }
      }
      // Here stands what is no ASCII letter.
      if (bits & (digit | leet | stroke | underscore | backslash | code | quote | mark)) {
        if (bits & digit) {
          digits++;
          if (i > 0 && classes[bytes[i - 1]!]! & digit) pairs++;
        }
        if (bits & leet) hasLeet = true;
        if (bits & stroke) {
          strokes++;
          if (bytes[i + 1] === 0x0a && bytes[i] === 0x2d) hyphened = true;
        }
        if (bits & (stroke | underscore) && i > 0) strokeGroups += partsMorse[bytes[i - 1]!]!;
        if (bits & backslash) escapes++;
        if (bits & code) coded = true;
        if (bits & quote) quotes++;
        if (bits & mark && i > 0 && classes[bytes[i - 1]!]! & letter && closes[bytes[i + 1]!] === 1) markup++;
      }
      if (bits & blank) {
        if (i - tokenStart >= codeLength) {
          coded = true;
        }
        if (words > 1 && letters >= 4 && letters <= 16 && mayBePlain(bytes, tokenStart, i, letters, plainSlots)) {
          const spelt = joinLetters(text, tokenStart, i);
          if (plain.has(spelt)) split++;
          else if (misspeltWords.has(spelt)) slips++;
        }
        if (words === 0 && i > tokenStart) lone++;
        if (hasLeet && letters > 0) mixed++;
        tokenStart = i + 1;
        words = 0;
        letters = 0;
        hasLeet = false;
      }
      if (bits & separator) {
        if (pieceLength === 1) {
          if (++singles > spaced) spaced = singles;
        } else if (pieceLength > 1) singles = 0;
        pieceLength = 0;
      } else if (!(bits & tail)) pieceLength++;
    }
    if (suspects)
      for (const spelt of suspects) {
        if (rotatedWords.has(spelt)) rotated++;
        if (backwardsWords.has(spelt)) backwards++;
        if (misspeltWords.has(spelt)) misspelt++;
        if (pieceWords.has(spelt)) pieces++;
        if (spellingWords.has(spelt)) spelling++;
        const cipher = shifted.get(spelt);
        if (cipher === undefined || spelt === lastShifted) continue;
        lastShifted = spelt;
        ballot = addVote(ballot, cipher, spelt.length);
      }
    return {
      rotated,
      backwards,
      shift: readBallot(ballot),
      misspelt,
      slips,
      pieces,
      spelling,
      joints,
      lone,
      markup,
      order: ascii && isTurned(text),
      quotes,
      long,
      strewn,
      split,
      snake,
      mixed,
      spaced,
      digits,
      pairs,
      escapes,
      strokes,
      strokeGroups,
      coded,
      hyphened,
      ascii,
      odd,
      cyrillic,
      accented,
      far,
    };
  };
}

/**
 * Reads a text once, about 2 ns a character. Everything here also holds for Python's twin, whose offsets are code points.
 */
export const readTraits = createTraitsReader();

const maxTurned = 1024;

/** Whether a short text's first word ends a sentence and its last one, which begins with a capital, does not. */
function isTurned(text: string): boolean {
  const blank = text.indexOf(" ");
  const capital = text.charCodeAt(text.lastIndexOf(" ") + 1);
  return (
    blank > 1 &&
    text.length <= maxTurned &&
    ".!?".includes(text.charAt(blank - 1)) &&
    capital >= 0x41 &&
    capital <= 0x5a &&
    isAsciiLetter(text.charCodeAt(text.length - 1))
  );
}

/** The ASCII letters of a stretch, small. */
const joinLetters = (text: string, start: number, end: number): string =>
  text
    .slice(start, end)
    .replace(/[^A-Za-z]+/g, "")
    .toLowerCase();
