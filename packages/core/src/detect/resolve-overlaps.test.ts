import fc from "fast-check";
import { expect, test } from "vitest";
import { type RankedSpan, resolveOverlaps } from "./resolve-overlaps";

const text = "a\u{1f600}b".repeat(30);

const candidates = fc.array(
  fc
    .record({
      start: fc.nat(text.length - 13),
      length: fc.integer({ min: 1, max: 12 }),
      confidence: fc.constantFrom(0.5, 0.6, 0.7),
      patternId: fc.constantFrom("a", "b", "c"),
    })
    .map(({ length, ...one }): RankedSpan => ({ ...one, end: one.start + length })),
  { maxLength: 40 },
);

/** What the clause says, all compared with all. */
function takeBest(all: readonly RankedSpan[]): RankedSpan[] {
  const length = ({ start, end }: RankedSpan) => [...text.slice(start, end)].length;
  const ranked = [...all].sort(
    (a, b) =>
      b.confidence - a.confidence ||
      length(b) - length(a) ||
      a.start - b.start ||
      a.patternId.localeCompare(b.patternId),
  );
  const kept: RankedSpan[] = [];
  for (const one of ranked) if (kept.every(({ start, end }) => end <= one.start || start >= one.end)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}

test("keeps what ranks best of all that overlap, whether or not they hang together", () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const places = (kept: readonly RankedSpan[]) =>
        kept.map(({ start, end, confidence }) => [start, end, confidence]);
      expect(places(resolveOverlaps(text, [...all]))).toEqual(places(takeBest(all)));
    }),
  );
});

test("a chain is decided as a whole: what loses to a loser stands", () => {
  const span = (start: number, end: number, confidence: number) => ({ start, end, confidence, patternId: "a" });
  const [best, loser, beyond] = [span(0, 4, 0.7), span(3, 8, 0.6), span(7, 9, 0.5)];
  expect(resolveOverlaps(text, [beyond, loser, best])).toEqual([best, beyond]);
});
