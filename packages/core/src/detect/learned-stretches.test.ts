import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockLength } from "./learned-features";
import { readLearnedStretches } from "./learned-models";

const stretchesOf = (text: string): string[] => {
  const found: string[] = [];
  readLearnedStretches(text, (start, end) => found.push(text.slice(start, end)));
  return found;
};
const lengthOf = (text: string): number => [...text].length;

describe("stretches of a text (T-68)", () => {
  it("end with sentences that are not short", () => {
    expect(stretchesOf("Mr. and Mrs. Bell came late. No! They left.\nThe end")).toEqual([
      "Mr. and Mrs. Bell came late.",
      " No! They left.\n",
      "The end",
    ]);
  });

  it("are the whole text, none longer than a block and none but the last shorter than sixteen", () => {
    const unit = fc.constantFrom("a", ". ", "word ", "\n", "。", "😀", "?!", "\ud800", "é");
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 900 }), (units) => {
        const text = units.join("");
        const found = stretchesOf(text);
        expect(found.join("")).toBe(text);
        for (const [at, stretch] of found.entries()) {
          expect(lengthOf(stretch)).toBeLessThanOrEqual(blockLength);
          if (at < found.length - 1) expect(lengthOf(stretch)).toBeGreaterThanOrEqual(16);
        }
      }),
    );
  });
});
