import { expect, test } from "vitest";
import { compileSet } from "./index";

const patterns = [
  "a.b",
  "a..b",
  "a[^x]{3}b",
  "\\x{fffd}b",
  "a\\x{fffd}{2}b",
  "[\\x{1f600}-\\x{1f602}]{2}b",
  "\\x{1f600}é\\x{1f601}",
  "(?m)^会a",
  "é\\b",
  "\\bb\\x{1f602}\\bb",
  "(?s)^.{41}b.*a$",
  "\\p{Greek}{2}\\x{10ffff}",
];
/** Halves of pairs alone, pairs, and units of one, two and three bytes. */
const pieces = [
  "a",
  "b",
  "é",
  "会",
  "\n",
  "Ω",
  "\u{1f600}",
  "\u{1f601}",
  "\u{1f602}",
  "\u{10ffff}",
  "\ud83d",
  "\ude00",
];

function randomText(next: () => number, length: number): string {
  let text = "";
  while (text.length < length) text += pieces[Math.floor(next() * pieces.length)]!;
  return text.slice(0, length);
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

test("texts of other units are the same in lanes as where spans are looked for, whatever stands on a border", () => {
  const compiled = compileSet(patterns.map((source, i) => ({ id: String(i), source })));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { set } = compiled;
  const next = randomNumbers(11);
  const matched = new Set<number>();
  for (let round = 0; round < 1500; round++) {
    const text = randomText(next, 36 + Math.floor(next() * 90));
    const found = set.scan(text);
    for (const pattern of found) matched.add(pattern);
    const expected = patterns.flatMap((_, pattern) => (set.spans(text, pattern).length > 0 ? [pattern] : []));
    if (found.join() !== expected.join()) expect({ text, found }).toEqual({ text, found: expected });
  }
  expect(matched.size).toBe(patterns.length);
});

test("a pair that goes over the border of two lanes is read once", () => {
  const compiled = compileSet([
    { id: "three", source: "xa.b" },
    { id: "two", source: "xa..b" },
  ]);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  for (let length = 40; length < 60; length++)
    for (let at = 2; at < length - 3; at++) {
      const filler = "é".repeat(length);
      const text = `${filler.slice(0, at - 2)}xa\u{1f600}b${filler.slice(at + 3)}`;
      expect(compiled.set.scan(text)).toEqual([0]);
    }
});
