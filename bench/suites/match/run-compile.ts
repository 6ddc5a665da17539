import { execFileSync } from "node:child_process";
import { compileSet } from "../../../packages/core/src/match/index";
import { medianMicros } from "./measure";
import { catalogue } from "./patterns";
import { addRow } from "./rows";

export const coldArgument = "compile-cold";
const count = 400;
const subset = () => catalogue.filter((_, i) => i % Math.floor(catalogue.length / count) === 0).slice(0, count);

/** Prints how long the first compilation of a process takes, in milliseconds. */
export function printColdCompile(): void {
  const patterns = subset();
  const start = performance.now();
  const result = compileSet(patterns);
  console.log(result.ok ? performance.now() - start : Number.NaN);
}

/** Compiles 400 patterns of the catalogue: first in fresh processes (the median of five), then again and again in this one. */
export function runCompile(): void {
  const program = process.argv[1]!;
  const runner = new URL("../../../packages/devkit/bin/run-ts.mjs", import.meta.url).pathname;
  const cold = Array.from({ length: 5 }, () =>
    Number(execFileSync(process.execPath, [runner, program, coldArgument], { encoding: "utf8" })),
  ).sort((a, b) => a - b);
  addRow("compile", `${count} patterns`, cold[2]! * 1000, count, "first in a process");
  const patterns = subset();
  const warm = medianMicros(() => compileSet(patterns), 3000);
  addRow("compile", `${count} patterns`, warm, count, "warm");
}
