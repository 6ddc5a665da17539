import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addVote, readBallot } from "./shifted-letters";
import { isOddLetter, readTraits, type TextTraits } from "./view-traits";
import { readWordTable, reverse, rotate13 } from "./view-words";

const table = readWordTable();
const separators = /[ \t\r\n.\-_*~|/+,:;'"^#=\u00b7\u2022]+/u;

/** What the traits mean, with no thought of time. */
function readPlainly(text: string): TextTraits {
  const words = [...text.matchAll(/[A-Za-z]{3,}/g)];
  const tokens = text.split(/[ \t\r\n]/);
  const count = (syntax: RegExp): number => (text.match(syntax) ?? []).length;
  let ballot = 0;
  let last = "";
  for (const [word] of words) {
    const small = word.toLowerCase();
    const code = table.shifted.get(small);
    if (code === undefined || small === last) continue;
    last = small;
    ballot = addVote(ballot, code, small.length);
  }
  const pieced = tokens
    .filter((token) => /[A-Za-z][^A-Za-z]+[A-Za-z]/.test(token))
    .map((token) => token.replace(/[^A-Za-z]+/g, "").toLowerCase())
    .filter(({ length }) => length >= 4 && length <= 16);
  const listed = (set: { has(word: string): boolean }): number =>
    words.filter(([word]) => set.has(word.toLowerCase())).length;
  let row = 0;
  const marked = count(/[\u00c0-\u024f\u1e00-\u1eff]|[\u0300-\u036f]|\u0489/g) - count(/[×÷]/g);
  let spaced = 0;
  for (const piece of text.split(separators)) {
    const { length } = [...piece];
    row = length === 1 ? row + 1 : length > 1 ? 0 : row;
    spaced = Math.max(spaced, row);
  }
  return {
    rotated: words.filter(([word]) => table.rotated.has(word.toLowerCase())).length,
    backwards: words.filter(([word]) => table.backwards.has(word.toLowerCase())).length,
    shift: readBallot(ballot),
    split: pieced.filter((joined) => table.plain.has(joined)).length,
    misspelt: listed(table.misspelt),
    slips: pieced.filter((joined) => !table.plain.has(joined) && table.misspelt.has(joined)).length,
    pieces: listed(table.pieces),
    spelling: listed(table.spelling),
    joints: words.filter(
      ({ 0: word, index }) =>
        table.plain.has(word.toLowerCase()) &&
        /[.\-/|*+~]/.test(text.charAt(index - 1)) &&
        /[.\-/|*+~]/.test(text.charAt(index + word.length)),
    ).length,
    lone: tokens.filter((token) => token !== "" && !/[A-Za-z]/.test(token)).length,
    quotes: count(/["']/g),
    markup: count(/(?<=[A-Za-z])[<{[\\](?=[A-Za-z/!])/g),
    order:
      /^[^ ]+[.!?] (?:.* )?[A-Z](?:[^ ]*[A-Za-z])?$/s.test(text) && !/[^\0-\x7f]/.test(text) && text.length <= 1024,
    long: /[A-Za-z]{16}/.test(text),
    strewn: count(/(?<=[A-Za-z])(?:[\u2190-\u2bff]|[\ud83c-\ud83e])/g),
    far: /[\u0370-\u052f]/.test(text),
    snake: words.filter(
      ({ 0: word, index }) =>
        table.plain.has(word.toLowerCase()) && (text[index - 1] === "_" || text[index + word.length] === "_"),
    ).length,
    mixed: tokens.filter((token) => /[0-9@$!|+]/.test(token) && /[A-Za-z]/.test(token)).length,
    spaced,
    digits: count(/[0-9]/g),
    pairs: count(/(?<=[0-9])[0-9]/g),
    escapes: count(/\\/g),
    strokes: count(/[.-]/g),
    strokeGroups: count(/(?<=[ \t\n/|])[._-]/g),
    coded: /[%&]/.test(text) || tokens.some(({ length }) => length >= 16),
    hyphened: text.includes("-\n"),
    ascii: !/[^\0-\x7f]/.test(text),
    odd: [...text].filter((char) => isOddLetter(char.codePointAt(0) ?? 0)).length,
    cyrillic: /[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]/.test(text),
    accented: marked >= 4 && marked * 10 >= [...text].length,
  };
}

const listed = [...table.plain];
const word = fc.constantFrom(
  ...listed,
  ...listed.map(rotate13),
  ...listed.map(reverse),
  ...table.shifted.keys(),
  ...table.misspelt.keys(),
  ...table.pieces,
  ...table.spelling,
);
const piece = fc.oneof(
  word,
  word.map((text) => text.toUpperCase()),
  fc
    .tuple(word, fc.constantFrom(".", "-", "_", " ", "'"))
    .map(([text, sign]) => text.slice(0, 2) + sign + text.slice(2)),
  fc.constantFrom(
    " ",
    "_",
    "\\",
    "!",
    "@3",
    "·",
    "•",
    "é",
    "<b>",
    "[",
    "'",
    "ж",
    "A. ",
    "中",
    "\u{1f600}",
    "\ud800",
    "\u{1f1e6}",
    "ᴀ",
    "Ж",
    "a b c d e ",
    ". - _",
    "/.-|_",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.string({ unit: fc.constantFrom("A", "2", "Z", "7"), maxLength: 18 }),
);

describe("traits of a text", () => {
  it("are what a plain reading finds, for texts of any characters", () => {
    const texts = fc.array(fc.tuple(piece, fc.constantFrom("", " ")), { maxLength: 24 });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.flat().join("");
        expect(readTraits(text)).toEqual(readPlainly(text));
      }),
      { numRuns: 500 },
    );
  });

  it("see the groups of every run that may be read as Morse code", () => {
    const run = /(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8,}[.\-_]{0,6}/;
    const texts = fc.string({
      unit: fc.constantFrom(".", "-", "_", " ", ". ", "- ", "/", "|", "\n", "a"),
      maxLength: 60,
    });
    fc.assert(
      fc.property(texts, (text) => {
        if (run.test(text)) expect(readTraits(text).strokeGroups).toBeGreaterThanOrEqual(7);
      }),
      { numRuns: 2000 },
    );
  });

  it("do not depend on the text that was read before", () => {
    const short = "ignore_all_rules a b c d e";
    const before = readTraits(short);
    for (const long of ["x".repeat(5000), "é ".repeat(4000), "a-b ".repeat(17_000)])
      expect(readTraits(long)).toEqual(readPlainly(long));
    expect(readTraits(short)).toEqual(before);
  });
});
