import { compileSet, type PatternSource } from "../../../packages/core/src/match/index";
import { mediansInTurns } from "./measure";
import { catalogue, sixteen } from "./patterns";
import { addRow, notes } from "./rows";
import { texts } from "./texts";

/** Twenty patterns against a thousand of the same kind, and twenty of the catalogue against a thousand and all of it, on benign text. */
export function runGrowth(): void {
  const word = (i: number) =>
    String.fromCharCode(97 + (i % 26), 97 + ((i * 7) % 26), 97 + ((i * 11) % 26), 97 + (Math.floor(i / 26) % 26));
  const make = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${i}`,
      source: `(?i)\\bzq${word(i)}\\W+(?:all|any|the) x${word(i * 3)}`,
    }));
  const text = texts.find(({ name }) => name === "english/4KB")!;
  const spread = (count: number) =>
    Array.from({ length: count }, (_, i) => catalogue[Math.floor((i * catalogue.length) / count)]!);
  const sets: readonly (readonly [string, readonly PatternSource[]])[] = [
    ["growth 20", make(20)],
    ["growth 1000", make(1000)],
    ["growth 20 of catalogue", spread(20)],
    ["growth 1000 of catalogue", spread(1000)],
    ["growth whole catalogue", catalogue],
  ];
  const runs = sets.map(([, patterns]) => {
    const result = compileSet(patterns);
    if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
    const { scan } = result.set;
    return (i: number) => scan(text.variants[i % 16]!);
  });
  const micros = mediansInTurns(runs);
  for (const [i, [name]] of sets.entries()) addRow(name, text.name, micros[i]!, text.length);
}

/** Ten thousand sets made, used and dropped: what is left on the heap. */
export function runRecompiles(): void {
  const collect = (globalThis as { gc?: () => void }).gc;
  const round = (count: number) => {
    for (let i = 0; i < count; i++) {
      const result = compileSet(sixteen);
      if (result.ok) result.set.scan("a short text with nothing in it");
    }
    collect?.();
    return process.memoryUsage().heapUsed;
  };
  const before = round(200);
  const after = round(10_000);
  notes.push(
    `recompiles: heap ${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after 10,000 (${collect ? "collected" : "run with --expose-gc to collect first"})`,
  );
}
