import { createRequire } from "node:module";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { matchLimits } from "../gen/match-limits";
import { createCaseSource } from "./generate-cases.suite";
import { compileSet, createRe2WasmEngine, type PatternSet, type Re2WasmConstructor } from "./index";

const { RE2 } = createRequire(import.meta.url)("re2-wasm") as { RE2: Re2WasmConstructor };
const oracle = createRe2WasmEngine(RE2);
const nightly = process.env["HOLDPOINT_NIGHTLY"] === "1";
const wantedPairs = nightly ? 100_000 : 5_000;
/** By set: RE2 in WASM takes ten times as long to read a pattern as all else takes together. */
const textCount = nightly ? 10 : 5;

const streamed = (set: PatternSet, text: string, cut: number): number[] => {
  const stream = set.stream();
  const steps = [stream.push(text.slice(0, cut)), stream.push(text.slice(cut)), stream.end()];
  return steps.flatMap((step) => step.found).sort((a, b) => a - b);
};

describe(`the matcher beside RE2, over ${wantedPairs} generated pairs`, () => {
  it("finds the same patterns, begins at the same place, and streams the same at every cut", {
    timeout: 1_200_000,
  }, () => {
    const source = createCaseSource(nightly ? 20_240_501 : 7);
    const disagreements: unknown[] = [];
    let pairs = 0;
    while (pairs < wantedPairs) {
      const patterns = Array.from({ length: 1 + source.number(4) }, (_, i) => ({
        id: `p${i}`,
        source: source.pattern(3),
      }));
      const ours = compileSet(patterns);
      const theirs = compileSet(patterns, { engine: oracle });
      if (!ours.ok || !theirs.ok) throw new Error(JSON.stringify(patterns));
      for (let t = 0; t < textCount; t++) {
        const text = source.text();
        const found = ours.set.scan(text);
        const wanted = theirs.set.scan(text);
        pairs += patterns.length;
        if (found.join() !== wanted.join()) disagreements.push({ patterns, text, found, wanted });
        for (const [index, pattern] of patterns.entries()) {
          const first = ours.set.spans(text, index)[0];
          if ((first !== undefined) !== wanted.includes(index)) disagreements.push({ pattern, text, first });
          // Positions inside a character have no UTF-16 offset: `\B` is compared by `scan` alone.
          if (first === undefined || pattern.source.includes("\\B")) continue;
          const begins = oracle.findFirst(pattern.source, text);
          if (begins?.start !== first.start || begins.end > first.end)
            disagreements.push({ pattern, text, first, begins });
        }
        for (let cut = 0; cut <= text.length; cut++) {
          if (streamed(ours.set, text, cut).join() !== found.join()) disagreements.push({ patterns, text, cut });
        }
      }
    }
    expect(oracle.aborts()).toBe(0);
    expect(disagreements).toEqual([]);
  });

  it("streams the same spans at every cut", { timeout: 600_000 }, () => {
    const source = createCaseSource(11);
    for (let i = 0; i < (nightly ? 10_000 : 300); i++) {
      const pattern = source.pattern(3);
      const result = compileSet([{ id: "one", source: pattern }]);
      if (!result.ok) throw new Error(pattern);
      const text = source.text();
      const whole = result.set.spans(text, 0);
      for (let cut = 0; cut <= text.length; cut++) {
        const stream = result.set.stream({ spans: [0] });
        const steps = [stream.push(text.slice(0, cut)), stream.push(text.slice(cut)), stream.end()];
        const spans = steps.flatMap((step) => step.spans).map(({ start, end }) => ({ start, end }));
        expect({ pattern, text, cut, spans }).toEqual({ pattern, text, cut, spans: whole });
      }
    }
  });

  it("finds the same in long texts of one script, of several, and of both", { timeout: 600_000 }, () => {
    const source = createCaseSource(nightly ? 20_240_601 : 23);
    const disagreements: unknown[] = [];
    for (let i = 0; i < (nightly ? 500 : 60); i++) {
      const patterns = Array.from({ length: 1 + source.number(30) }, (_, n) => ({
        id: `p${n}`,
        // Something rarer at the end, or every long text would hold every pattern.
        source: `${source.pattern(3)}${["xq", "日z", "é\\d\\d", "😀 K", "k0_"][source.number(5)]!}`,
      }));
      const ours = compileSet(patterns);
      const theirs = compileSet(patterns, { engine: oracle });
      if (!ours.ok || !theirs.ok) throw new Error(JSON.stringify(patterns));
      const ascii = source.number(3) === 0;
      let text = "";
      for (const length = 100 + source.number(9_000); text.length < length; ) {
        const piece = source.text();
        text += ascii ? piece.replace(/[^\0-\x7f]/g, "a") : piece;
      }
      const found = ours.set.scan(text);
      const wanted = theirs.set.scan(text);
      if (found.join() !== wanted.join()) disagreements.push({ patterns, text, found, wanted });
      const stream = ours.set.stream();
      const steps: number[] = [];
      for (let at = 0; at < text.length; ) {
        const next = at + 1 + source.number(600);
        steps.push(...stream.push(text.slice(at, next)).found);
        at = next;
      }
      steps.push(...stream.end().found);
      if (steps.sort((a, b) => a - b).join() !== found.join()) disagreements.push({ patterns, text, steps, found });
    }
    expect(oracle.aborts()).toBe(0);
    expect(disagreements).toEqual([]);
  });

  it("finds the same spans in long texts as in the stretches they are made of", () => {
    const source = createCaseSource(29);
    for (let i = 0; i < (nightly ? 1_500 : 150); i++) {
      const pattern = `${source.pattern(3)}${["x", "é", "日", "k0"][source.number(4)]!}`;
      const result = compileSet([{ id: "one", source: `(?:${pattern})` }]);
      if (!result.ok) throw new Error(pattern);
      const text = Array.from({ length: 40 }, () => source.text()).join("");
      const own = RE2JS.compile(pattern, RE2JS.LONGEST_MATCH);
      const matcher = own.matcher(text);
      const expected: { start: number; end: number }[] = [];
      while (matcher.find()) expected.push({ start: matcher.start(), end: matcher.end() });
      // It judges `\B` between characters, and knows no lone halves of pairs; the texts have none.
      if (!pattern.includes("\\B"))
        expect({ pattern, text, spans: result.set.spans(text, 0) }).toEqual({ pattern, text, spans: expected });
    }
  });

  it("finds the same spans from the least memory a set may have, and stays under it", () => {
    const source = createCaseSource(91);
    for (let i = 0; i < (nightly ? 400 : 60); i++) {
      const patterns = ["", "{0,9}[a-k]{0,20}q", "x?"].map((end, n) => ({
        id: `${n}`,
        source: source.pattern(3) + end,
      }));
      const large = compileSet(patterns);
      const small = compileSet(patterns, { maxBytes: matchLimits.minSetBytes });
      // A repetition of a repetition, or a program that does not fit.
      if (!large.ok || !small.ok) continue;
      const text = Array.from({ length: 60 }, () => source.text()).join("");
      for (const index of patterns.keys()) {
        expect(small.set.spans(text, index)).toEqual(large.set.spans(text, index));
        expect(small.set.stats().bytes).toBeLessThanOrEqual(matchLimits.minSetBytes);
      }
    }
  });

  it("answers the same from a cache too small to keep", () => {
    const source = createCaseSource(13);
    const patterns = Array.from({ length: 40 }, (_, i) => ({
      id: `p${i}`,
      // No part of these is rare, so all are searched in every text.
      source: `${source.pattern(3)}x{0,30}[a-k]{0,9}[h-z]`,
    }));
    const large = compileSet(patterns);
    const small = compileSet(patterns, { maxBytes: 300_000 });
    if (!large.ok || !small.ok) throw new Error("refused");
    let text = "";
    for (let i = 0; i < 900; i++) text += `${source.text()}${source.number(9) > 0 ? "" : "xxq"}`;
    expect(small.set.scan(text)).toEqual(large.set.scan(text));
    expect(small.set.stats().cacheFlushes).toBeGreaterThan(0);
  });
});
