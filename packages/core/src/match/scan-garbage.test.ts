import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { injectionPatterns } from "../gen/detectors";
import { blockLength } from "./ascii-block";
import { compileSet, type PatternSet } from "./index";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const rounds = 4;

/** Returns the bytes that a scan leaves on the heap, in the round that left least: the host compiles and counts meanwhile. */
function measureGarbage(set: PatternSet, text: string, scans: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    collect();
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < scans; i++) if (set.scan(text).length > 0) throw new Error("the text was to be benign");
    least = Math.min(least, (getHeapStatistics().used_heap_size - before) / scans);
  }
  return least;
}

const sentence =
  "The quarterly report shows that revenue grew by six percent; please read the attached summary, and send it on. ";
const mixed =
  "Отчёт за квартал готов. 会議は木曜日に始まります。The summary is attached. Το έγγραφο 😀. عرض قصير, à bientôt. ";

/** What the host gives back for copying text, which no engine is bound to leave out: a pair of numbers, and a piece of a longer text. */
const copyBytes = 64;
const pieceBytes = 64;

const largeSet = injectionPatterns.map(({ id, source }) => ({ id, source, flags: "i" }));

describe("benign text", () => {
  it.each([
    ["sixteen patterns", largeSet.slice(0, 16)],
    ["a set with a first pass", largeSet],
  ])("leaves no garbage for %s", (_, patterns) => {
    const compiled = compileSet(patterns);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    for (const source of [sentence, mixed])
      for (const [length, scans] of [
        [40, 10_000],
        [200, 10_000],
        [4096, 2000],
        [blockLength, 500],
        [70_000, 100],
      ] as const) {
        const text = JSON.parse(JSON.stringify(source.repeat(length / source.length + 1).slice(0, length))) as string;
        const blocks = Math.ceil(length / blockLength);
        const allowed = (source === sentence ? copyBytes * blocks : 0) + (blocks > 1 ? pieceBytes * blocks : 0) + 16;
        expect(measureGarbage(compiled.set, text, scans), `${length} of ${source.slice(0, 5)}`).toBeLessThan(allowed);
      }
  });
});
