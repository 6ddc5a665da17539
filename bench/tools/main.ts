import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { listCompileCases } from "../suites/compile/cases";
import { measureCold, printCold } from "../suites/compile/cold";
import { listEvaluateCases } from "../suites/evaluate/cases";
import { listMatchCases } from "../suites/match/cases";
import { listRuleCases, measurePlanMemory } from "../suites/rules/cases";
import { type Measurement, measure } from "./measure";
import { printMeasurements, saveResults } from "./report";

const root = fileURLToPath(new URL("../..", import.meta.url));
const only = process.argv.slice(2);
const wanted = (suite: string): boolean => only.length === 0 || only.includes(suite);

for (const [suite, listCases] of [
  ["evaluate", listEvaluateCases],
  ["rules", listRuleCases],
  ["match", listMatchCases],
  ["compile", listCompileCases],
] as const) {
  if (!wanted(suite)) continue;
  const measurements = await measure(await listCases());
  printMeasurements(`${suite} (TypeScript)`, measurements);
  saveResults(suite, "typescript", measurements);
}

if (wanted("compile")) {
  const cold = measureCold();
  printCold(cold);
  saveResults("cold", "typescript", cold);
}

if (wanted("rules")) {
  for (const { policies, bytesPerPolicy } of measurePlanMemory())
    console.log(`plan of ${policies} policies: ${bytesPerPolicy} bytes of heap a policy`);
}

/** Rooms with larger suites beside peers of their own; they write results/match.json and results/expr.json. */
for (const suite of ["match", "expr"]) {
  if (wanted(`${suite}-peers`))
    run(process.execPath, ["--expose-gc", `${root}packages/devkit/bin/run-ts.mjs`, `bench/suites/${suite}/main.ts`]);
}

if (wanted("adapters")) {
  const runTs = `${root}packages/devkit/bin/run-ts.mjs`;
  run(process.execPath, ["--expose-gc", runTs, "bench/suites/adapters/main.ts"]);
}

/** Suites that start processes of their own. */
for (const suite of ["wired", "pause"]) {
  const runTs = `${root}packages/devkit/bin/run-ts.mjs`;
  if (wanted(suite)) run(process.execPath, ["--expose-gc", runTs, `bench/suites/${suite}/main.ts`]);
}

const python = `${root}python/.venv/bin/python`;
if (wanted("python") && existsSync(python)) {
  const lines = run(python, [`${root}bench/suites/python/main.py`], "pipe").split("\n");
  const measurements = lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, number | string>);
  for (const suite of ["evaluate", "match", "compile"]) {
    const own = measurements.filter(({ name }) => String(name).startsWith(`${suite}/`)).map(fromPython);
    if (own.length === 0) continue;
    printMeasurements(`${suite} (Python)`, own);
    saveResults(suite, "python", own);
  }
}

if (wanted("wired") && existsSync(python)) {
  const lines = run(python, [`${root}bench/suites/python/wired.py`], "pipe").split("\n");
  const rows = lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, number | string>);
  console.log("\nwired (Python): CPU time of the calling thread, µs; with the lanes; or with the server down");
  for (const { name, ...numbers } of rows) console.log(`${String(name).padEnd(24)}${JSON.stringify(numbers)}`);
  saveResults("wired", "python", rows);
}

if (wanted("adapters") && existsSync(python)) {
  const lines = run(python, [`${root}bench/suites/adapters/main.py`], "pipe").split("\n");
  const rows = lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { name: string; stepUs: number; stepCpuUs: number });
  console.log("\nadapters (Python), µs a step: wall clock, CPU");
  for (const { name, stepUs, stepCpuUs } of rows) {
    console.log(`${name.padEnd(64)}${stepUs.toFixed(1).padStart(10)}${stepCpuUs.toFixed(1).padStart(10)}`);
  }
  saveResults("adapters", "python", rows);
}

function fromPython(row: Record<string, number | string>): Measurement {
  const p50Us = Number(row["p50_us"]);
  return {
    name: String(row["name"]),
    p50Us,
    p95Us: Number(row["p95_us"]),
    p99Us: Number(row["p99_us"]),
    runsPerSecond: 1e6 / p50Us,
  };
}

function run(command: string, args: readonly string[], output: "inherit" | "pipe" = "inherit"): string {
  return String(
    execFileSync(command, args, {
      cwd: root,
      stdio: ["ignore", output, "inherit"],
      encoding: "utf8",
      maxBuffer: 1 << 26,
    }) ?? "",
  );
}
