import { letterSounds } from "../gen/views";
import { correctWord } from "./misspelt";
import { readWordTable } from "./view-words";

/** Tags, comments and marks that may stand within words; in a regular expression, repeated: rows of marks are read in one way only. */
export const markup =
  "<!--[^>]{0,64}-->|<\\/?[A-Za-z][^<>]{0,32}>|\\/\\*[^*]{0,32}\\*\\/|\\*\\*|\\\\[a-z]{2,10}\\{|[{}\\[\\]`\\\\]";

const pictures = /(?:[\u2190-\u2bff\u{1f000}-\u{1faff}]|\ufe0f|\u200d)+/gu;

/** Pictures between letters taken out, or blanks in their place where what they part is longer than a letter. */
export function takePictures(text: string): string {
  const parts = text.split(pictures);
  const singles = parts.filter((part) => /^ *[^ ] *$/u.test(part)).length;
  return text.replace(pictures, singles * 2 >= parts.length ? "" : " ").replace(/ {2,}/g, " ");
}

const joint = /[.\-/|*+~]/g;
/** Four words or more that such signs join; what they say, where it is words. */
export const joinedRun = /(?<![A-Za-z])[A-Za-z]+(?:[.\-/|*+~][A-Za-z]+){3,}/g;
export function readJoined(run: string): string | undefined {
  const said = run.replace(joint, " ");
  return saysWords(said) ? said : undefined;
}

const letters = "A-Za-z\\u00c0-\\u1fff\\u3040-\\ud7ff";
const lone = `[${letters}]{1,24}[.,;:!?]?`;
/** Words with a few signs, numbers or bullets between each two. */
export const loneRun = new RegExp(
  `(?<![^ \\t\\r\\n])${lone}(?:[ \\t\\r\\n]{1,4}(?:[^${letters} \\t\\r\\n]{1,4}[ \\t\\r\\n]{1,4}){1,4}${lone}){3,}`,
  "gu",
);
const loneWord = new RegExp(`[${letters}]+[.,;:!?]?`, "gu");

/** The words of such a run. */
export const readLone = (run: string): string => (run.match(loneWord) ?? []).join(" ");

const literal = "(?:\"[^\"\\n]{0,48}\"|'[^'\\n]{0,48}'|\\[[^\\]\\[\\n]{1,24}\\])";
/** Literals that only signs, or names and what gives them a value, stand between. */
export const literalRun = new RegExp(
  `${literal}(?:[ \\t\\r\\n+,.;:&|(){}\\[\\]]{0,6}(?:(?:const |let |var |\\$)?["']?[A-Za-z_][A-Za-z0-9_]{0,11}["']?[ ]?(?:=|:=|:)[ ]?)?${literal}){2,200}`,
  "gu",
);
const memberName = /"[^"\n]{0,48}"[ ]?:/gu;
const literalPart = new RegExp(literal, "gu");

/** What literals say one behind the other: joined as they are where some hold a blank, else as words where most are known. */
export function readLiterals(run: string): string | undefined {
  const parts = (run.replace(memberName, "").match(literalPart) ?? []).map((part) => part.slice(1, -1));
  const { known } = readWordTable();
  const words = parts.filter((part) => known.has(part.toLowerCase().replace(/[^a-z]+/g, ""))).length;
  if (parts.some((part) => part.includes(" ")) && words * 2 < parts.length) return parts.join("");
  return words * 2 >= parts.length && parts.some((part) => /../su.test(part))
    ? parts.join(" ").replace(/ {2,}/g, " ")
    : (cutLetters(parts.join("")) ?? parts.join(""));
}

/** Letters that one text may have joined and cut into words. */
const maxCut = 2048;
const longest = 14;
const looksFirst = 48;
/** So many letters that differ are in every row of so many words. */
const leastLetters = 6;

/** Known words of a row of letters, the longest first at each place, apart; what is none stays as it is. Their letters are told too. */
export function cutRow(
  row: string,
  listed: ReadonlySet<string>,
): { readonly text: string; readonly words: number; readonly letters: number } {
  const small = row.toLowerCase();
  let out = "";
  let loose = false;
  let words = 0;
  let letters = 0;
  for (let at = 0; at < row.length; ) {
    let size = Math.min(longest, row.length - at);
    while (size > 0 && !(size > 1 && listed.has(small.slice(at, at + size)))) size--;
    if (size === 0) {
      out += loose || out === "" ? row.charAt(at) : ` ${row.charAt(at)}`;
      loose = true;
      at++;
    } else {
      out += out === "" ? row.slice(at, at + size) : ` ${row.slice(at, at + size)}`;
      loose = false;
      words++;
      letters += size;
      at += size;
    }
  }
  return { text: out, words, letters };
}

export const longRun = /[A-Za-z]{18,512}/g;

/** A row of letters cut into words where at least three are known and make three quarters of it. */
export function cutLetters(row: string): string | undefined {
  if (!/^[!-~]+$/.test(row)) return undefined;
  const { known } = readWordTable();
  // Most long rows are no words, and that is told from where they begin.
  if (row.length > 2 * looksFirst) {
    const begun = row.slice(0, looksFirst);
    if (new Set(begun).size < leastLetters || cutRow(begun, known).letters * 2 < looksFirst) return undefined;
  }
  const { text, words, letters } = cutRow(row, known);
  return words >= 3 && letters * 4 >= row.length * 3 ? text : undefined;
}

/** All letters of a text in one row, cut into words. */
export const joinPieces = (text: string): string =>
  cutLetters(text.replace(/[^A-Za-z]+/g, "").slice(0, maxCut)) ?? text;

/** Words in pieces joined with those behind them, where that makes a known word of an unknown one; two core words at least. */
export function joinTokens(text: string): string {
  const { known, core } = readWordTable();
  const tokens = text.split(" ");
  const out: string[] = [];
  let joints = 0;
  for (let at = 0; at < tokens.length; ) {
    let joined = tokens[at] ?? "";
    let size = 1;
    for (let next = 1; next <= 2 && at + next < tokens.length; next++) {
      const row = tokens.slice(at, at + next + 1);
      const word = row.join("");
      if (!known.has(bareWord(word)) || row.every((part) => known.has(bareWord(part)))) continue;
      joined = word;
      size = next + 1;
    }
    if (size > 1 && core.has(bareWord(joined))) joints++;
    out.push(joined);
    at += size;
  }
  return joints >= 2 ? out.join(" ") : text;
}

/** Small, without what stands behind its last letter. */
const bareWord = (word: string): string => /^(?:.*[a-z])?/s.exec(word.toLowerCase())?.[0] ?? "";

/** Misspelt words as they are meant. */
export function correctWords(text: string): string {
  const { known, misspelt } = readWordTable();
  return text.replace(
    /[A-Za-z][A-Za-z*]{1,23}/g,
    (word) => correctWord(word.toLowerCase().replaceAll("*", ""), known, misspelt) ?? word,
  );
}

/** Words of the spelling alphabet as letters. */
export function readSpelling(text: string): string {
  const { spelling } = readWordTable();
  return text.replace(/x-ray|[A-Za-z]{4,8}/gi, (word) =>
    spelling.has(word.toLowerCase().replace("-", "")) ? word.charAt(0).toLowerCase() : word,
  );
}

const letterOf = (at: number): string => String.fromCharCode(96 + at);

/** The square leaves one letter out: the one behind so many. */
const readSquare = (run: string, most: number): string =>
  run.replace(/[1-5][1-5]/g, (pair) => {
    const at = 5 * (Number(pair.charAt(0)) - 1) + Number(pair.charAt(1));
    return letterOf(at > most ? at + 1 : at);
  });

/** Numbers as letters, as they are counted in the alphabet, in a square of five, on keys of a telephone. */
export const numberReadings: readonly ((run: string) => string)[] = [
  (run) =>
    run.replace(/[0-9]+/g, (digits) =>
      Number(digits) > 0 && Number(digits) <= 26 ? letterOf(Number(digits)) : digits,
    ),
  (run) => readSquare(run, 9),
  (run) => readSquare(run, 10),
  (run) =>
    run
      .replace(/([2-9])\1{0,3}/g, (keys, key: string) => {
        const first = [1, 4, 7, 10, 13, 16, 20, 23][Number(key) - 2] ?? 1;
        return letterOf(first + keys.length - 1);
      })
      .replace(/ 0 /g, "  "),
];

/** The letters and signs of ASCII moved by half their number. */
export const rotate47 = (text: string): string =>
  text.replace(/[!-~]/g, (one) => String.fromCharCode(33 + ((one.charCodeAt(0) + 14) % 94)));

/** Whether at least three words of a text are known, and half of them. */
export function saysWords(text: string): boolean {
  const { known } = readWordTable();
  const words = text.toLowerCase().match(/[a-z]{3,}/g) ?? [];
  const found = words.filter((word) => known.has(word)).length;
  return found >= 3 && found * 2 >= words.length;
}

const firstLetter = /(?<![^\n])[A-Za-z]/g;
const leastLines = 12;

/** What the first letters of lines say, where that is words. */
export function readFirstLetters(text: string): string {
  const found = text.match(firstLetter);
  if (!found || found.length < leastLines || found.length > maxCut) return text;
  const said = cutRow(found.join(""), readWordTable().known).text;
  return saysWords(said) ? said : text;
}

/** Words of English in Greek or Cyrillic letters, letter by letter. */
export function readSounds(text: string): string {
  let out = "";
  for (const one of text.toLowerCase()) out += Object.hasOwn(letterSounds, one) ? letterSounds[one] : one;
  return saysWords(out) ? out : text;
}
