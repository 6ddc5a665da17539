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
  "(?:😀|x).?ignore[^b]rules",
  "[0-9a-f]{2}[.][0-9a-f]{2}[.]zz",
  "\\w{2}end of.{0,2}text$",
  "(?i)skip(?: it| all)?[^\\S\\n]*\\n",
  "重置.忘",
  "[^\\n]{0,4}end(?:ing|ed)?[,;]",
];

const compile = (chosen: readonly string[]): PatternSet => {
  const result = compileSet(chosen.map((source, i) => ({ id: `${i}`, source })));
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.set;
};

const fillers = Array.from({ length: 20 }, (_, i) => `filler${String.fromCharCode(97 + i)}q[xz]+`);
const pieces = [
  ..."send|stop|STOP|now|mary|Mary|John|Smith|ignore|rules|end|end of|text|ending|skip it|skip all|重置|忘|zz".split(
    "|",
  ),
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
});
