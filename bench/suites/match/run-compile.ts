import { execFileSync } from "node:child_process";
import { openCatalogue } from "../../../packages/core/src/detect/catalogue-sources";
import { compileKnownSet, compileSet } from "../../../packages/core/src/match/index";
import { medianMicros } from "./measure";
import { catalogue } from "./patterns";
import { addRow } from "./rows";

export const coldArgument = "compile-cold";
const count = 400;
const subset = () => catalogue.filter((_, i) => i % Math.floor(catalogue.length / count) === 0).slice(0, count);

/** Prints what the first compilation of a process takes, in milliseconds: wall clock and processor time. */
export function printColdCompile(what: string): void {
  const patterns = what === "known" ? catalogue : subset();
  const start = performance.now();
  const before = process.cpuUsage();
  const result = what === "known" ? compileKnownSet(patterns, openCatalogue) : compileSet(patterns);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify(result.ok ? [performance.now() - start, (user + system) / 1000] : []));
}

/** Returns the medians over fresh processes: wall clock and processor time, in milliseconds. */
function measureCold(what: string): { wallMs: number; cpuMs: number } {
  const program = process.argv[1]!;
  const runner = new URL("../../../packages/devkit/bin/run-ts.mjs", import.meta.url).pathname;
  const runs = Array.from({ length: 7 }, () => {
    const output = execFileSync(process.execPath, [runner, program, coldArgument, what], { encoding: "utf8" });
    return JSON.parse(output) as [number, number];
  });
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
  return { wallMs: median(runs.map(([wall]) => wall)), cpuMs: median(runs.map(([, cpu]) => cpu)) };
}

/**
 * Compiles 400 patterns of the catalogue as if they were a user's own: first in fresh processes, then again and again in this one. And all of
 * the catalogue in fresh processes, as plans do, with what is known of its patterns beforehand.
 */
export function runCompile(): void {
  const own = measureCold("own");
  addRow("compile", `${count} patterns`, own.wallMs * 1000, count, "first in a process");
  addRow("compile", `${count} patterns`, own.cpuMs * 1000, count, "first, CPU");
  const patterns = subset();
  const warm = medianMicros(() => compileSet(patterns), 100);
  addRow("compile", `${count} patterns`, warm, count, "warm");
  const whole = measureCold("known");
  addRow("compile", "whole catalogue", whole.wallMs * 1000, catalogue.length, "known, first");
  addRow("compile", "whole catalogue", whole.cpuMs * 1000, catalogue.length, "known, first, CPU");
}
