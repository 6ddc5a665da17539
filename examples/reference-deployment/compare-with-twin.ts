import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { canonicalJson, compile, evaluate } from "@holdpoint/core";
import { parse } from "yaml";
import type { Row } from "./rows";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const clock = (): number => Date.UTC(2026, 10, 21, 12);

/** Decides every text again in both languages, and compares the decisions byte for byte in canonical JSON. */
export async function compareWithTwin(rows: readonly Row[]): Promise<boolean> {
  console.log("\nTwin");
  const python = path("../../python/.venv/bin/python");
  if (!existsSync(python)) {
    console.log("python/.venv is not there: run `npm run setup`");
    return false;
  }
  const { policies } = parse(readFileSync(path("./policies.yaml"), "utf8")) as { policies: unknown[] };
  const compiled = compile(policies);
  if (!compiled.ok) throw new Error("the policies compile");
  const theirs = await decideInPython(python, policies, rows);
  let different = 0;
  for (const [index, row] of rows.entries()) {
    const decision = evaluate(compiled.plan, requestOf(row), nothingSpent, clock);
    if (canonicalJson(decision) !== canonicalJson(JSON.parse(theirs[index] ?? "null"))) different++;
  }
  console.log(`${rows.length} texts decided in TypeScript and in Python: ${different} decisions differ`);
  return different === 0;
}

/** A store in which nothing has happened yet. */
const nothingSpent = { read: () => 0, session: () => undefined };

const requestOf = (row: Row) => ({ agentId: row.agents[0], sessionId: row.conversation, input: row.text });

function decideInPython(python: string, policies: readonly unknown[], rows: readonly Row[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [path("./twin.py")], { stdio: ["pipe", "pipe", "inherit"] });
    const decisions: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => void decisions.push(line));
    child.on("error", reject);
    child.on("close", (status) =>
      status === 0 ? resolve(decisions) : reject(new Error(`the Python twin ended with ${status}`)),
    );
    child.stdin.write(`${JSON.stringify({ policies })}\n`);
    for (const row of rows) child.stdin.write(`${JSON.stringify(requestOf(row))}\n`);
    child.stdin.end();
  });
}
