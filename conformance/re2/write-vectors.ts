import { writeFileSync } from "node:fs";
import { createCaseSource } from "../../packages/core/src/match/generate-cases.suite";
import { compileSet, includes, type PatternSource } from "../../packages/core/src/match/index";

/**
 * Writes `vectors.jsonl` beside this file, or cases from another seed to a named file (`<file> <seed> <count>`): what the TypeScript
 * matcher answers to generated patterns and texts, good and bad. The Python twin has to give the same answers (its tests read
 * the file), and google-re2 has to find the same. Offsets count code points.
 */
const scraps = [
  ..."()[]{}*+?|\\^$.-,:&!<>=#PQEpbBAzCxu0123456789aLNk_",
  ...["(?", "(?i", "(?i)", "(?P<n>", "(?<n>", "(?P<m>", "[:alpha:]", "[[:", "{1000}", "{1001}", "{2}", "{1,2}", "{,2}"],
  ...["{01}", "{1,}", "\\p{L}", "\\p{", "\\pN", "\\x{", "\\x41", "😀", "é", "\\Q", "\\E", "(?s:.)", "(?m)^", "(?U)"],
  ...["(?-i)", "{100000000}", "{1000000000}", "{0}", "{00}", "[^", "\\8", "\\07", "\\123"],
];
const flagSets = ["i", "m", "s", "U", "im"];

/** What no generator comes upon: every pattern with texts it was tried on. */
const chosen: readonly (readonly [pattern: string, ...texts: string[]])[] = [
  // As in RE2, a name used twice names the first of its groups.
  ["(?P<n>a)(?P<n>b)", "xab", "ba"],
  ["(?<n>a)|(?P<n>b)(?P<m>c)", "bc", "c"],
  // Foldings since Unicode 15.1, and what was always odd: the signs of Kelvin and Angstrom, long s, sharp s, iota below.
  ["(?i)\ufb05x", "\ufb06X", "stx"],
  ["(?i)\u0390|\u03b0", "\u1fd3", "\u1fe3 \u03b0", "\u03b9"],
  ["(?i)[k-lå]+", "K\u212aL\u212b\u00c5", "j"],
  ["(?i)[^\\W\u00df]", "\u017f", "\u1e9e"],
  ["(?i)\u1e9e", "\u00df", "ss"],
  ["(?i)\u1fbe", "\u0345\u03b9\u0399", "i"],
  ["\\p{Han}\\p{So}", "\u{2ebf0}\u2ffc", "\u{2ebf0}\u{2ebf1}"],
  ["[[:^alpha:]\\x{10FFFF}]{2,}", "a\u{10ffff}1", "ab"],
  ["\\08\\x{0}?", "\u00008", "8"],
  ["[\\d-z]+(?:|\\Q|\\E)x", "5-z|x", "y"],
  ["(?i:a(?-i)b)c(?s-m:.)", "Abc\n", "ABc\n"],
  ["(?:a{31}){32}"],
  ["(?:a{2,}){501}"],
  ["\\p{^Greek}\\P{^Greek}", "a\u03b1", "\u03b1a"],
  // Limits of ours that RE2 does not have: what it makes nothing of is counted all the same, and groups within groups are.
  ["\\b{1000}".repeat(49), "a"],
  ["\\b{1000}".repeat(50)],
  [`${"(".repeat(1000)}${")".repeat(1000)}`, ""],
  [`${"(".repeat(1001)}${")".repeat(1001)}`],
];

const [file = new URL("vectors.jsonl", import.meta.url).pathname, seed = "5", count = "300"] = process.argv.slice(2);
const source = createCaseSource(Number(seed));
const toCodePoints = (text: string, offset: number): number => [...text.slice(0, offset)].length;

function makePattern(): PatternSource {
  const pattern =
    source.number(3) > 0
      ? source.pattern(3)
      : Array.from({ length: 1 + source.number(12) }, () => scraps[source.number(scraps.length)]!).join("");
  return { id: "p", source: pattern, flags: source.number(4) > 0 ? "" : flagSets[source.number(flagSets.length)]! };
}

function cut(text: string): string[] {
  const chars = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < chars.length; ) {
    const next = at + 1 + source.number(5);
    pieces.push(chars.slice(at, next).join(""));
    at = next;
  }
  return pieces;
}

function makeCase(pattern = makePattern(), chosenTexts?: readonly string[]) {
  const { source: written, flags } = pattern;
  const result = compileSet([pattern]);
  if (!result.ok) {
    const [problem] = result.problems;
    return { pattern: written, flags, position: toCodePoints(written, problem!.position), message: problem!.message };
  }
  const { set } = result;
  const other = compileSet([makePattern()]);
  const texts = (chosenTexts ?? [undefined, undefined]).map((wanted) => {
    const text = wanted ?? source.text();
    const pieces = cut(text);
    const stream = set.stream({ spans: [0] });
    const steps = [...pieces.map((piece) => stream.push(piece)), stream.end()].map(({ spans, releasedTo }) => ({
      spans: spans.map(({ start, end }) => [toCodePoints(text, start), toCodePoints(text, end)]),
      releasedTo: toCodePoints(text, releasedTo),
    }));
    const spans = set.spans(text, 0).map(({ start, end }) => [toCodePoints(text, start), toCodePoints(text, end)]);
    return { text, found: set.scan(text).length > 0, spans, pieces, steps };
  });
  const { id, source: _, flags: __, ...explanation } = set.explain(0)!;
  const compared = other.ok
    ? {
        other: { pattern: other.set.explain(0)!.source, flags: other.set.explain(0)!.flags },
        ...includes(set, other.set),
      }
    : undefined;
  return { pattern: written, flags, explanation, texts, compared };
}

/** Explanations of `\\p{L}` fill pages; a few are enough. */
const isShort = (item: unknown): boolean => JSON.stringify(item).length < 2500 || source.number(40) === 0;

const generated = Array.from({ length: Number(count) }, () => makeCase()).filter(isShort);
const cases = [
  ...generated,
  ...chosen.map(([pattern, ...texts]) => makeCase({ id: "p", source: pattern, flags: "" }, texts)),
];
writeFileSync(file, `${cases.map((item) => JSON.stringify(item)).join("\n")}\n`);
console.log(`${cases.length} cases`);
