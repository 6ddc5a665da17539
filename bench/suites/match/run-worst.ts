import { compileSet } from "../../../packages/core/src/match/index";
import { createEngines } from "./engines";
import { mediansInTurns } from "./measure";
import { worst } from "./patterns";
import { addRow, notes } from "./rows";

const units = [
  ["a", "a"],
  ["x", "x"],
  ["ab,", "abba,xa"],
  ["=", "a=b=c "],
  ["digits", "1234-5678 "],
] as const;

/** A flat string: what a caller gets from a parser or a socket. */
const repeatTo = (unit: string, length: number): string =>
  JSON.parse(JSON.stringify(unit.repeat(Math.ceil(length / unit.length)).slice(0, length))) as string;

/** Patterns that ruin backtrackers or make many states, on texts that keep them busy: time has to stay linear. */
export function runWorst(): void {
  for (const pattern of worst) {
    const result = compileSet([pattern]);
    if (!result.ok) throw new Error(JSON.stringify(result.problems[0]));
    const peers = createEngines([pattern]).engines.filter(
      ({ name }) => name === "native RE2.Set" || name.startsWith("re2js RE2Set"),
    );
    const cells: { readonly name: string; readonly text: string }[] = [];
    for (const length of [4096, 1 << 20]) {
      for (const [name, unit] of units) {
        const text = repeatTo(unit, length);
        const answer = result.set.scan(text).join();
        for (const peer of length === 4096 ? peers : []) {
          if (peer.scan(text).join() !== answer)
            notes.push(`worst ${pattern.source} on ${name}: ${peer.name} disagrees`);
        }
        // A search that finds the pattern stops there and says nothing about the rest.
        if (answer !== "") continue;
        cells.push({ name: `${name}/${length === 4096 ? "4KB" : "1MB"}`, text });
      }
    }
    const micros = mediansInTurns(
      cells.map(
        ({ text }) =>
          () =>
            result.set.scan(text),
      ),
    );
    for (const [i, { name, text }] of cells.entries()) addRow(`worst ${pattern.source}`, name, micros[i]!, text.length);
  }
}
