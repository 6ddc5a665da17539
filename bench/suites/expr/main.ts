import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Measurement, measure } from "../../tools/measure";
import { listExprCases } from "./cases";
import * as questions from "./questions";

/* Expressions in both languages beside peers, and the size of the engine: npx tsx bench/suites/expr/main.ts */
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Bytes of the engine as it is shipped: alone, and with the matcher that `matches` runs on. */
async function measureSize(): Promise<Record<string, number>> {
  const bundle = async (external: string[]): Promise<Uint8Array> => {
    const built = await build({
      entryPoints: [`${root}packages/core/src/expr/index.ts`],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      target: "es2022",
      external,
    });
    return built.outputFiles[0]?.contents ?? new Uint8Array();
  };
  const alone = await bundle(["../match/*"]);
  const whole = await bundle([]);
  return {
    minifiedBytes: alone.length,
    gzippedBytes: gzipSync(alone).length,
    gzippedBytesWithMatcher: gzipSync(whole).length,
  };
}

function measurePython(): Measurement[] {
  const own = `${root}python/.venv/bin/python`;
  const done = spawnSync(existsSync(own) ? own : "python3", [`${root}bench/suites/expr/measure_python.py`], {
    input: JSON.stringify(questions),
    env: { ...process.env, PYTHONPATH: `${root}python/src` },
    encoding: "utf8",
  });
  if (done.status !== 0) {
    console.error(`python was not measured: ${done.stderr.trim().split("\n").pop()}`);
    return [];
  }
  return done.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Measurement);
}

const measurements = [...(await measure(await listExprCases(), 600)), ...measurePython()];
for (const { name, p50Us, p99Us, runsPerSecond } of measurements) {
  console.log(
    `${name.padEnd(110)} p50 ${p50Us.toFixed(3)} µs  p99 ${p99Us.toFixed(3)} µs  ${Math.round(runsPerSecond)} /s`,
  );
}
const size = await measureSize();
console.log(JSON.stringify(size));
mkdirSync(`${root}bench/results`, { recursive: true });
const report = { suite: "expr", node: process.version, cpu: cpus()[0]?.model ?? "", size, measurements };
writeFileSync(`${root}bench/results/expr.json`, `${JSON.stringify(report, null, 2)}\n`);
