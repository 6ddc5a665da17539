import type { CodeRanges } from "./code-ranges";
import type { SyntaxTree } from "./syntax-tree";

/**
 * How often each ASCII character occurs in English text, in thousandths; what is not listed counts 1 (letters, digits and
 * signs) or next to nothing. A rough guess is enough: it only decides what is worth filtering, never an answer.
 */
const thousandths: Readonly<Record<string, number>> = {
  " ": 170,
  e: 98,
  t: 70,
  a: 63,
  o: 59,
  i: 55,
  n: 55,
  s: 50,
  r: 47,
  h: 40,
  l: 32,
  d: 30,
  u: 22,
  c: 23,
  m: 19,
  f: 17,
  p: 17,
  g: 15,
  w: 14,
  y: 14,
  b: 11,
  ",": 10,
  ".": 10,
  v: 8,
  k: 6,
  "\n": 8,
};

const odds = Float64Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return (thousandths[char] ?? (code > 32 && code < 127 ? 1.5 : 0.05)) / 1000;
});

/** What all characters outside ASCII have together. */
const otherOdds = 0.004;

/** Returns the chance that a character of ordinary text is in the ranges. */
export function rangesOdds(ranges: CodeRanges): number {
  let sum = 0;
  let others = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    for (let code = ranges[i]!; code <= ranges[i + 1]! && code < 128; code++) sum += odds[code]!;
    others += Math.max(0, ranges[i + 1]! - Math.max(127, ranges[i]!));
  }
  return Math.min(1, sum + otherOdds * Math.min(1, others / 10_000));
}

/** Words so frequent in English that their letters tell nothing, most frequent first; the n-th counts about 1 in 30 n characters. */
export const frequentText =
  "the of and to in is that for it as with on be this are by from or an you not your can will have all if use at which one has was they " +
  "but what when how we there new more any no do out other up some only its my about system data time user using file code first also " +
  "example into would should each make then like them these used so just set get here where way name now may very need help please text " +
  "information must two most through it's after such people work i'm know want see best find follow many provide number line list write " +
  "model add run test support output input content request response message question answer based " +
  "own page check using include create following same key give process between different start end value type return error";
const frequentWords = frequentText.split(" ");
const wordRanks = new Map(frequentWords.map((word, rank) => [word, rank + 1]));
const longestWord = Math.max(...frequentWords.map(({ length }) => length));
const longestBounded = longestWord + 2;

/** How addresses begin: however long, texts are full of them. What stands before `://` is a letter of some thirty. */
export const address = /^\0?(?:https?:|:\/\/)/;
const addressOdds = 0.003;

/** Returns roughly the chance that a literal, folded by `foldUnit`, begins at a given place of ordinary text. */
export function literalOdds(bounded: string): number {
  const { length } = bounded;
  const second = length > 1 ? bounded.charCodeAt(1) : 0;
  const first = bounded.charCodeAt(0) || second;
  // What begins neither like `http` nor with a colon is no address, unless one letter of it is left.
  if ((first === 0x68 || first === 0x3a) && address.test(bounded)) return addressOdds;
  if (second === 0x3a && bounded.startsWith("://", 1)) return addressOdds / 30;
  // What is as long as that is no frequent word of English.
  if (length > (first > 0x7a ? 6 : longestBounded)) return longOdds[length] ?? 0;
  // Of so many letters the chances of each count for less than what words have, so they need not be asked for.
  if (fourLetters.test(bounded)) {
    const from = bounded.charCodeAt(0) === 0 ? 1 : 0;
    const to = bounded.charCodeAt(length - 1) === 0 ? length - 1 : length;
    const rank = to - from <= longestWord ? wordRanks.get(bounded.slice(from, to)) : undefined;
    return rank === undefined ? (wordOdds[to - from] ?? longWordOdds) : rankOdds(rank);
  }
  const last = bounded.length - 1;
  const begins = bounded.charCodeAt(0) === 0;
  const ends = bounded.charCodeAt(last) === 0;
  const from = begins ? 1 : 0;
  const to = ends ? last : last + 1;
  let product = 1;
  let letters = 0;
  let before = 0;
  for (let i = from; i < to; i++) {
    const unit = bounded.charCodeAt(i);
    if (unit >= 0x61 && unit <= 0x7a) letters++;
    // Other scripts count as a text in them would: an alphabet's letter, or one of thousands of signs. Digits, blanks and the like come in runs.
    const one = unitOdds[Math.min(unit, 128) + (unit >= 0x2e80 ? 1 : 0)]!;
    product *= unit === before && unit < 0x61 ? runOdds : one;
    before = unit;
  }
  // Most letters stand neither first nor last in a word.
  product /= begins ? 5 : 1;
  product /= ends ? 5 : 1;
  if (letters > 0 && letters <= longestWord) {
    const rank = wordRanks.get(bounded.slice(from, to).trim());
    if (rank !== undefined) return Math.max(product, rankOdds(rank));
  }
  return letters < to - from ? product : Math.max(product, wordOdds[letters] ?? longWordOdds);
}

const fourLetters = /^\0?[a-z]{4,}\0?$/;

const rankOdds = (rank: number): number => 1 / (30 * rank);
const longWordOdds = 1e-6;
/** By length: what is searched for are mostly words, which are far more frequent than their letters would make them. */
const wordOdds = [1, 0, 4e-3, 6e-4, 2e-4, 6e-5, 2e-5, 1e-5];
const digitOdds = 0.02;
/** The chance that a digit or sign is followed by the same kind. */
const runOdds = 0.4;
const letterOdds = 0.05;
const signOdds = 0.005;
/** By length: what so many letters have together. */
const longOdds = Float64Array.from({ length: 64 }, (_, length) => letterOdds ** length);
/** By unit of ASCII; then for letters and for signs of all other scripts. */
const unitOdds = Float64Array.from({ length: 130 }, (_, unit) =>
  unit === 0x30 ? digitOdds : (odds[unit] ?? (unit === 128 ? letterOdds : signOdds)),
);

/**
 * Returns roughly how many characters of ordinary text a tree stays alive for once begun, past what it needs: `\w+` a word,
 * `(?:\w+\W+){0,5}` five, `.*` for good. It is what lets the states of many patterns multiply.
 */
export function lingering(tree: SyntaxTree): number {
  switch (tree.kind) {
    case "sequence":
      return tree.items.reduce((sum, item) => sum + lingering(item), 0);
    case "choice":
      return tree.items.reduce((most, item) => Math.max(most, lingering(item)), 0);
    case "repeat": {
      const chance = Math.min(0.99, roundOdds(tree.item));
      const rounds = 1 / (1 - chance);
      const most = tree.max < 0 ? rounds : Math.min(rounds, tree.max);
      return most * (1 + lingering(tree.item)) * chance;
    }
    default:
      return 0;
  }
}

/** The chance that one more round of a repetition can be begun and finished, given that text goes on as it does. */
function roundOdds(tree: SyntaxTree): number {
  switch (tree.kind) {
    case "chars":
      return rangesOdds(tree.ranges);
    case "sequence": {
      // Words and what parts them take turns, so a word followed by its end is nearly sure.
      const parts = tree.items.map(roundOdds);
      const repeats = tree.items.filter((item) => item.kind === "repeat").length;
      const product = parts.reduce((p, part) => p * part, 1);
      return repeats >= 2 && repeats === tree.items.length
        ? Math.min(
            0.99,
            parts.reduce((sum, part) => sum + part, 0),
          )
        : product;
    }
    case "choice":
      return Math.min(
        1,
        tree.items.reduce((sum, item) => sum + roundOdds(item), 0),
      );
    case "repeat":
      return tree.min === 0 ? Math.max(0.5, roundOdds(tree.item)) : roundOdds(tree.item);
    default:
      return 1;
  }
}
