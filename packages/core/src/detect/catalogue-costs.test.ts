import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createLookCounter } from "../match/count-looks.suite";
import { normaliseText, type PatternSource } from "../match/index";
import { listInjectionPatterns } from "./injection";
import { listPiiPatterns } from "./pii";
import { listSecretPatterns } from "./secrets";

/**
 * A phrase whose rarest part is a common word makes every text dear: one pattern looked for at each "que" costs a Spanish text as much as all others together.
 * What to do where this fails: give the pattern a rare word beside the common one, written so that both are one literal (`bots? que ` instead of
 * `bots?\S* que`), or make the branch that has none a pattern of its own.
 */
const mostLooks = { perThousand: 3, inShortTexts: 6 };
/** A pattern without a bound to either side of its rarest part reads the whole text. */
const mostWholes = { share: 0.2, ofFewTexts: 2 };

const patterns = [
  ...listInjectionPatterns([{ languages: [], structural: true }]).map(({ source }) => source),
  ...listPiiPatterns(),
  ...listSecretPatterns(),
];

/** Ordinary texts by language; `code` and `data` are no language. */
function readOrdinary(): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const lines = readFileSync(new URL("../../../../bench/quality/own/ordinary.txt", import.meta.url), "utf8").split(
    "\n",
  );
  for (const line of lines) {
    const [, group, text] = /^(\w+): (.*)$/.exec(line) ?? [];
    if (group === undefined || text === undefined) continue;
    const texts = groups.get(group) ?? [];
    texts.push(normaliseText(text.replaceAll("\\n", "\n")).text);
    groups.set(group, texts);
  }
  return groups;
}

/** Returns who is looked for too often in texts that are read one after the other. */
function listDear(searched: readonly PatternSource[], count: ReturnType<typeof createLookCounter>) {
  return (texts: readonly string[]): string[] => {
    const length = texts.reduce((total, text) => total + text.length, 0);
    const looks = Math.max(mostLooks.inShortTexts, (mostLooks.perThousand * length) / 1000);
    const wholes = Math.max(mostWholes.ofFewTexts, mostWholes.share * texts.length);
    return count(texts).flatMap((counted, pattern) =>
      counted.looks > looks || counted.wholes > wholes
        ? [`${searched[pattern]!.id}: looked for ${counted.looks} times, ${counted.wholes} texts read as a whole`]
        : [],
    );
  };
}

describe("what each pattern costs ordinary texts", () => {
  const dear = listDear(patterns, createLookCounter(patterns));

  it.each([...readOrdinary()])("is little in `%s`", { timeout: 60_000 }, (group, texts) => {
    expect(dear(texts)).toEqual([]);
    // One after the other they hold more words, so more patterns have all their parts.
    if (group !== "data" && group !== "code") expect(dear([texts.join("\n")])).toEqual([]);
  });

  it("tells what is dear", () => {
    const searched = [
      ...patterns,
      { id: "common", source: "\\bque (?:\\S+ ){0,3}?(?:orquideas|tulipanes)", flags: "i" },
      { id: "unbounded", source: "\\S+ orquideas\\S+", flags: "i" },
      { id: "rare", source: "\\bque orquideas rar\\w+", flags: "i" },
    ];
    const spanish = readOrdinary()
      .get("es")!
      .map((text) => `${text} orquideas`);
    const found = listDear(searched, createLookCounter(searched))([...spanish, ...spanish, ...spanish]);
    expect(found.map((line) => line.replace(/:.*/, ""))).toEqual(["common", "unbounded"]);
  });
});
