import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileSet, type PatternExplanation } from "./index";

interface Vector {
  readonly pattern: string;
  readonly flags: string;
  readonly position?: number;
  readonly message?: string;
  readonly explanation?: Omit<PatternExplanation, "id" | "source" | "flags">;
  readonly texts?: readonly {
    readonly text: string;
    readonly found: boolean;
    readonly spans: readonly [number, number][];
  }[];
}

const path = new URL("../../../../conformance/re2/vectors.jsonl", import.meta.url);
const cases = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Vector);
const toCodePoints = (text: string, offset: number): number => [...text.slice(0, offset)].length;

describe("the vectors both languages answer alike", () => {
  it.each(cases.map((item, i) => ({ ...item, i })))(
    "hold for case $i",
    ({ pattern, flags, position, message, explanation, texts }) => {
      const result = compileSet([{ id: "p", source: pattern, flags }]);
      if (!result.ok) {
        const [problem] = result.problems;
        expect([toCodePoints(pattern, problem!.position), problem!.message]).toEqual([position, message]);
        return;
      }
      expect(message).toBeUndefined();
      const { id: _, source: __, flags: ___, ...own } = result.set.explain(0)!;
      expect(own).toEqual(explanation);
      for (const { text, found, spans } of texts ?? []) {
        expect(result.set.scan(text).length > 0).toBe(found);
        const own = result.set.spans(text, 0);
        expect(own.map(({ start, end }) => [toCodePoints(text, start), toCodePoints(text, end)])).toEqual(spans);
      }
    },
  );
});
