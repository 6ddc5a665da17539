import { type CaseResult, notRun } from "./run-implementation";

export interface Counts {
  passed: number;
  failed: number;
  known: number;
  notRun: number;
}

export function countResults(results: readonly CaseResult[]): Counts {
  const count = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  return { passed: count("passed"), failed: count("failed"), known: count("known"), notRun: count("not run") };
}

/** A table of one run: a row for each group of cases, then every failure with its reasons. */
export function describeRun(title: string, results: readonly CaseResult[]): string {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) {
    const group = result.id.split("/")[0] ?? "";
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  const rows = [...groups, ["total", results] as const].map(([group, list]) => {
    const counts = countResults(list);
    return `  ${group.padEnd(22)}${[counts.passed, counts.failed, counts.known, counts.notRun].map((n) => String(n).padStart(8)).join("")}`;
  });
  const head = `  ${"group".padEnd(22)}${["passed", "failed", "known", "not run"].map((n) => n.padStart(8)).join("")}`;
  const failures = results
    .filter(({ outcome, why }) => outcome === "failed" && why[0] !== notRun)
    .map(({ id, why }) => `  FAILED ${id}\n${why.map((line) => `    ${line}`).join("\n")}`);
  return [title, head, ...rows, ...failures].join("\n");
}
