import type { CompileProblem } from "@holdpoint/core";

/** Problems in one line: the first with its place, and how many more there are. */
export function describeProblems(problems: readonly CompileProblem[]): string {
  const [first, ...others] = problems;
  if (!first) return "no reason given";
  return others.length > 0 ? `${describeProblem(first)}; and ${others.length} more` : describeProblem(first);
}

/** `policies.yaml` line 4 column 5: what is wrong there. */
export function describeProblem({ file, line, column, pointer, message }: CompileProblem): string {
  const place = [
    file === undefined ? undefined : `\`${file}\``,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
    file === undefined && pointer !== "" ? `\`${pointer}\`` : undefined,
  ].filter((part) => part !== undefined);
  return place.length > 0 ? `${place.join(" ")}: ${message}` : message;
}
