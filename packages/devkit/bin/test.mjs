import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../lib/run.mjs";
import { ensureAll, frameworksPython, venvPython } from "../lib/setup.mjs";

/** Everything, both languages, quick checks first. Ends with the plain line `N passed, N failed`. */
const bin = (name) => join(root, "node_modules", ".bin", name);
const tsx = (script, ...args) => [process.execPath, ["--import", "tsx", script, ...args]];
const python = (...args) => [venvPython, args];
const folder = mkdtempSync(join(tmpdir(), "holdpoint-test-"));
// Files of tests, two at a time: many of them wait for servers and processes.
const sideBySide = ["-n", "2", "--dist", "loadfile"];
const unitReport = join(folder, "unit.json");

const steps = [
  check("generated files agree with spec/", ...tsx("spec/codegen/src/main.ts", "--check")),
  check("generated files agree with the catalogue", ...tsx("packages/devkit/generate/main.ts", "--check")),
  check("format and lint", bin("biome"), ["check", "."]),
  check("arrows between the rooms", bin("depcruise"), [
    "--config",
    ".dependency-cruiser.cjs",
    "packages",
    "conformance",
    "bench",
    "examples",
    "spec/codegen",
  ]),
  check("exports and files that nobody uses", bin("knip"), ["--config", "packages/devkit/knip.json"]),
  check("types (TypeScript)", bin("tsc"), ["--noEmit", "-p", "tsconfig.json"]),
  check("lint (Python)", ...python("-m", "ruff", "check", "python")),
  check("format (Python)", ...python("-m", "ruff", "format", "--check", "python")),
  check("types (Python)", ...python("-m", "mypy", "--config-file", "python/pyproject.toml", "python/src")),
  check("arrows between the rooms (Python)", ...python("packages/devkit/lib/lint-imports.py")),
  {
    name: "unit and property tests (TypeScript)",
    command: bin("vitest"),
    args: ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`],
    count: countVitest,
  },
  {
    name: "unit and property tests (Python)",
    ...pair(
      python("-m", "pytest", "-c", "python/pyproject.toml", "--rootdir", "python", ...sideBySide, "python/tests"),
    ),
    count: countPytest,
  },
  {
    name: "tests of frameworks that stand apart (Python)",
    command: frameworksPython,
    args: ["-m", "pytest", "-c", "python/pyproject.toml", "--rootdir", "python", "python/tests_frameworks"],
    count: countPytest,
    frameworks: true,
  },
  { name: "vectors, both languages", ...pair(tsx("conformance/runner/main.ts", "--compare")), count: countPlainLine },
  {
    name: "generated policies and requests, both languages",
    ...pair(tsx("conformance/generated/main.ts", "--count", "300")),
    count: countPlainLine,
  },
  { name: "CEL conformance", ...pair(tsx("conformance/cel/main.ts")), count: countCases },
  ...searchCases(),
  { name: "examples", ...pair(tsx("examples/run-all.ts")), count: countPlainLine, built: true },
  check("reference deployment on its sample conversations", process.execPath, [
    "packages/devkit/bin/start.mjs",
    "--quiet",
  ]),
];

const hasFrameworks = await ensureAll({ declarations: true, frameworks: true });

const only = process.argv.slice(2);
const wanted = steps.filter(
  ({ name, frameworks }) =>
    (!frameworks || hasFrameworks) && (only.length === 0 || only.some((word) => name.includes(word))),
);
// The quick checks read files alone, so two run side by side; what they print follows when they end.
const quick = wanted.slice(
  0,
  Math.max(
    0,
    wanted.findIndex(({ single }) => !single),
  ),
);
const queue = [...quick];
const ends = new Map();
const lane = async () => {
  for (let step = queue.shift(); step; step = queue.shift()) ends.set(step, await runStep(step, { show: false }));
};
await Promise.all([lane(), lane()]);
for (const step of wanted.slice(quick.length)) ends.set(step, await runStep(step, { show: true }));
const results = wanted.map((step) => ends.get(step));
const total = (kind) => results.reduce((sum, result) => sum + result[kind], 0);
const totals = { passed: total("passed"), failed: total("failed") };
rmSync(folder, { recursive: true, force: true });
console.log(`\n${results.map(({ row }) => row).join("\n")}\n`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

async function runStep(step, { show }) {
  const title = `\n── ${step.name}`;
  if (show) console.log(title);
  const started = Date.now();
  const env = {
    CI: "true",
    FORCE_COLOR: "0",
    ...(step.built ? { TSX_TSCONFIG_PATH: join(root, "packages/devkit/tsconfig.run.json") } : {}),
  };
  const { status, output } = await run(step.command, step.args, { env, show });
  if (!show) console.log(`${title}\n${output.trimEnd()}`);
  const counted = step.count(output) ?? { passed: 0, failed: 1 };
  if (status !== 0 && step.single) counted.passed = 0;
  if (status !== 0 && counted.failed === 0) counted.failed = 1;
  if (status !== 0) console.log(`${step.name}: status ${status}, ${output.trimEnd().split("\n").at(-1)}`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const verdict = counted.failed === 0 ? "ok    " : "FAILED";
  return {
    ...counted,
    row: `${verdict} ${step.name}: ${counted.passed} passed, ${counted.failed} failed (${seconds} s)`,
  };
}

function check(name, command, args) {
  return { name, command, args, count: () => ({ passed: 1, failed: 0 }), single: true };
}

/** RE2's published search cases are not ours to ship: they run where their file lies beside the project or is named. */
function searchCases() {
  const file = process.env.HOLDPOINT_RE2_CASES ?? join(root, "..", "shared", "datasets", "vectors", "re2_search.jsonl");
  if (!existsSync(file)) return [];
  return [check("RE2 search cases", ...tsx("conformance/re2/main.ts", file))];
}

function pair([command, args]) {
  return { command, args };
}

function countVitest() {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(unitReport, "utf8"));
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) };
  } catch {
    return undefined;
  }
}

function countPytest(output) {
  const last = output.match(/^.*\b(?:passed|failed|errors?)\b.* in [\d.]+s.*$/gm)?.at(-1);
  if (!last) return undefined;
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(last)?.[1] ?? 0);
  return { passed: number("passed"), failed: number("failed") + number("errors?") };
}

/** `1077 of 1078 pass (…), 1 known to fail` */
function countCases(output) {
  const match = /(\d+) of (\d+) pass[^,]*, (\d+) known to fail/.exec(output);
  if (!match) return undefined;
  const [passed, total, known] = match.slice(1).map(Number);
  return { passed, failed: total - passed - known };
}

function countPlainLine(output) {
  const last = output.match(/^(?:\w+: )?(\d+) passed, (\d+) failed/gm)?.at(-1);
  const match = last && /(\d+) passed, (\d+) failed/.exec(last);
  return match ? { passed: Number(match[1]), failed: Number(match[2]) } : undefined;
}
