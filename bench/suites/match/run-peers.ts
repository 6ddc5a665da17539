import type { PatternSource } from "../../../packages/core/src/match/index";
import { type BenchEngine, createEngines } from "./engines";
import { mediansInTurns } from "./measure";
import { addRow, notes } from "./rows";
import { type BenchText, texts } from "./texts";

/** Answers are checked before anything is timed. */
function checkAnswers(suite: string, engines: readonly BenchEngine[], text: BenchText): void {
  const [reference] = engines;
  for (const variant of text.variants.slice(0, 4)) {
    const expected = reference!.scan(variant);
    for (const engine of engines.slice(1)) {
      const answer = engine.scan(variant);
      const same = engine.tellsWhich ? answer.join() === expected.join() : answer.length > 0 === expected.length > 0;
      if (!same) notes.push(`${suite} ${text.name}: ${engine.name} answers [${answer}], holdpoint [${expected}]`);
    }
  }
}

/** Runs every engine that takes the patterns; pure JavaScript and WASM peers only up to `maxPeerChars`, since they take seconds. */
export function runSuite(suite: string, patterns: readonly PatternSource[], maxPeerChars: number): void {
  const { engines, absent } = createEngines(patterns);
  for (const reason of absent) notes.push(`${suite}: without ${reason}`);
  for (const engine of engines)
    notes.push(`${suite}: ${engine.name} compiled ${patterns.length} patterns in ${engine.compileMs.toFixed(1)} ms`);
  const cells = texts.flatMap((text) => {
    const able = engines.filter(
      (engine, i) => i === 0 || text.length <= maxPeerChars || engine.name.startsWith("native"),
    );
    checkAnswers(suite, able, text);
    return able.map((engine) => ({ text, engine }));
  });
  const micros = mediansInTurns(
    cells.map(
      ({ text: { variants }, engine: { scan } }) =>
        (i) =>
          scan(variants[i % variants.length]!),
    ),
  );
  for (const [i, { text, engine }] of cells.entries()) addRow(suite, text.name, micros[i]!, text.length, engine.name);
}
