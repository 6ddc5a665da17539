import { describe, expect, it } from "vitest";
import { scoring } from "../gen/text-tables";
import { combineWeights } from "./combine-weights";
import { gatherNear } from "./near-signs";

const sign = (family: number, weight: number, start: number) => ({ family, weight, start, end: start + 5 });
const text = "x".repeat(4 * scoring.weakReach);

describe("weak signs near each other (T-69)", () => {
  it("are those of the place where most comes together", () => {
    const far = 2 * scoring.weakReach;
    const signs = [sign(1, 40, 0), sign(2, 30, far), sign(3, 35, far + 10)];
    expect(gatherNear(text, signs, 99)).toEqual(
      new Map([
        [2, 30],
        [3, 35],
      ]),
    );
  });

  it("begin within the reach, not at its end", () => {
    const { weakReach } = scoring;
    expect(gatherNear(text, [sign(1, 40, 0), sign(2, 30, weakReach - 1)], 99).size).toBe(2);
    expect(gatherNear(text, [sign(1, 40, 0), sign(2, 30, weakReach)], 99)).toEqual(new Map([[1, 40]]));
  });

  it("are found at once where all stand together", () => {
    const families = gatherNear(text, [sign(1, 40, 7), sign(1, 30, 9), sign(2, 30, 8)], 58);
    expect(combineWeights(families)).toBe(58);
  });
});
