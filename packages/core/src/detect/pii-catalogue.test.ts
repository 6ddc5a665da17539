import { describe, expect, it } from "vitest";
import { piiCategories } from "../gen/detectors";
import { compileSet, includes } from "../match/index";
import { anchoredSpansOf } from "./anchored-spans";
import { createRandom, drawMatch } from "./draw-match.suite";
import { maxTokenMatch } from "./pii";
import { gatedSigns, tokenSigns } from "./pii-places";
import { maxLead, maxSpacedLead } from "./token-finder";

const patterns = piiCategories.flatMap((row) => row.patterns);
const tokens = patterns.filter(({ lane }) => lane === "token");

const compileOne = (source: string, flags = "") => {
  const compiled = compileSet([{ id: "one", source, flags }]);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.problems[0]?.message}`);
  return compiled.set;
};

describe("the catalogue of personal data", () => {
  it("has at least thirty categories, each with a pattern", () => {
    expect(piiCategories.length).toBeGreaterThanOrEqual(30);
    expect(piiCategories.filter((row) => row.patterns.length === 0)).toEqual([]);
  });

  it("compiles, each pattern by itself", () => {
    for (const { source, flags, gate } of patterns) {
      compileOne(source, flags);
      if (gate !== "") compileOne(gate, "i");
    }
  });

  it("finds numbers only where a digit is near the beginning, as the search for them supposes", () => {
    // What holds no digit at all is none (SPECIFICATION T-21).
    const near = `[^0-9]{0,${maxSpacedLead}}|[^0-9\\t-\\r ]{0,${maxLead}}|[0-9A-Za-z_]*`;
    const wellMade = compileOne(`^(?:${near})[0-9]|^[^0-9]*$`);
    const far = tokens.filter(
      ({ source, flags }) => includes(wellMade, compileOne(`^(?:${source})$`, flags)).answer !== "yes",
    );
    expect(far.map(({ id }) => id)).toEqual([]);
  });

  it("asks for the signs that every match of a gated pattern holds", () => {
    for (const [id, sign] of Object.entries(gatedSigns)) {
      const { source, flags } = patterns.find((pattern) => pattern.id === id && pattern.gate !== "") ?? { source: "" };
      expect(includes(compileOne(`^[^\\n]*${sign}`), compileOne(`^(?:${source})$`, flags)).answer, id).toBe("yes");
    }
  });

  it("asks for signs before which no match holds a blank", () => {
    for (const [id, sign] of Object.entries(tokenSigns)) {
      const { source, flags } = patterns.find((pattern) => pattern.id === id) ?? { source: "" };
      const wellMade = compileOne(`^[^\\t-\\r ]*\\Q${sign}\\E`);
      expect(includes(wellMade, compileOne(`^(?:${source})$`, flags)).answer, id).toBe("yes");
    }
  });

  it("finds by its sign what a pattern finds without", () => {
    const random = createRandom(11);
    for (const [id, sign] of Object.entries(tokenSigns)) {
      const { source = "", flags = "" } = patterns.find((pattern) => pattern.id === id) ?? {};
      const find = anchoredSpansOf(`(?${flags})${source}`);
      const drawn = Array.from({ length: 40 }, () => drawMatch(source, random));
      for (const apart of [" ", "", "\n", "@", "://", " @ ", "é"]) {
        const text = drawn.map((one, i) => (i % 3 === 0 ? one.slice(1) : one)).join(apart);
        const spans = compileOne(source, flags).spans(text, 0);
        const places = find?.(text, text.length, sign);
        if (places) expect(places, id).toEqual(spans.flatMap(({ start, end }) => [start, end]));
      }
    }
  });

  it("bounds the length of what the search for numbers finds", () => {
    const long = tokens.filter(({ source, flags }) => {
      const most = compileOne(source, flags).explain(0)?.maxLength;
      return most === undefined || most > maxTokenMatch;
    });
    expect(long.map(({ id }) => id)).toEqual([]);
  });

  it("finds in long texts what the set finds, pattern by pattern", () => {
    const random = createRandom(5);
    for (const { id, source, flags, lane } of patterns) {
      if (lane !== "text") continue;
      const drawn = Array.from({ length: 6 }, () => drawMatch(source, random));
      const text = [...drawn, ...drawn.map((one) => one.slice(1)), drawn.join("")].join(" and ");
      const spans = compileOne(source, flags).spans(text, 0);
      const places = anchoredSpansOf(flags === "" ? source : `(?${flags})${source}`)?.(text);
      if (places) expect(places, id).toEqual(spans.flatMap(({ start, end }) => [start, end]));
    }
  });

  it("gives every pattern that needs a word some words", () => {
    expect(patterns.filter((one) => one.contextRequired && one.context.length === 0).map(({ id }) => id)).toEqual([]);
  });
});
