import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { runPolicyTests, type TestOutcome } from "./policy-tests";
import { colors, exitCodes, printJson, UsageProblem } from "./print";

/** Runs policy tests: files, or every `*.test.yaml` below folders (by default the current one). */
export async function testCommand(paths: readonly string[], { json = false }: { json?: boolean }): Promise<number> {
  const files = (paths.length > 0 ? paths : ["."]).flatMap(findTests);
  if (files.length === 0) throw new UsageProblem("no *.test.yaml found");
  const results: { file: string; tests: readonly TestOutcome[] }[] = [];
  for (const file of files) results.push({ file, tests: await runPolicyTests(file) });
  const all = results.flatMap(({ tests }) => tests);
  const failed = all.filter(({ differences }) => differences.length > 0).length;
  if (json) printJson({ passed: all.length - failed, failed, files: results });
  else for (const { file, tests } of results) print(file, tests);
  if (!json) console.log(`${all.length - failed} passed, ${failed} failed`);
  return failed > 0 ? exitCodes.findings : exitCodes.fine;
}

function print(file: string, tests: readonly TestOutcome[]): void {
  console.log(colors.bold(file));
  for (const { name, differences } of tests) {
    console.log(`  ${differences.length === 0 ? colors.green("ok") : colors.red("FAILED")} ${name}`);
    for (const difference of differences) console.log(`     ${difference}`);
  }
}

function findTests(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new UsageProblem(`${path}: no such file or folder`);
  }
  if (!isFolder) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && !name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return findTests(inner);
      return /\.test\.ya?ml$/.test(entry.name) ? [inner] : [];
    });
}
