import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSet, type PatternSet, type PatternSource } from "./index";
import { joinSets } from "./join-sets";

const sources: readonly PatternSource[] = ["a+b", "(?i)cab", "b{2,}", "\\bac", "c$", "[ab]c?a"].map((source, i) => ({
  id: `p${i}`,
  source,
}));

function compileAll(list: readonly PatternSource[]): PatternSet {
  const compiled = compileSet(list);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.set;
}

const whole = compileAll(sources);
const joined = joinSets([
  compileAll(sources.slice(0, 2)),
  compileAll(sources.slice(2, 3)),
  compileAll(sources.slice(3)),
]);
const all = sources.map((_, index) => index);
const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "A"), maxLength: 30 });

describe("sets side by side", () => {
  it("find what one set of all patterns finds, and the same spans", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(joined.scan(value)).toEqual(whole.scan(value));
        for (const index of all) expect(joined.spans(value, index)).toEqual(whole.spans(value, index));
      }),
    );
  });

  it("find it in pieces too, spans by their start and none before what was released", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (pieces) => {
        const stream = joined.stream({ spans: all });
        const found = new Set<number>();
        const spans: { start: number; end: number; pattern: number }[] = [];
        let released = 0;
        for (const step of [...pieces.map((piece) => stream.push(piece)), stream.end()]) {
          for (const hit of step.found) found.add(hit);
          for (const { start, end, pattern } of step.spans) {
            expect(start).toBeGreaterThanOrEqual(spans.at(-1)?.start ?? 0);
            spans.push({ start, end, pattern });
          }
          expect(step.releasedTo).toBeGreaterThanOrEqual(released);
          released = step.releasedTo;
        }
        const value = pieces.join("");
        expect([...found].sort()).toEqual([...whole.scan(value)]);
        const wanted = all.flatMap((pattern) => whole.spans(value, pattern).map((span) => ({ ...span, pattern })));
        const byPlace = (a: (typeof spans)[number], b: (typeof spans)[number]): number =>
          a.start - b.start || a.pattern - b.pattern || a.end - b.end;
        expect(spans.sort(byPlace)).toEqual(wanted.sort(byPlace));
      }),
    );
  });

  it("are the set itself when there is one, and name their patterns in order", () => {
    expect(joinSets([whole])).toBe(whole);
    expect(joined.ids).toEqual(whole.ids);
    expect(joined.explain(3)?.source).toBe("\\bac");
    expect(joined.stats().patterns).toBe(sources.length);
    expect(joinSets([]).scan("a")).toEqual([]);
  });
});
