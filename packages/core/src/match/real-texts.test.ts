import { describe, expect, it } from "vitest";
import { injectionPatterns, piiCategories } from "../gen/detectors";
import { compileSet, type PatternSource } from "./index";
import { conversations } from "./real-texts.suite";

/** As sets of plans hold them: what is a token by itself is searched elsewhere, and what needs a word beside it is looked for by that word. */
const catalogue: readonly PatternSource[] = [
  ...injectionPatterns.map(({ id, source }) => ({ id, source, flags: "i" })),
  ...piiCategories
    .flatMap(({ patterns }) => patterns.filter(({ lane }) => lane === "text"))
    .map(({ id, source, flags, gate }) => (gate === "" ? { id, source, flags } : { id, source: gate, flags: "i" })),
];

/** Pieces of the conversations, put together anew with digits, signs and halves of surrogate pairs between them. */
function mixTexts(count: number): string[] {
  let state = 11;
  const below = (limit: number) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % limit;
  const between = [" ", "\n", "", " 4111 1111 ", "@", "://", "-AB12 345", "\ud83d", "🔓", "É", "K", "ſ", "0x9f", "\t"];
  return Array.from({ length: count }, () => {
    let text = "";
    for (let i = 2 + below(5); i > 0; i--) {
      const from = conversations[below(conversations.length)]!;
      const at = below(from.length);
      text += from.slice(at, at + 5 + below(60)) + between[below(between.length)]!;
    }
    return below(3) === 0 ? text.toUpperCase() : text;
  });
}

function compile(patterns: readonly PatternSource[], maxBytes?: number) {
  const result = compileSet(patterns, maxBytes === undefined ? {} : { maxBytes });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.set;
}

describe("the whole catalogue on real texts", () => {
  const set = compile(catalogue);
  const texts = [...conversations, ...mixTexts(200)];

  it("finds what each pattern finds when it is searched alone", { timeout: 120_000 }, () => {
    const expected = texts.map((): number[] => []);
    for (const [index, pattern] of catalogue.entries()) {
      const alone = compile([pattern]);
      for (const [at, text] of texts.entries()) if (alone.scan(text).length > 0) expected[at]!.push(index);
    }
    expect(texts.map((text) => [...set.scan(text)])).toEqual(expected);
  });

  it("builds nothing more the second time, and empties no cache", () => {
    const set = compile(catalogue);
    for (const text of texts) set.scan(text);
    const before = set.stats();
    for (const text of texts) set.scan(text);
    const after = set.stats();
    expect(after.builtTransitions - before.builtTransitions).toBeLessThan(texts.length);
    expect(after.cacheFlushes).toBe(0);
    expect(after.bytes).toBeLessThanOrEqual(after.maxBytes);
  });

  it("answers the same from a third of the memory", () => {
    const third = Math.floor(set.stats().maxBytes / 3);
    const small = compile(catalogue, third);
    for (const text of texts.filter((_, i) => i % 6 === 0)) expect(small.scan(text)).toEqual(set.scan(text));
    expect(small.stats().bytes).toBeLessThanOrEqual(third);
  });
});
