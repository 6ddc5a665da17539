import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json";

describe("canonical JSON", () => {
  it("writes every text as JSON.stringify does, with escapes or without", () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const text = `a${String.fromCharCode(unit)}`;
      if (canonicalJson(text) !== JSON.stringify(text)) expect.unreachable(`unit ${unit}`);
    }
    for (const length of [0, 97, 98, 99, 100, 5000])
      for (const end of ["", '"', "\\", "\n", "é"])
        expect(canonicalJson("x".repeat(length) + end)).toBe(JSON.stringify("x".repeat(length) + end));
  });

  it("is JSON of the same value, members sorted by code units", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (given) => {
        const text = canonicalJson(given);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(given)));
        const names = Object.keys(given).sort();
        expect(text.startsWith(`{${names.length > 0 ? `${JSON.stringify(names[0])}:` : "}"}`)).toBe(true);
        expect(canonicalJson(Object.fromEntries(names.reverse().map((name) => [name, given[name]])))).toBe(text);
      }),
    );
  });

  it("leaves out what is undefined, and writes null for what JSON cannot say", () => {
    expect(canonicalJson({ b: undefined, a: [Number.NaN, -0, 1e21, true, null, () => 0, undefined] })).toBe(
      '{"a":[null,0,1e+21,true,null,null,null]}',
    );
  });
});
