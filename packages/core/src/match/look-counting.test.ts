import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern } from "./compile-pattern";
import { createLazyAutomaton } from "./lazy-automaton";
import { lookAhead, lookBack } from "./look-around";
import { beginsInGap, countAhead, countBack } from "./look-counting";
import { createGroup } from "./native-engine";
import { reverseProgram } from "./program";

const maxBytes = 1 << 22;

function makeLooks(source: string, countsGaps: boolean) {
  const compiled = compilePattern({ id: "x", source });
  if ("message" in compiled) throw new Error(compiled.message);
  const { automaton: forward, classes } = createGroup([compiled.searchTree], false, maxBytes, true, countsGaps);
  const backward = createLazyAutomaton(reverseProgram(forward.program), classes, {
    anywhere: true,
    backward: true,
    maxBytes,
    isNarrow: true,
  });
  return { forward, backward };
}

const gap = fc.tuple(
  fc.constantFrom("[^\\n]", ".", "[ab ]", "(?s:.)", "[^.]"),
  fc.constantFrom("{0,16}", "{0,20}?", "{3,30}", "{2,19}", "{0,40}"),
);
const word = fc.constantFrom("ab", "\\bb\\w*\\b", "(?:a|ba)c", "x", "\\b(?:one|on)\\b", "é😀", "[xy]{2}");
const body = fc.tuple(word, gap, word).map(([left, [set, count], right]) => `${left}${set}${count}${right}`);
const source = fc.oneof(
  { weight: 3, arbitrary: body },
  fc.tuple(body, gap, word).map(([left, [set, count], right]) => `${left}${set}${count}${right}`),
  fc.tuple(word, gap, word, word).map(([left, [set, count], a, b]) => `${left}(?:${set}${count}(?:${a}|${b})){2}z?b`),
  fc.tuple(word, gap, word).map(([left, [set, count], right]) => `${left}(?:${set}${count}${right})+ `),
  fc.tuple(body, body).map(([one, other]) => `${one}|${other}`),
);
const text = fc
  .array(fc.constantFrom("ab", "b ", "ac", "x", "xy", "one ", "on ", "é😀", "😀", "\n", ".", "c", " ", "aaaa", "zb "), {
    maxLength: 60,
  })
  .map((pieces) => pieces.join(""));

describe("looks that count gaps", () => {
  it("come to the same answers and places as looks whose gaps are written out", () => {
    fc.assert(
      fc.property(
        source,
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        (pattern, texts, a, b) => {
          const counted = makeLooks(pattern, true);
          const written = makeLooks(pattern, false);
          expect(written.forward.program.gaps).toHaveLength(0);
          expect(counted.forward.program.gaps.length).toBeGreaterThan(0);
          for (const one of texts) {
            const from = a % (one.length + 1);
            const begin = from + (b % (one.length + 1 - from));
            if (!beginsInGap(counted.forward.program))
              expect(countAhead(counted.forward, one, from, begin)).toBe(lookAhead(written.forward, one, from, begin));
            if (!beginsInGap(counted.backward.program))
              expect(countBack(counted.backward, one, begin, from)).toBe(lookBack(written.backward, one, begin, from));
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("make hardly any states where a gap written out makes one for each of its characters", () => {
    const source = "\\b(?:write|explain)\\b[^\\n]{0,60}?\\b(?:bombs?|weapons?)\\b[^\\n]{0,120}?(?:now|soon)\\b";
    const text = "write to me and explain what the weather was like, then write again, ".repeat(40);
    const counted = makeLooks(source, true);
    const written = makeLooks(source, false);
    expect(countAhead(counted.forward, text, 0, text.length)).toBe(lookAhead(written.forward, text, 0, text.length));
    expect(counted.forward.stateCount).toBeLessThan(written.forward.stateCount / 4);
    expect(counted.forward.program.size).toBeLessThan(written.forward.program.size / 3);
  });

  it("count characters, not units", () => {
    const { forward } = makeLooks("a.{0,16}b", true);
    for (const count of [15, 16, 17])
      expect(countAhead(forward, `a${"😀".repeat(count)}b`, 0, 1)).toBe(count <= 16 ? -1 : 1 + 2 * 17);
  });
});
