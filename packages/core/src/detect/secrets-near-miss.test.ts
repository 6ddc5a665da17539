import { describe, expect, it } from "vitest";
import { type SecretKind, secretKinds } from "../gen/secrets";
import { compileSet } from "../match/index";
import { createRandom, drawMatch, type Random } from "./draw-match.suite";
import { findValue } from "./secret-values";
import { findSecrets, listSecretPatterns, listSecretSignals, type SecretFinding } from "./secrets";
import { scanText } from "./text-scan";

const compiled = compileSet(listSecretPatterns());
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const { set } = compiled;
const signals = listSecretSignals();
const find = (value: string): SecretFinding[] =>
  findSecrets(scanText({ role: "input", path: "/input", value }, set), set, signals, () => true, 3500);

/** Runs of one class that have a length of eight or more. */
const longRun = /\](\{(\d+)(,\d*)?\})/g;

const hasLongRun = (source: string): boolean => [...source.matchAll(longRun)].some(([, , least]) => Number(least) >= 8);

/** The pattern with a quarter of the characters wherever it asks for eight or more. */
const shorten = (source: string): string =>
  source.replace(longRun, (run, _, least: string) =>
    Number(least) >= 8 ? `]{${Math.floor(Number(least) / 4)}}` : run,
  );

/** A form that ends with a run of one length and then with the word. */
const fixedEnd = /\]\{(\d+)\}\\b$/;

/** What is drawn from a pattern, with the beginning that its kind asks for beyond it. */
function draw({ begins }: SecretKind, source: string, random: Random): string {
  const drawn = drawMatch(source, random);
  return begins === "" ? drawn : begins + drawn.replace(/^A*/, "");
}

/** How many of some drawn texts are found as the kind that they were drawn for. */
function countFound(kind: SecretKind, source: string): number {
  const random = createRandom(11);
  return Array.from({ length: 40 }, () => find(`note ${draw(kind, source, random)} end`)).filter((found) =>
    found.some((one) => one.kind === kind.kind),
  ).length;
}

describe("near misses of secrets", () => {
  let short = 0;
  let long = 0;
  for (const kind of secretKinds) {
    for (const { id, source } of kind.patterns) {
      if (hasLongRun(source)) {
        short++;
        it(`${id}: what is shorter than the form is not found`, () => {
          const random = createRandom(11);
          let rejected = 0;
          for (let tries = 0; tries < 40 && rejected < 3; tries++) {
            const text = `note ${draw(kind, shorten(source), random)} end`;
            // A form may have another reading in which the text is long enough, or be another pattern's.
            const hits = [...set.scan(text), ...scanText({ role: "input", path: "/input", value: text }, set).hits];
            if (hits.some((hit) => signals[hit] === kind)) continue;
            rejected++;
            expect(find(text).map((one) => one.kind)).not.toContain(kind.kind);
          }
          expect(rejected).toBeGreaterThan(0);
        });
      }
      const fixed = fixedEnd.exec(source);
      if (fixed) {
        long++;
        it(`${id}: what is longer than the form is not found by it`, () => {
          const longer = `${source.slice(0, fixed.index)}]{${Number(fixed[1]) + 1}}\\b`;
          const random = createRandom(13);
          for (let tries = 0; tries < 3; tries++)
            expect(set.spans(`note ${drawMatch(longer, random)} end`, set.ids.indexOf(id))).toEqual([]);
        });
      }
    }
    it(`${kind.kind}: a placeholder in its place is not found`, () => {
      const random = createRandom(17);
      for (const { id, source } of kind.patterns) {
        const text = `note ${draw(kind, source, random)} end`;
        const place = set.spans(text, set.ids.indexOf(id))[0];
        const value = place && findValue(text.slice(place.start, place.end), kind.value);
        if (!place || !value) continue;
        const [from, to] = [place.start + value.start, place.start + value.end];
        for (const word of ["your-key-here", "<password>", "xxxxxxxxxxxx", ["$", "{SECRET}"].join("")]) {
          const found = find(text.slice(0, from) + word + text.slice(to));
          expect(found.filter(({ start, end }) => start < from + word.length && end > from)).toEqual([]);
        }
      }
    });
  }

  it("are drawn for most kinds", () => {
    expect(short).toBeGreaterThan(150);
    expect(long).toBeGreaterThan(60);
  });

  it("and what has the form is found", () => {
    const seldom = secretKinds.filter(
      (kind) => kind.random === "" && kind.patterns.every(({ source }) => countFound(kind, source) === 0),
    );
    expect(seldom.map(({ kind }) => kind)).toEqual([]);
  });
});
