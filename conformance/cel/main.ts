import { readCases, readExceptions } from "./cases";
import { runCases } from "./run";

/*
 * The CEL conformance suite against our engine.
 *   npx tsx conformance/cel/main.ts [file.jsonl]    runs; exit status 0 when all passes, 1 otherwise
 *   npx tsx conformance/cel/main.ts --cases [file]  prints the cases as JSON lines, for other implementations
 */
const args = process.argv.slice(2);
const printsCases = args[0] === "--cases";
const path = printsCases ? args[1] : args[0];
const exceptions = readExceptions();
const { cases, leftOut } = readCases(path, exceptions);
if (printsCases) {
  process.stdout.write(cases.map((test) => `${JSON.stringify(test)}\n`).join(""));
} else {
  const report = runCases(cases, exceptions, path === undefined);
  for (const { id, expr, why } of report.failures) console.log(`FAIL ${id}: ${expr}: ${why}`);
  if (args.includes("--types") || report.types.length > 0) {
    for (const { id, expr, ours, theirs } of report.types)
      console.log(`type ${id}: ${expr}: ours ${ours}, theirs ${theirs}`);
  }
  const share = ((100 * report.passed) / cases.length).toFixed(2);
  console.log(
    `cel conformance: ${report.passed} of ${cases.length} pass (${share} %), ${exceptions.failing.length} known to fail, ${leftOut} left out`,
  );
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}
