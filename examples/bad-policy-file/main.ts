import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type CompileProblem, Holdpoint, isPolicyBlockedError, isPolicyCompileError } from "@holdpoint/sdk";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
const windows = process.platform === "win32";
const python = join(root, "python", ".venv", windows ? "Scripts/python.exe" : "bin/python");
/** The same program that `npx holdpoint` starts. */
const holdpoint = createRequire(import.meta.url).resolve("holdpoint/bin/holdpoint.mjs");

/** What each file has wrong, and what its reader needs to know. */
const expected = [
  { file: "malformed.yaml", line: 4, suggestion: undefined },
  { file: "unknown-field.yaml", line: 7, suggestion: "max_cost_per_execution" },
  { file: "wrong-expression.yaml", line: 6, suggestion: "contains" },
];

const fromPython = execFileSync(python, ["check.py", ...expected.map(({ file }) => file)], { cwd: here })
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { message: string; problems: CompileProblem[] });

for (const [index, { file, line, suggestion }] of expected.entries()) {
  const text = readFileSync(join(here, file), "utf8").split("\n")[line - 1] ?? "";
  console.log(`\n${file}, line ${line}\n  | ${text}`);

  const cli = spawnSync(process.execPath, [holdpoint, "check", file], { cwd: here, encoding: "utf8", timeout: 20_000 });
  console.log(`  npx holdpoint check   ${cli.stderr.trim().replaceAll("\n", `\n${" ".repeat(24)}`)}`);
  assert.equal(cli.status, 1);
  assert.ok(cli.stderr.startsWith(`error ${file}:${line}:`), "file, line, column");
  assert.ok(suggestion === undefined || cli.stderr.includes(`did you mean \`${suggestion}\`?`));

  const error = await Holdpoint.create({ policies: join(here, file) }).catch((thrown: unknown) => thrown);
  assert.ok(isPolicyCompileError(error), "a client does not start on a bad file");
  console.log(`  TypeScript            ${error.message.replace(here, "")}`);
  const problem = error.problems[0];
  assert.deepEqual([problem?.line, problem?.suggestion], [line, suggestion]);

  console.log(`  Python                ${fromPython[index]?.message}`);
  const twin = fromPython[index]?.problems[0];
  assert.deepEqual([twin?.line, twin?.suggestion ?? undefined], [line, suggestion]);
  if (suggestion !== undefined) {
    assert.deepEqual(
      [twin?.column, twin?.message, twin?.pointer],
      [problem?.column, problem?.message, problem?.pointer],
    );
  }
}

console.log("\nA good file turns bad while a client runs");
const folder = mkdtempSync(join(tmpdir(), "holdpoint-example-"));
const file = join(folder, "policies.yaml");
copyFileSync(join(here, "good.yaml"), file);
const hp = await Holdpoint.create({ policies: file, reloadDebounceMs: 10 });
try {
  const isBlocked = (): Promise<boolean> =>
    hp.enforceToolCall({ agentId: "ops-agent", tool: "drop_table" }).then(() => false, isPolicyBlockedError);
  assert.ok(await isBlocked());
  console.log("  before                drop_table is blocked");

  copyFileSync(join(here, "unknown-field.yaml"), file);
  // A client keeps no process alive, so this one waits by a timer.
  for (let waitedMs = 0; hp.stats().lastSync?.ok !== false && waitedMs < 10_000; waitedMs += 10) await setTimeout(10);
  const problems = hp.stats().lastSync?.problems ?? [];
  assert.ok(problems[0]?.line === 7);
  console.log(`  the client reports    line ${problems[0].line} column ${problems[0].column}: ${problems[0].message}`);

  assert.ok(await isBlocked(), "the last good plan stays in force");
  console.log("  after                 drop_table is still blocked: the last good plan stays in force");
} finally {
  await hp.close();
  rmSync(folder, { recursive: true, force: true });
}
