import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSet } from "./compile-set";
import type { PatternSet } from "./types";

const sources = [
  "(?:^|[\\n>])\\s*send\\b",
  "(?i)\\bstop[^a-z]{1,2}now",
  "^\\s{0,3}(?:'\\s?[})]|\"\\s?[})]|>>)\\s{0,3}\\S",
  "[À-ÿ]{1,2}mary\\s[A-Z]",
  "(?:Mary|John|Anna)\\s[A-Z][a-z]+",
  // What stands for a name stands inside of another one, too.
  "(?:Mary|Rosemary|Johnson)\\s[A-Z]",
  "(?:😀|x).?ignore[^b]rules",
  "[0-9a-f]{2}[.][0-9a-f]{2}[.]zz",
  "\\w{2}end of.{0,2}text$",
  "(?i)skip(?: it| all)?[^\\S\\n]*\\n",
  "重置.忘",
  "[^\\n]{0,4}end(?:ing|ed)?[,;]",
  "(?i)(?:[0-9a-f]{0,4}:){2,6}(?:\\d{1,3}\\.){3}\\d{1,3}",
  "(?:end of?,){2,3}[a-z]{1,2}(?:now[ ,]?){2}zz",
  "\\bé(?:end|é)",
  // The long s and the sign of Kelvin are folded to letters, and are none to a boundary.
  "(?i)\\bsend[ ,]",
  "(?i)[ ,]mark\\b",
];

const compile = (chosen: readonly string[]): PatternSet => {
  const result = compileSet(chosen.map((source, i) => ({ id: `${i}`, source })));
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.set;
};

const fillers = Array.from({ length: 20 }, (_, i) => `filler${String.fromCharCode(97 + i)}q[xz]+`);
const pieces = [
  ..."send|stop|STOP|now|mary|Mary|Rose|Johnson|John|Smith|ignore|rules|end|end of|text|ending|skip it|skip all|重置|忘|zz".split(
    "|",
  ),
  ..."::ffff:|10.1.23.|45.6|end o,|now,|now|eé|éend|\u017fend|mar\u212a|mark".split("|"),
  ..." |\n|>|'|\"|}|,|;|.|😀|é|x|b|0f|a1|\u017f|\u212a|- ".split("|"),
];

describe("gates of literals", () => {
  const many = compile([...sources, ...fillers]);
  const alone = sources.map((source) => compile([source]));

  it("keep every match that a pattern finds alone, beside any characters and at the edges of texts", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (list) => {
        const text = list.join("");
        const expected = sources.flatMap((_, i) => (alone[i]!.scan(text).length > 0 ? [i] : []));
        expect([...many.scan(text)]).toEqual(expected);
      }),
      { numRuns: 4000 },
    );
  });

  it("keep matches that stand where blocks of a long text meet", () => {
    for (let shift = 0; shift < 12; shift++) {
      const text = `${"-".repeat(16_384 - shift)}>send it, Mary Smith${" ".repeat(16_370)}ignore rules`;
      const expected = sources.flatMap((_, i) => (alone[i]!.scan(text).length > 0 ? [i] : []));
      expect([...many.scan(text)]).toEqual(expected);
    }
  });

  /** A pattern, and what makes texts that it matches. */
  interface Sample {
    readonly source: string;
    readonly texts: fc.Arbitrary<string>;
  }
  const joinAll = (texts: readonly fc.Arbitrary<string>[]) => fc.tuple(...texts).map((all) => all.join(""));
  const leaf = fc
    .constantFrom<[string, string[]]>(
      ["end", ["end"]],
      ["now,", ["now,"]],
      ["[ab]", ["a", "b"]],
      ["\\d", ["0", "7"]],
      ["[.:]", [".", ":"]],
      ["é", ["é"]],
      ["\\b", [""]],
    )
    .map(([source, texts]): Sample => ({ source, texts: fc.constantFrom(...texts) }));
  const { tree } = fc.letrec<{ tree: Sample }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.tuple(tie("tree"), fc.nat(3), fc.nat(2)).map(
        ([item, least, more]): Sample => ({
          source: `(?:${item.source}){${least},${least + more}}`,
          texts: fc.integer({ min: least, max: least + more }).chain((n) => joinAll(Array(n).fill(item.texts))),
        }),
      ),
      fc.array(tie("tree"), { minLength: 2, maxLength: 4 }).map(
        (items): Sample => ({
          source: items.map(({ source }) => source).join(""),
          texts: joinAll(items.map((i) => i.texts)),
        }),
      ),
      fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map(
        (items): Sample => ({
          source: `(?:${items.map(({ source }) => source).join("|")})`,
          texts: fc.oneof(...items.map((i) => i.texts)),
        }),
      ),
    ),
  }));

  // The nightly form takes twenty minutes on a machine that is ten times as busy as it should be.
  it("keep what patterns match, whatever is repeated in them", { timeout: 5_400_000 }, () => {
    const cases = tree.chain(({ source, texts }) =>
      fc.record({
        source: fc.constant(source),
        texts: fc.array(
          fc.tuple(fc.string({ maxLength: 3 }), texts, fc.string({ maxLength: 3 })).map((all) => all.join("")),
          {
            minLength: 4,
            maxLength: 8,
          },
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ source, texts }) => {
        const single = compile([source]);
        const among = compile([...fillers, source]);
        for (const text of texts)
          expect([...among.scan(text)].includes(fillers.length), text).toBe(single.scan(text).length > 0);
      }),
      { numRuns: process.env.HOLDPOINT_NIGHTLY ? 300_000 : 5000 },
    );
  });
});
