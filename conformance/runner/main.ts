import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareImplementations } from "./compare-implementations";
import { readExpectations } from "./expectations";
import { loadVectors } from "./load-vectors";
import { readOptions, usage } from "./options";
import { countResults, describeRun } from "./report";
import { runImplementation } from "./run-implementation";
import { UsageError } from "./usage-error";
import type { VectorCase } from "./vector";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startLimitMs = 60_000;
const maxStarts = 25;

async function main(args: readonly string[]): Promise<number> {
  const known = JSON.parse(readFileSync(join(root, "conformance/impls/commands.json"), "utf8")) as Record<
    string,
    string[]
  >;
  const options = readOptions(args, known);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const all = loadVectors(
    options.vectors ?? join(root, "conformance/vectors"),
    join(root, "conformance/schema/vector.schema.json"),
  );
  const cases = all.filter((item) => matches(item, options.filter));
  if (cases.length === 0) throw new UsageError(`no case matches \`${options.filter}\``);

  const ids = new Set(all.map(({ id }) => id));
  const runs = [];
  const results = [];
  for (const { name, command } of options.implementations) {
    const expectations = readExpectations(join(root, `conformance/impls/${name}/expectations.json`), ids);
    const { limitMs } = options;
    const run = await runImplementation({
      name,
      command,
      cwd: root,
      cases,
      expectations,
      limitMs,
      startLimitMs,
      maxStarts,
    });
    runs.push(run);
    results.push(...run.results);
    console.log(`${describeRun(name, run.results)}\n`);
  }
  const [first, ...others] = runs;
  for (const other of options.compare && first ? others : []) {
    const compared = compareImplementations(first as (typeof runs)[number], other);
    results.push(...compared);
    console.log(`${describeRun(`${first?.name} and ${other.name}, byte for byte`, compared)}\n`);
  }
  const { passed, failed, known: listed, notRun } = countResults(results);
  if (listed + notRun > 0) console.log(`${listed} known failures, ${notRun} not run, as listed in expectations.json`);
  console.log(`${passed} passed, ${failed} failed`);
  if (runs.some(({ broken }) => broken)) return 3;
  return failed === 0 && passed > 0 ? 0 : 1;
}

const matches = ({ id, title, clauses }: VectorCase, text: string): boolean =>
  id.includes(text) || title.includes(text) || clauses.includes(text);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
