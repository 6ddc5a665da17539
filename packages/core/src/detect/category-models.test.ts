import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnedModels } from "../gen/detectors";
import { createJointReader, scoreCategories } from "./category-models";
import type { LearnedModel } from "./learned";
import { placeWeights, readWeights, scoreLearned } from "./learned-models";
import { moderationCategories } from "./moderation";

const ours = learnedModels.filter(({ name }) => name.startsWith("moderation_"));
const scoresOf = (text: string): Record<string, number> => {
  const scores: Record<string, number> = {};
  scoreCategories(text, (category, score) => {
    scores[category] = score;
  });
  return scores;
};

describe("models of categories", () => {
  it("have the name of a category, and each is asked", () => {
    expect(Object.keys(scoresOf("some text"))).toHaveLength(ours.length);
    for (const { name } of ours) expect(moderationCategories).toContain(name.replace("moderation_", ""));
  });

  it("say together what each says alone, of texts of any length", () => {
    const words = fc.constantFrom(
      "kill",
      "you",
      "the",
      "bomb",
      "Brot",
      "пароль",
      "杀",
      "😀",
      "\n",
      "  ",
      "a\u0301",
      "12",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 200 }), fc.constantFrom(1, 3, 40), (list, times) => {
        const text = list.join(" ").repeat(times);
        for (const [category, score] of Object.entries(scoresOf(text)))
          expect(score, category).toBe(scoreLearned(text, `moderation_${category}`).score);
      }),
      { numRuns: 60 },
    );
  });

  it("say nothing of an empty text, and there may be none of them", () => {
    expect(Object.values(scoresOf("")).every((score) => score === 0)).toBe(true);
    expect(createJointReader([])("some text")).toEqual([]);
  });

  it("count weights of every bucket, positive and negative", () => {
    const bits = 8;
    const model = (weight: number): LearnedModel => ({
      name: "test",
      bits,
      weights: new Int8Array(1 << bits).fill(weight),
      bias: 0,
      cuts: Array.from({ length: 99 }, (_, i) => (i - 49) * 1000),
    });
    const twelve = Array.from({ length: 12 }, (_, at) => model(20 * at - 110));
    const alone = twelve.flatMap((one) => createJointReader([one])("some words to read"));
    expect(createJointReader(twelve)("some words to read")).toEqual(alone);
    const [low = 0, none = 0, high = 0] = createJointReader([model(-128), model(0), model(127)])("some words to read");
    expect(low).toBeLessThan(none);
    expect(none).toBeLessThan(high);
    // As data come.
    const [first] = ours;
    if (first) expect(placeWeights(readWeights(first.weights, first.weightBits), first)).toHaveLength(1 << first.bits);
  });
});
