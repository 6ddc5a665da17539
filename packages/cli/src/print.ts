import type { CompileProblem } from "@holdpoint/core";
import { createColors } from "picocolors";

/** What a command ended with; documented in the README. */
export const exitCodes = { fine: 0, findings: 1, usage: 2 } as const;

/** Colours only where a person looks, and nobody asked for none (an empty `NO_COLOR` asks for nothing). */
export const colors = createColors(
  process.stdout.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb",
);

/** `policies.yaml:4:5: `/policies/0/ruleDefinition/deny` …`, as editors and terminals understand it. */
export function formatProblem({ file, line, column, pointer, message }: CompileProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place ? `${place}: ` : ""}${pointer ? `\`${pointer}\` ` : ""}${message}`;
}

/** Prints all problems of policies in the order of the file; the status to end with. */
export function printProblems(problems: readonly CompileProblem[], json: boolean): number {
  const placed = [...problems].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
  if (json) printJson({ ok: false, problems: placed });
  else for (const problem of placed) console.error(`${colors.red("error")} ${formatProblem(problem)}`);
  // A problem without a place is one of the file as such: it is not there, or cannot be read.
  return problems.some(({ line }) => line !== undefined) ? exitCodes.findings : exitCodes.usage;
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** A mistake in how the program was called: told in one line, status 2. */
export class UsageProblem extends Error {}

/** What a shell calls a program whose reader went away: no status of ours, so that nothing takes it for an answer. */
const brokenPipe = 141;

/** Ends the program without a word when nobody reads its output any more, as with `| head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(brokenPipe);
  });
}

/** Runs a command; what it was given wrongly becomes one line and status 2, never a stack. */
export async function runCommand(command: () => Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    console.error(`${colors.red("error")} ${error.message}`);
    process.exitCode = exitCodes.usage;
  }
}
