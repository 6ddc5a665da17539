import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadAscii } from "./ascii-block";
import {
  createLiteralAutomaton,
  hintMask,
  hintOf,
  isSpelled,
  mustCompare,
  nextShift,
  partShift,
  unitsMask,
} from "./literal-automaton";
import { hitCount, hitLog, laneBorder, lanes, scanLiterals } from "./scan-literals";

const depth = 8;

/** Returns what the first pass reports of literals, as `place literal`, once what states do not tell was compared. */
function findLiterals(literals: readonly string[], text: string, cut: number): string[] {
  const parts = literals.map((_, index) => index);
  const automaton = createLiteralAutomaton(literals, parts, depth, 1 << 22, new Uint8Array(literals.length));
  if (automaton === undefined) throw new Error("too many states");
  const found: string[] = [];
  let state = 0;
  for (const [from, to] of [
    [0, cut],
    [cut, text.length],
  ] as const) {
    if (from === to) continue;
    state = scanLiterals(automaton, text, from, to, loadAscii(text, from, to), state);
    for (let lane = 0; lane < lanes; lane++) {
      for (let at = 0; at < hitCount(); at++) {
        const unit = hitLog[at]! & 0xffff;
        if (unit < laneBorder(lane) || unit >= laneBorder(lane + 1)) continue;
        const report = (hitLog[at]! >>> 16) - automaton.reports;
        for (let i = automaton.reportStarts[report]!; i < automaton.reportStarts[report + 1]!; i++) {
          const literal = automaton.reported[i]!;
          const ending = automaton.endings[literal]!;
          const place = from + unit + 1 - (ending & unitsMask);
          const expected = (ending >> nextShift) & hintMask;
          const next = place + (ending & unitsMask);
          if (expected !== 0 && expected !== hintOf(text.charCodeAt(next), text.charCodeAt(next + 1))) continue;
          if ((ending & mustCompare) !== 0 && !isSpelled(automaton, literal, text, place)) continue;
          found.push(`${place} ${literals[ending >> partShift]}`);
        }
      }
    }
  }
  return found;
}

function findOneByOne(literals: readonly string[], text: string): string[] {
  const found: string[] = [];
  for (const literal of literals)
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) found.push(`${at} ${literal}`);
  return found.sort();
}

describe("the first pass over literals", () => {
  it("goes on from a leaf with what its end begins", () => {
    const literals = ["abcd", "bcdb", "db", "cdbx"];
    expect(findLiterals(literals, "abcdbxabcdb", 4).sort()).toEqual(findOneByOne(literals, "abcdbxabcdb"));
  });

  it("reports every one of more literals than 16 bits count, where one state tells no more of them", () => {
    const letter = (i: number) => String.fromCharCode(97 + (i % 26));
    const literals = Array.from(
      { length: 0x10003 },
      (_, i) => `systemat${letter(i)}${letter(i / 26)}${letter(i / 676)}${letter(i / 17_576)}`,
    );
    const last = literals.at(-1)!;
    expect(findLiterals([...literals, "nothing"], `xnothing ${last}`, 4)).toEqual(["1 nothing", `9 ${last}`]);
  });

  it("makes no automaton whose reports would take more than it may have", () => {
    const literals = Array.from({ length: 1000 }, (_, i) => `systemat${String.fromCharCode(0x4e00 + i)}`);
    const make = (maxBytes: number) =>
      createLiteralAutomaton(
        literals,
        literals.map((_, i) => i),
        depth,
        maxBytes,
        new Uint8Array(1000),
      );
    expect(make(1 << 20)).toBeDefined();
    expect(make(1500)).toBeUndefined();
  });

  it("reports every place of every literal, in one lane and in four, wherever blocks begin", () => {
    const unit = fc.constantFrom("a", "b", "c", " ");
    const wide = fc.constantFrom("a", "b", "日", "本", "ж");
    const cases = fc.oneof(
      ...[unit, wide].map((char) =>
        fc.record({
          literals: fc.uniqueArray(fc.string({ unit: char, minLength: 1, maxLength: 11 }), {
            minLength: 1,
            maxLength: 12,
          }),
          start: fc.string({ unit: char, maxLength: 40 }),
          rest: fc.string({ unit: char, minLength: 1, maxLength: 90 }),
          times: fc.integer({ min: 0, max: 25 }),
          cut: fc.nat(),
        }),
      ),
    );
    fc.assert(
      fc.property(cases, ({ literals, start, rest, times, cut }) => {
        const text = start + rest.repeat(times);
        expect(findLiterals(literals, text, cut % (text.length + 1)).sort()).toEqual(findOneByOne(literals, text));
      }),
      { numRuns: 400 },
    );
  });

  it("reports every place in a dense block after one with hardly any hits, and the other way round, of ASCII and of other units", () => {
    const literals = ["abc", "ca", "жд"];
    for (const [filling, unit] of [
      ["x", "abcabx"],
      ["я", "abcabждя"],
    ] as const) {
      const sparse = `${filling.repeat(3000)}abc${filling.repeat(1000)}`;
      const dense = unit.repeat(500);
      for (const [first, second] of [
        [sparse, dense],
        [dense, sparse],
      ] as const) {
        const text = first + second;
        expect(findLiterals(literals, text, first.length).sort()).toEqual(findOneByOne(literals, text));
      }
    }
  });

  it("reports literals that do not hold one another in the order in which they begin, however much of each states tell", () => {
    const unit = fc.constantFrom("t", "h", "e", " ", "n", "x", "0", "日");
    const stretch = fc.tuple(fc.nat(9), fc.integer({ min: 2, max: 9 }));
    const cases = fc.tuple(
      fc.array(fc.string({ unit, minLength: 12, maxLength: 18 }), { minLength: 1, maxLength: 4 }),
      fc.array(stretch, { minLength: 2, maxLength: 5 }),
    );
    fc.assert(
      fc.property(cases, ([texts, stretches]) => {
        // Stretches of one text overlap: one begins inside of what is told of another.
        const all = [...new Set(texts.flatMap((text) => stretches.map(([at, length]) => text.slice(at, at + length))))];
        const literals = all.filter((one) => !all.some((other) => other !== one && one.includes(other)));
        const text = texts.join("");
        const places = findLiterals(literals, text, text.length).map((found) => Number.parseInt(found, 10));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });
});
