import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createCaseSource } from "../generate-cases.suite";
import { type NormaliseOptions, normaliseText } from "../index";
import { isStable } from "./code-point-traits";
import { foldCompatible } from "./fold-compatible";

interface Vector {
  readonly id: string;
  readonly text: string;
  readonly options: NormaliseOptions;
  readonly normalised: string;
  readonly spans: readonly {
    readonly normalised: readonly [number, number];
    readonly text: readonly [number, number];
  }[];
}

const path = new URL("../../../../../conformance/vectors/normalise/normalise.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: Vector[] };

describe("normalisation", () => {
  it.each(cases)("gives what vector $id says", ({ text, options, normalised, spans }) => {
    const result = normaliseText(text, options);
    expect(result.text).toBe(normalised);
    expect(result.changed).toBe(normalised !== text);
    for (const span of spans) {
      const [start, end] = span.normalised;
      expect(result.toOriginalSpan({ start, end })).toEqual({ start: span.text[0], end: span.text[1] });
    }
  });

  it("gives plain ASCII back as it is", () => {
    const text = "a plain sentence, with nothing to decode";
    expect(normaliseText(text).text).toBe(text);
    expect(normaliseText(text).toOriginal(7)).toBe(7);
  });

  it("agrees piece by piece with NFKC of the whole", () => {
    const stable: string[] = [];
    for (let code = 0xa0; code < 0x1f000; code++) {
      if ((code >= 0xd800 && code < 0xe000) || !isStable(code)) continue;
      const char = String.fromCodePoint(code);
      if (char.normalize("NFKC") !== char || /\p{M}/u.test(char) || (code >= 0x1100 && code < 0x1200))
        stable.push(char);
    }
    const source = createCaseSource(5);
    for (let i = 0; i < 3_000; i++) {
      const text = Array.from({ length: 5 }, () => stable[source.number(stable.length)]!).join("");
      const whole = text.normalize("NFKC");
      // Marks on ASCII letters are taken off on purpose.
      if (/[A-Za-z]/.test(whole)) continue;
      expect(foldCompatible(text).text).toBe(whole);
    }
  });

  it("maps every offset into the original", () => {
    const source = createCaseSource(9);
    for (let i = 0; i < 500; i++) {
      const text = `${source.text()}%41\u200b\ufb01${source.text()}`;
      const result = normaliseText(text);
      let last = 0;
      for (let at = 0; at <= result.text.length; at++) {
        const original = result.toOriginal(at);
        expect(original).toBeGreaterThanOrEqual(last);
        expect(original).toBeLessThanOrEqual(text.length);
        last = original;
      }
    }
  });
});
