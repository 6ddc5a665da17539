import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksMadeUp, readsAsTime } from "./pii-fields";
import { findFields } from "./text-fields";

const fieldsOf = (text: string): string[] => findFields(text).map(({ from, to }) => text.slice(from, to));

describe("the fields of a text", () => {
  it.each([
    ["337090443", ["337090443"]],
    ['  "337090443" ', ["337090443"]],
    ["ana,337090443,lisbon", ["337090443"]],
    ["ana, 337090443, and lisbon 5", ["ana, 337090443, and lisbon 5"]],
    ["1,234,567", ["1,234,567"]],
    ["| 42 | 337 |\n|---|---|", ["337"]],
    ["first 1\r\nsecond\r\n\tthird 3", ["first 1", "third 3"]],
    ["ABCDEFGH", ["ABCDEFGH"]],
    ["no digit\nin these lines", ["no digit\nin these lines"]],
    ["", []],
    ["12", []],
  ])("of %j are %j", (text, fields) => {
    expect(fieldsOf(text)).toEqual(fields);
  });

  it("are no longer than sixty-four characters", () => {
    expect(fieldsOf("1".repeat(64))).toEqual(["1".repeat(64)]);
    expect(fieldsOf(`${"1".repeat(65)}\n5551`)).toEqual(["5551"]);
    expect(fieldsOf(`${"a ".repeat(40)}1\n5551`)).toEqual(["5551"]);
  });

  it("are what stands between separators, in whatever text", () => {
    const text = fc.string({ unit: fc.constantFrom(..."12ab ,;|\t\n\r\"'\xa0"), maxLength: 300 });
    fc.assert(
      fc.property(text, (value) => {
        const parts = value
          .split(/[\n\r\t|]|[,;](?![ \xa0])/)
          .filter((part) => part.length <= 68 && /[0-9]/.test(part));
        const found = findFields(value);
        for (const { from, to } of found) expect(value.slice(from, to)).toMatch(/^[^ \xa0]([\s\S]*[^ \xa0])?$/);
        const long = parts.filter((part) => /^[12ab]{5,64}$/.test(part));
        expect(found.map(({ from, to }) => value.slice(from, to))).toEqual(expect.arrayContaining(long));
      }),
    );
  });
});

describe("digits that are none of a person", () => {
  it.each(["20240131", "19991231235959", "1718000003", "1718000003123"])("read as a time: %s", (digits) => {
    expect(readsAsTime(digits)).toBe(true);
  });
  it.each(["20241331", "337090443", "1300000000", "20240131256000"])("read as none: %s", (digits) => {
    expect(readsAsTime(digits)).toBe(false);
  });
  it.each(["12345678", "987654321", "901 2345678", "111111118", "00-00-01", "11223344", "11112345678"])(
    "look made up: %s",
    (digits) => {
      expect(looksMadeUp(digits)).toBe(true);
    },
  );
  it.each(["337090443", "1234560", "8801671163269", "11213344", "900 87654321", "T1234567Z"])(
    "do not: %s",
    (digits) => {
      expect(looksMadeUp(digits)).toBe(false);
    },
  );
});
