import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, measurePattern } from "./compile-pattern";
import { compileSet } from "./compile-set";
import { cutCovered, dropCovered } from "./cover-literals";
import { createLiteralReader } from "./literal-parts";

const piece = fc.constantFrom(
  "ignore",
  "all",
  "AB12",
  "é",
  "straße",
  "kelvin \u212a",
  "θ",
  "会議",
  "x{2}",
  "ab*",
  "a{",
  "(?:",
  "(?i)",
  ")",
  ")?",
  "|",
  "\\b",
  "[a-c]",
  "\\d+",
  " ",
  "the quick brown fox jumps",
  "\ufffd",
);

describe("the literals of a pattern", () => {
  it("are the same whether its plain characters are read one by one or as texts", () => {
    const reader = createLiteralReader();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, foldsCase) => {
        const source = { id: "", source: pieces.join(""), flags: foldsCase ? "i" : "" };
        const whole = compilePattern(source);
        const measured = measurePattern(source);
        if ("message" in whole || "message" in measured) {
          expect(measured).toEqual(whole);
          return;
        }
        expect(measured.searchNodes).toBe(whole.searchNodes);
        expect(reader.chooseParts(measured.searchTree)).toEqual(reader.chooseParts(whole.searchTree));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("literals that hold others", () => {
  it("are the same whether the list is searched or read", () => {
    const literal = fc
      .tuple(fc.constantFrom("", "\0"), fc.stringMatching(/^[abc]{1,5}$/), fc.constantFrom("", "\0", "\0\0"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.uniqueArray(literal, { minLength: 2, maxLength: 12 }), (list) => {
        expect(dropCovered(list)).toEqual(dropCovered(list, 0));
        expect(cutCovered(list)).toEqual(cutCovered(list, 0));
      }),
      { numRuns: 2000 },
    );
  });

  it("are left out, and say how much earlier a match may begin", () => {
    expect(dropCovered(["abcdefgh", "de"])).toEqual({ literals: ["de"], moved: 3 });
    expect(dropCovered(["abcdefgh", "\0de"])).toEqual({ literals: ["abcdefgh", "\0de"], moved: 3 });
    expect(dropCovered(["\0deed", "\0de"])).toEqual({ literals: ["\0de"], moved: 0 });
  });

  it("end with the one they hold, where a match may not begin earlier than they do", () => {
    expect(cutCovered(["mary", "rosemary", "maryann"])).toEqual(["mary", "rosemary"]);
    expect(cutCovered(["abcdefgh", "de"])).toEqual(["abcde", "de"]);
    expect(cutCovered(["jordana", "dan", "ana", "jo"])).toEqual(["dan", "ana", "jo"]);
  });

  it("are found beside them at the beginning of a match", () => {
    const word = fc.stringMatching(/^[qz]{1,7}$/);
    const fillers = Array.from({ length: 20 }, (_, i) => ({ id: `${i}`, source: `filler ${i} [xyz]+` }));
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 2, maxLength: 8 }),
        fc.array(fc.stringMatching(/^[qz]{0,9}[12 ]{1,2}$/), { maxLength: 12 }),
        (words, pieces) => {
          const source = `(?:${words.join("|")})(?:1|22)`;
          const text = pieces.join("");
          const result = compileSet([...fillers, { id: "words", source }]);
          if (!result.ok) throw new Error("refused");
          expect(result.set.scan(text).length > 0).toBe(new RegExp(source).test(text));
          expect(result.set.scan(`${text}é`).length > 0).toBe(new RegExp(source).test(text));
        },
      ),
      { numRuns: 200 },
    );
  });
});
