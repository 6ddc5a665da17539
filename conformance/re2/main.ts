import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RE2JS } from "re2js";
import {
  compileSet,
  createRe2WasmEngine,
  type PatternSet,
  type Re2WasmConstructor,
} from "../../packages/core/src/match/index";

/**
 * Runs RE2's published search cases: `npm run conformance:re2 -- <file>`, the file in JSON Lines with `regexp`, `string` and
 * the four expected matches. Leftmost-longest is answered by the native engine, leftmost-first through an oracle
 * (native has no priorities among branches, so it never claims that one). Offsets in the file count UTF-8 bytes. Exit status 0 when
 * every case is right, 1 when one is wrong, 2 when the file cannot be read.
 */
interface SearchCase {
  readonly regexp: string;
  readonly string: string;
  readonly anchored_both: string;
  readonly unanchored: string;
  readonly anchored_both_longest: string;
  readonly unanchored_longest: string;
}

type Offsets = { readonly start: number; readonly end: number } | undefined;

const { RE2 } = createRequire(import.meta.url)("re2-wasm") as { RE2: Re2WasmConstructor };
const wasm = createRe2WasmEngine(RE2);

/**
 * Leftmost-first, by an oracle: re2js, which follows today's RE2 in `(|a)*` (re2-wasm 1.0.2 is older than that correction);
 * re2-wasm for `\C`, which re2js does not know.
 */
function findFirst(regexp: string, text: string): Offsets {
  if (regexp.includes("\\C")) return wasm.findFirst(regexp, text);
  const matcher = RE2JS.compile(regexp).matcher(text);
  return matcher.find() ? { start: matcher.start(), end: matcher.end() } : undefined;
}

function findLongest(regexp: string, text: string): Offsets | string {
  const result = compileSet([{ id: "case", source: regexp }]);
  if (!result.ok) return `refused: ${result.problems[0]?.message}`;
  const set: PatternSet = result.set;
  const first = set.spans(text, 0)[0];
  return set.scan(text).length > 0 === (first !== undefined) ? first : "scan and spans disagree";
}

/** Writes a match as the file does: byte offsets, or `-`. */
function write(text: string, found: Offsets | string): string {
  if (typeof found === "string") return found;
  if (found === undefined) return "-";
  const bytes = (end: number) => Buffer.byteLength(text.slice(0, end));
  return `${bytes(found.start)}-${bytes(found.end)}`;
}

const wholeMatch = (expected: string): string => expected.split(" ")[0]!;

function checkCase(row: SearchCase): string[] {
  const anchored = `\\A(?:${row.regexp})\\z`;
  const answers: [string, string, string][] = [
    ["longest", row.unanchored_longest, write(row.string, findLongest(row.regexp, row.string))],
    ["longest, anchored", row.anchored_both_longest, write(row.string, findLongest(anchored, row.string))],
    ["first", row.unanchored, write(row.string, findFirst(row.regexp, row.string))],
    ["first, anchored", row.anchored_both, write(row.string, findFirst(anchored, row.string))],
  ];
  return answers
    .filter(([, expected, answer]) => wholeMatch(expected) !== answer)
    .map(
      ([kind, expected, answer]) =>
        `${row.regexp} on ${JSON.stringify(row.string)}, ${kind}: expected ${expected}, got ${answer}`,
    );
}

const file = process.argv[2];
if (file === undefined) {
  console.error("name the file of search cases: npm run conformance:re2 -- <file>");
  process.exit(2);
}
const rows = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => JSON.parse(line) as SearchCase);
const wrong = rows.map(checkCase);
for (const line of wrong.flat()) console.log(line);
const right = wrong.filter((lines) => lines.length === 0).length;
console.log(`${right} of ${rows.length} cases right (4 answers each)`);
process.exit(right === rows.length ? 0 : 1);
