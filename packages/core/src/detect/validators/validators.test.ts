import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { piiCategories } from "../../gen/detectors";
import { validate, validatorNames } from "./index";

interface Vector {
  readonly id: string;
  readonly validator: string;
  readonly value: string;
  readonly valid: boolean;
}

const folder = new URL("../../../../../conformance/vectors/validators/", import.meta.url);
const vectors = readdirSync(folder).flatMap(
  (name) => (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { cases: Vector[] }).cases,
);

const anyName = fc.constantFrom(...validatorNames);
/** Texts of all sorts: any code units, lone surrogates among them, and what looks like numbers. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom(..."0123456789ABXYZabxyz -./:+%()"), maxLength: 40 }),
);
const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length });

describe("the validators", () => {
  it.each(vectors)("judge as vector $id says", ({ validator, value, valid }) => {
    expect(validate(validator, value)).toBe(valid);
  });

  it("are those that the catalogue names", () => {
    const named = new Set(
      piiCategories.flatMap((row) =>
        row.patterns.flatMap(({ validator, fieldValidator }) => [validator, fieldValidator]),
      ),
    );
    named.delete("");
    expect(validatorNames).toEqual([...named].sort());
  });

  it("have at least four valid and four invalid vectors each, whose ids are unique", () => {
    const count = (name: string, valid: boolean) =>
      vectors.filter((vector) => vector.validator === name && vector.valid === valid).length;
    expect(validatorNames.filter((name) => count(name, true) < 4 || count(name, false) < 4)).toEqual([]);
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length);
  });

  it("pass nothing under a name that is not known", () => {
    for (const name of ["", "Luhn", "constructor", "__proto__", "toString", "hasOwnProperty"])
      expect(validate(name, "4111111111111111")).toBe(false);
  });

  it("answer true or false to any text, and the same again", () => {
    fc.assert(
      fc.property(anyName, anyText, (name, text) => {
        const answer = validate(name, text);
        return typeof answer === "boolean" && validate(name, text) === answer;
      }),
      { numRuns: 5000 },
    );
  });

  it("answer to texts of a hundred thousand characters", () => {
    for (const unit of ["1", "0", "A", "a", ":", "::", "1.", " ", "-", "+", "😀", "\ud800"])
      for (const end of ["", "1", "x", " "])
        for (const name of validatorNames) expect(validate(name, unit.repeat(100_000 / unit.length) + end)).toBe(false);
  });

  it("count no digits but those of ASCII", () => {
    const other = (value: string, zero: number) =>
      value.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
    for (const { validator, value, valid } of vectors)
      if (valid && /[0-9]/.test(value))
        for (const zero of [0x660, 0x966, 0xff10, 0x1d7ce]) expect(validate(validator, other(value, zero))).toBe(false);
  });
});

describe("Luhn's test", () => {
  it("finds every change of a single digit", () => {
    const property = fc.property(digits(15), fc.nat(15), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
      const whole = Array.from({ length: 10 }, (_, last) => [...body, last]).filter((each) =>
        validate("luhn", each.join("")),
      );
      if (new Set(body).size > 1) expect(whole).toHaveLength(1);
      for (const number of whole) {
        const changed = number.with(place, ((number[place] ?? 0) + change) % 10);
        expect(validate("luhn", changed.join(""))).toBe(false);
      }
    });
    fc.assert(property, { numRuns: 1000 });
  });
});

describe("Verhoeff's test", () => {
  it("finds every change of a single digit and every transposition of neighbours", () => {
    const valid = vectors.filter((vector) => vector.validator === "verhoeff" && vector.valid);
    for (const { value } of valid) {
      const number = Array.from(value.replace(/[^0-9]/g, ""));
      for (const [place, digit] of number.entries()) {
        for (const other of "0123456789")
          if (other !== digit) expect(validate("verhoeff", number.with(place, other).join(""))).toBe(false);
        const next = number[place + 1];
        if (next === undefined || next === digit) continue;
        expect(
          validate(
            "verhoeff",
            number
              .with(place, next)
              .with(place + 1, digit)
              .join(""),
          ),
        ).toBe(false);
      }
    }
  });
});
