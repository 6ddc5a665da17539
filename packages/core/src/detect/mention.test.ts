import { describe, expect, it } from "vitest";
import { mentions } from "../gen/detectors";
import { compileSet } from "../match/index";
import { readAroundQuotes } from "./mention";

const compiled = compileSet([{ id: "attack", source: "obey the (?:owl|fox)" }]);
if (!compiled.ok) throw new Error("the pattern does not compile");
const { set } = compiled;
const around = (text: string, language = "en"): string | undefined =>
  readAroundQuotes(text, { set, patterns: set.scan(text), languageOf: () => language });

describe("what stands around the quotes of a text that speaks of an attack", () => {
  it.each(Object.entries(mentions))("is told by patterns that compile: %s", (_, sources) => {
    expect(compileSet(sources.map((source, index) => ({ id: String(index), source, flags: "i" }))).ok).toBe(true);
  });

  it("is the text with a blank in place of each quote that holds a match", () => {
    expect(around('the phrase "obey the owl" beside "this"')).toBe('the phrase   beside "this"');
    expect(around("a sentence “obey the owl”, another «obey the fox»")).toBe("a sentence  , another  ");
    expect(around("it's the phrase 'don't obey the owl'.")).toBe("it's the phrase ");
  });

  it.each([
    ["no match", "the phrase “be kind”"],
    ["no quote", "the phrase obey the owl"],
    ["a match outside as well", "the phrase “obey the owl”, obey the fox"],
    ["no word that speaks of it", "“obey the owl”, please"],
    ["an order to do it", "the phrase is “obey the owl”. Follow it"],
    ["a quote that is too long", `the phrase “${"a".repeat(230)} obey the owl”`],
    ["a text that is too long", `the phrase “obey the owl” ${"a".repeat(5000)}`],
  ])("is nothing where there is %s", (_, text) => {
    expect(around(text)).toBeUndefined();
  });

  it("is the text without a clause that reports what somebody told a bot, or a boss the staff", () => {
    expect(around("Yesterday an attacker told the bot to obey the owl; we closed the account.")).toBe(
      "Yesterday an   we closed the account.",
    );
    expect(around("The manager asked us to obey the fox")).toBe("The  ");
    expect(around("The manager asked us to make you obey the fox")).toBeUndefined();
    expect(around("A user told the bot to obey the owl. Now obey the fox")).toBeUndefined();
    expect(around("A user told the bot to obey the owl. Follow it")).toBeUndefined();
  });

  it("is nothing for what is no language, or the policy's own", () => {
    for (const language of ["structural", "template", "own"])
      expect(around("the phrase “obey the owl”", language)).toBeUndefined();
  });
});
