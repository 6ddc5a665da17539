import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { Measurement } from "./measure";

const resultsFolder = fileURLToPath(new URL("../results/", import.meta.url));

/** A table of measurements, with the goals that they have; peers stand under the case they are compared with, with the ratio of their medians to ours. */
export function printMeasurements(title: string, measurements: readonly Measurement[]): void {
  console.log(`\n${title}`);
  const width = Math.max(...measurements.map(({ name }) => name.length));
  console.log(
    `${"".padEnd(width)}  ${["p50 µs", "p95 µs", "p99 µs", "runs/s"].map((text) => text.padStart(10)).join("")}   ratio`,
  );
  for (const { name, p50Us, p95Us, p99Us, runsPerSecond, mostUs } of measurements) {
    const base = measurements.find((other) => other.name !== name && name.startsWith(`${other.name} (`));
    const ratio = base ? `${(p50Us / base.p50Us).toFixed(1)} ×` : "";
    const goal = mostUs === undefined ? "" : `goal ${p50Us <= mostUs ? "met" : "MISSED"}: ${mostUs} µs`;
    const numbers = [p50Us, p95Us, p99Us].map((value) => value.toFixed(2).padStart(10)).join("");
    console.log(
      `${name.padEnd(width)}  ${numbers}${Math.round(runsPerSecond).toLocaleString("en-US").padStart(10)}   ${ratio}${goal}`,
    );
  }
}

/** Keeps the measurements of one suite, with what they were measured on. */
export function saveResults(suite: string, language: string, measurements: readonly object[]): void {
  mkdirSync(resultsFolder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.versions.node };
  const rows = measurements.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === "number" ? Number(value.toPrecision(4)) : value,
      ]),
    ),
  );
  const document = { suite, language, revision: revision(), machine, measurements: rows };
  writeFileSync(`${resultsFolder}${suite}.${language}.json`, `${JSON.stringify(document, null, 2)}\n`);
}

function revision(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
