import type { CompileProblem } from "@holdpoint/core";
import { readSurroundings } from "./context";
import { lintPolicies } from "./lint/lint-policies";
import { loadPlan } from "./load-plan";
import { colors, exitCodes, formatProblem, printJson, printProblems } from "./print";

export interface LintOptions {
  readonly context?: string;
  readonly json?: boolean;
}

/** Compiles a policy file and says what in it cannot be meant; status 1 when there is something. */
export async function lintCommand(file: string, { context, json = false }: LintOptions): Promise<number> {
  const surroundings = await readSurroundings(context);
  const loaded = await loadPlan(file, surroundings.compile);
  if (!loaded.ok) {
    return printProblems(loaded.problems, json);
  }
  const { plan, written, locate } = loaded;
  const places = new Map(written.map(({ policy, pointer }) => [(policy as { id?: string } | null)?.id ?? "", pointer]));
  const policies = plan.policies.filter(({ id, isActive }) => isActive !== false && places.has(id));
  const findings = lintPolicies({
    plan,
    policies,
    context: surroundings.compile,
    classifiers: surroundings.classifiers,
    pointerOf: (id) => places.get(id) ?? "",
  });
  const placed = findings.map((finding) => {
    const problem: CompileProblem = { pointer: finding.pointer, message: finding.message };
    const { file: where, line, column } = finding.policyId === "" ? { ...problem, file } : locate(problem);
    return { ...finding, file: where ?? file, line, column };
  });
  if (json) printJson({ ok: placed.length === 0, findings: placed });
  else print(placed, file, policies.length);
  return placed.length > 0 ? exitCodes.findings : exitCodes.fine;
}

type Placed = CompileProblem & { readonly kind: string; readonly policyId: string };

function print(
  findings: readonly (Omit<Placed, "line" | "column"> & { line: number | undefined; column: number | undefined })[],
  file: string,
  count: number,
): void {
  for (const { kind, policyId, line, column, ...rest } of findings) {
    const place = { ...rest, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    const who = policyId ? `${policyId}: ` : "";
    console.log(`${colors.yellow(kind)} ${formatProblem({ ...place, message: who + rest.message })}`);
  }
  if (findings.length === 0) console.log(`${file}: ${count} ${count === 1 ? "policy" : "policies"}, nothing to say`);
}
