import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createLookCounter } from "../match/count-looks.suite";
import { normaliseText } from "../match/index";
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

describe("what each pattern costs ordinary texts", () => {
  const count = createLookCounter(patterns);

  it.each([...readOrdinary()])("is little in `%s`", { timeout: 60_000 }, (group, texts) => {
    const joined = texts.join("\n");
    const looks = Math.max(mostLooks.inShortTexts, (mostLooks.perThousand * joined.length) / 1000);
    const wholes = Math.max(mostWholes.ofFewTexts, mostWholes.share * texts.length);
    const dear = (read: readonly string[]): string[] =>
      count(read).flatMap((counted, pattern) =>
        counted.looks > looks || counted.wholes > wholes
          ? [`${patterns[pattern]!.id}: looked for ${counted.looks} times, ${counted.wholes} texts read as a whole`]
          : [],
      );
    expect(dear(texts)).toEqual([]);
    // One after the other they hold more words, so more patterns have all their parts.
    if (group !== "data" && group !== "code") expect(dear([joined])).toEqual([]);
  });

  it("tells what is dear", () => {
    const common = { id: "common", source: "\\bque (?:\\S+ ){0,3}?(?:reglas|normas|flores)", flags: "i" };
    const counted = createLookCounter([...patterns, common])([...readOrdinary().get("es")!].map((t) => `${t} reglas`));
    expect(counted.at(-1)!.looks).toBeGreaterThan(0);
  });
});
