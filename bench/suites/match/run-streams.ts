import { strict as assert } from "node:assert";
import { compileSet, type PatternSet } from "../../../packages/core/src/match/index";
import { mediansInTurns } from "./measure";
import { catalogue } from "./patterns";
import { addRow } from "./rows";
import { texts } from "./texts";

/** So many patterns of the catalogue, those of personal data, are redacted; one in so many. */
const redactedPatterns = 40;

/** Units a piece: a model's token has about four, what a socket brings a thousand. */
const sizes = [1024, 64, 16, 4, 1];

function stream(set: PatternSet, text: string, size: number, spans: readonly number[] = []): number[] {
  const reader = set.stream({ spans });
  const found: number[] = [];
  for (let at = 0; at < text.length; at += size) found.push(...reader.push(text.slice(at, at + size)).found);
  found.push(...reader.end().found);
  return found.sort((a, b) => a - b);
}

/** A benign text in pieces beside one scan over the whole: as sockets bring them and as models do. */
export function runStreams(): void {
  const result = compileSet(catalogue);
  if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
  const { set } = result;
  const personal = catalogue.flatMap(({ id }, index) => (id.includes("/") ? [index] : [])).slice(0, redactedPatterns);
  for (const name of ["english/4KB", "mixed/4KB", "hostile/4KB"]) {
    const { length, variants } = texts.find((text) => text.name === name)!;
    for (const text of variants.slice(0, 4)) {
      for (const size of sizes) assert.deepEqual(stream(set, text, size), [...set.scan(text)]);
    }
    const kinds: (readonly [string, (text: string) => unknown])[] = [
      ["one scan", (text) => set.scan(text)],
      ...sizes.map((size) => [`pieces of ${size}`, (text: string) => stream(set, text, size)] as const),
      [`64, ${redactedPatterns} redacted`, (text) => stream(set, text, 64, personal)],
    ];
    const micros = mediansInTurns(
      kinds.map(
        ([, run]) =>
          (i) =>
            run(variants[i % variants.length]!),
      ),
    );
    for (const [i, [engine]] of kinds.entries()) addRow("streams", name, micros[i]!, length, engine);
  }
}
