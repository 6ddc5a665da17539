import { describe, expect, it } from "vitest";
import { createCaseSource } from "../generate-cases.suite";
import { foldCompatible } from "./fold-compatible";
import { foldHomoglyphs } from "./fold-homoglyphs";
import { stripInvisible } from "./strip-invisible";
import { mayCompose, mayLookAlike, mayStrip, surveyText } from "./survey-text";

/** Steps that change the text although the survey says that they do not. */
function findOverlooked(text: string): string[] {
  const needs = surveyText(text);
  return [
    ...((needs & mayStrip) === 0 && stripInvisible(text).edits.length > 0 ? ["strip"] : []),
    ...((needs & mayCompose) === 0 && foldCompatible(text).edits.length > 0 ? ["compose"] : []),
    ...((needs & mayLookAlike) === 0 && foldHomoglyphs(text, "mixed").edits.length > 0 ? ["look alike"] : []),
  ];
}

describe("a survey of a text", () => {
  it("overlooks no single unit, alone, in words of ASCII and of others, and before a mark", () => {
    const overlooked: string[] = [];
    for (let unit = 1; unit < 0x10000; unit++) {
      const char = String.fromCharCode(unit);
      for (const text of [char, `a${char}`, `${char}b`, `я${char} я`, `${char}\u0301`, `\u1100${char}`])
        if (findOverlooked(text).length > 0) overlooked.push(unit.toString(16));
    }
    expect(overlooked).toEqual([]);
  });

  it("overlooks nothing in rows of doubtful characters", () => {
    const source = createCaseSource(23);
    const doubtful = [
      ..."ab 0.яаеоıﬁ\u200b\u00ad\u0301\u0327\u093c\u0928\u09be\u09c7\u0e33\u1100\u1161\u11a8가각\u3131\uff76\uff9e’“…，",
      "\u{1f600}",
      "\u{e0041}",
      "\u{1d400}",
      "\ud83d",
      "\u{1d173}",
    ];
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: 6 }, () => doubtful[source.number(doubtful.length)]!).join("");
      expect(findOverlooked(text), JSON.stringify(text)).toEqual([]);
    }
  });

  it("says of most texts in other scripts that nothing changes", () => {
    for (const text of [
      "Здравствуйте, я заказывала чайник",
      "图书馆周一休息",
      "أريد رسالة قصيرة",
      "wo die Straße über die Brücke führt",
      "도서관은 월요일을 빼고",
    ])
      expect(surveyText(text), text).toBe(0);
  });

  it("finds what looks like ASCII beside an ASCII letter, and not in a word of its own script", () => {
    expect(surveyText("pаypal") & mayLookAlike).toBe(mayLookAlike);
    expect(surveyText("а вот pay") & mayLookAlike).toBe(0);
  });
});
