import { describe, expect, it } from "vitest";
import { createCaseSource } from "./generate-cases.suite";
import { compileSet, type PatternSource } from "./index";

/** Pieces that patterns and texts have in common, so that the first pass over literals finds something to look at. */
const pieces = [
  "ab",
  "é日",
  "x1-",
  "foo",
  "\\bkey\\b",
  "a{1,3}b",
  "(?:ab|ba)c",
  "k\\s+a",
  "\\w+@",
  "日本",
  "😀b",
  "(?:xabcy|b)",
  "verylongliteral(?:here|there)",
  "(?:a key b|\\bkey\\b)",
];
const inTexts = [
  "xabcy",
  "a key b",
  "ab",
  "é日",
  "x1-",
  "foo",
  " key ",
  "aab",
  "bac",
  "k  a",
  "w@",
  "日本",
  "😀b",
  " ",
  "\n",
];
const rounds = process.env["HOLDPOINT_NIGHTLY"] === undefined ? 60 : 400;

describe("a set large enough for a first pass over literals", () => {
  it("finds what each of its patterns finds alone, in texts longer than a block and in pieces too", {
    timeout: 500_000,
  }, () => {
    for (let seed = 1; seed <= rounds; seed++) {
      const source = createCaseSource(seed);
      const pick = (list: readonly string[]): string => list[source.number(list.length)]!;
      const alone = Array.from({ length: 24 }, (_, i): PatternSource => {
        const [before, after] = [source.number(3) > 0 ? pick(pieces) : "", source.number(3) > 0 ? pick(pieces) : ""];
        const flags = source.number(3) === 0 ? "i" : "";
        return { id: `p${i}`, source: `${before}(?:${source.pattern(3)})${after}`, flags };
      }).flatMap((pattern) => {
        const result = compileSet([pattern]);
        return result.ok ? [{ pattern, set: result.set }] : [];
      });
      const result = compileSet(alone.map(({ pattern }) => pattern));
      if (!result.ok) throw new Error(result.problems[0]!.message);
      for (let i = 0; i < 25; i++) {
        let text = i === 24 ? "abc ".repeat(4096).slice(source.number(9)) : "";
        for (let n = i < 15 ? 1 + source.number(6) : 60 + source.number(600); n > 0; n--) {
          text += source.text() + (source.number(3) === 0 ? pick(inTexts) : "");
        }
        const expected = alone.flatMap(({ set }, index) => (set.scan(text).length > 0 ? [index] : []));
        expect({ seed, text, found: result.set.scan(text) }).toEqual({ seed, text, found: expected });
        if (i > 17) continue;
        // Pieces of nothing too: half a surrogate pair is held back, and what is under way must not be forgotten then.
        const stream = result.set.stream();
        const streamed: number[] = [];
        for (let at = 0; at < text.length; ) {
          const next = at + source.number(i < 15 ? 8 : 90);
          streamed.push(...stream.push(text.slice(at, next)).found);
          at = next;
        }
        streamed.push(...stream.end().found);
        expect({ seed, text, streamed: streamed.sort((a, b) => a - b) }).toEqual({ seed, text, streamed: expected });
      }
    }
  });
});
