import { describe, expect, it } from "vitest";
import { compileSet, equivalent, includes, type PatternSet } from "./index";

const setOf = (...sources: string[]): PatternSet => {
  const result = compileSet(sources.map((source, i) => ({ id: `p${i}`, source })));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.set;
};

describe("a set", () => {
  it("gives the same frozen array whenever nothing matches", () => {
    const set = setOf("abc", "\\d{3}");
    expect(set.scan("nothing here")).toBe(set.scan("nor here"));
    expect(Object.isFrozen(set.scan(""))).toBe(true);
  });

  it("tells which patterns match, in ascending order, in long and short texts", () => {
    const set = setOf("zebra", "(?i)APPLE", "q$", "^x");
    const filler = "the quick brown fox jumps over the lazy dog ".repeat(300);
    expect(set.scan(`x ${filler} zebra ${filler} apple ${filler}q`)).toEqual([0, 1, 2, 3]);
    expect(set.scan(`${filler}é apple`)).toEqual([1]);
  });

  it("finds a match that straddles the borders of lanes and blocks, wherever it is", () => {
    const set = setOf("needle \\w+ end", "foo\\b");
    for (let at = 0; at < 600; at++) {
      const text = `${"a b ".repeat(200).slice(0, at)}needle x end${" c d".repeat(200)}`.slice(0, 800);
      expect(set.scan(text)).toEqual(at <= 788 ? [0] : []);
    }
  });

  it("finds a match in a long text that is not ASCII, wherever it is", () => {
    const set = setOf("日本", "needle", "é$");
    for (const filler of ["é ", "日 b", "😀", "a é日"]) {
      const long = filler.repeat(4000);
      for (let at = 0; at < long.length; at += 397) {
        expect(set.scan(`${long.slice(0, at)}日本${long.slice(at)}needleé`)).toEqual([0, 1, 2]);
      }
    }
  });

  it("finds lingering patterns among many through their rare parts", () => {
    const many = Array.from({ length: 60 }, (_, i) => `(?i)\\bverb${i}\\W+(?:\\w+\\W+){0,5}object${i % 7}s?\\b`);
    const set = setOf(...many);
    expect(set.scan("please verb3 all of the objects, then Verb12 our little object5.")).toEqual([12]);
    expect(set.scan("verb12 a b c d e f g object5")).toEqual([]);
  });

  // Found by reading the code: a literal that holds another one was passed over, since the inner one ends first.
  it("finds a match around a literal that holds another literal of its part", () => {
    const among = (source: string) => setOf(source, ...Array.from({ length: 20 }, (_, i) => `zzqx${i}qqqq`));
    expect(among("(?:abcdefgh|de)[0-9a-z]{3}Z").scan("xx abcdefgh123Z")).toEqual([0]);
    expect(among("(?:ab de fg|\\bde\\b)[0-9a-z]{3}Z").scan("xx ab de fg123Z")).toEqual([0]);
    expect(among("(?:abcd|bcd\\b)[ 0-9a-z]{3}Z").scan("abcd 12Z")).toEqual([0]);
  });

  it("follows programs of all sizes: 8, 16 and more bits for a node", () => {
    for (const count of [1, 9, 90, 1000]) {
      const set = setOf(`^(?:ab?c?d?){${count}}(?:ef?g?h?){${count}}(?:ij?k?l?){${count}}z`);
      const text = `${"ac".repeat(count)}${"e".repeat(count)}${"ijkl".repeat(count)}`;
      expect(set.scan(`${text}z`)).toEqual([0]);
      expect(set.spans(`${text}zz`, 0)).toEqual([{ start: 0, end: text.length + 1 }]);
      expect(set.scan(`${text}i`)).toEqual([]);
      expect(set.scan(`${text}iz`)).toEqual([]);
      expect(set.spans(text.slice(2), 0)).toEqual([]);
    }
  });

  it("takes lone surrogates for U+FFFD", () => {
    expect(setOf("a\ufffdb").scan("a\ud800b")).toEqual([0]);
    expect(setOf("a.b").scan("a\udc00b")).toEqual([0]);
    expect(setOf("\ufffd").spans("\udc00\ud83d\ude00\ud800", 0)).toEqual([
      { start: 0, end: 1 },
      { start: 3, end: 4 },
    ]);
  });

  it("gives leftmost-longest spans in UTF-16 units", () => {
    expect(setOf("a|ab|abc").spans("😀abcab", 0)).toEqual([
      { start: 2, end: 5 },
      { start: 5, end: 7 },
    ]);
    expect(setOf("b*").spans("abb", 0)).toEqual([
      { start: 0, end: 0 },
      { start: 1, end: 3 },
    ]);
    expect(setOf("a").spans("a", 7)).toEqual([]);
  });

  it("finds many short spans of a pattern that could go on for ever, over several stretches", () => {
    const spans = setOf("a|a.*b").spans("a".repeat(20_000), 0);
    expect(spans.length).toBe(20_000);
    expect(setOf("a|a.*b").spans(`${"a".repeat(9_000)}b`, 0)).toEqual([{ start: 0, end: 9_001 }]);
  });

  it("explains a pattern", () => {
    expect(setOf("(?P<user>[\\w.]+)@example\\.com").explain(0)).toMatchObject({
      searchedAs: "[\\.0-9A-Z_a-z]\\@example\\.com",
      groupNames: ["user"],
      groupCount: 1,
      minLength: 13,
      maxLength: undefined,
      matchesEmpty: false,
      requiredLiteral: "@example.com",
    });
    expect(setOf("a").explain(1)).toBeUndefined();
  });

  it("is refused when two patterns share an id, naming every problem", () => {
    const result = compileSet([
      { id: "a", source: "x" },
      { id: "a", source: "(" },
    ]);
    expect(!result.ok && result.problems.map((problem) => problem.id)).toEqual(["a", "a"]);
  });

  it("stays under its cap while texts of every kind go by", () => {
    const set = setOf(
      ...Array.from({ length: 30 }, (_, i) => `(?i)w${i}.{0,40}v${i}`),
      "x{0,1000}y",
      "(a|aa)*b",
      ".*.*=.*",
    );
    for (let i = 0; i < 200; i++) set.scan(`w${i % 30} ${"x".repeat(i * 7)} v${(i * 3) % 30} ${"aé".repeat(i)}`);
    expect(set.stats().bytes).toBeLessThanOrEqual(set.stats().maxBytes);
  });
});

describe("the comparison of sets", () => {
  it("says yes when every text one finds is found by the other", () => {
    expect(includes(setOf("foo"), setOf("foobar", "\\bfoo\\b"))).toEqual({ answer: "yes" });
    expect(equivalent(setOf("(?i)abc"), setOf("[aA][bB][cC]"))).toEqual({ answer: "yes" });
  });

  it("says no with a text that shows it", () => {
    const result = includes(setOf("\\bfoo\\b"), setOf("foo"));
    expect(result.answer).toBe("no");
    if (result.answer === "no") {
      expect(setOf("foo").scan(result.counterExample)).toEqual([0]);
      expect(setOf("\\bfoo\\b").scan(result.counterExample)).toEqual([]);
    }
  });
});
