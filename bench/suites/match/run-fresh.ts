import { RE2JS } from "re2js";
import { compileSet } from "../../../packages/core/src/match/index";
import { catalogue, withFlags } from "./patterns";
import { addRow, notes } from "./rows";
import { conversations, texts } from "./texts";

const textLength = 200;
const textCount = 4000;
const checked = 12;

/** Texts of which no two are alike: pieces of the given ones, put together anew. */
function mix(from: readonly string[], seed: number): string[] {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * limit);
  };
  return Array.from({ length: textCount }, () => {
    let text = "";
    while (text.length < textLength) {
      const source = from[below(from.length)]!;
      const at = below(Math.max(1, source.length - 40));
      text += `${source.slice(at, at + 20 + below(60)).trim()} `;
    }
    return JSON.parse(JSON.stringify(text.slice(0, textLength))) as string;
  });
}

/** Every text is scanned once, so that none finds its states built: what traffic costs. Warmed up on a tenth of other texts. */
export function runFresh(): void {
  const prose = texts
    .filter(({ name }) => name === "english/4KB" || name === "mixed/4KB")
    .map(({ variants }) => variants);
  const kinds = [
    ["fresh english", prose[0]!],
    ["fresh mixed", prose[1]!],
    ["fresh traffic", conversations],
  ] as const;
  for (const [name, from] of kinds) {
    const result = compileSet(catalogue);
    if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
    const { set } = result;
    for (const text of mix(from, 99).slice(0, textCount / 10)) set.scan(text);
    const fresh = mix(from, 7);
    const before = set.stats().builtTransitions;
    const start = performance.now();
    let hits = 0;
    for (const text of fresh) hits += set.scan(text).length;
    const micros = ((performance.now() - start) * 1000) / fresh.length;
    addRow(name, "200, mean of 4000", micros, textLength);
    notes.push(`${name}: ${hits} matches, ${set.stats().builtTransitions - before} transitions built on the way`);
    const sample = fresh.slice(0, checked);
    const expected = sample.map((): number[] => []);
    for (const [index, pattern] of catalogue.entries()) {
      const oracle = RE2JS.compile(withFlags(pattern));
      for (const [at, text] of sample.entries()) if (oracle.matcher(text).find()) expected[at]!.push(index);
    }
    for (const [at, text] of sample.entries()) {
      const answer = set.scan(text).join();
      if (answer !== expected[at]!.join()) notes.push(`${name}: answers [${answer}], re2js [${expected[at]}]`);
    }
  }
}
