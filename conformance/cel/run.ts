import { type CompileExprOptions, compileExpression } from "../../packages/core/src/expr/index";
import type { CelCase, Exceptions } from "./cases";
import { canonicalText, decodeValue } from "./values";

export interface CelReport {
  readonly passed: number;
  readonly failures: readonly { readonly id: string; readonly expr: string; readonly why: string }[];
  /** Cases whose deduced type differs from the suite's. */
  readonly types: readonly {
    readonly id: string;
    readonly expr: string;
    readonly ours: string;
    readonly theirs: string;
  }[];
}

/** Runs every case. A listed exception that passes, or that no case has, is a failure. */
export function runCases(cases: readonly CelCase[], exceptions: Exceptions, whole: boolean): CelReport {
  const failures: { id: string; expr: string; why: string }[] = [];
  const types: { id: string; expr: string; ours: string; theirs: string }[] = [];
  const failing = new Set(exceptions.failing.map((entry) => entry.id));
  let passed = 0;
  for (const test of cases) {
    const why = runCase(test, types);
    if (failing.delete(test.id)) {
      if (why === undefined) failures.push({ id: test.id, expr: test.expr, why: "is listed as failing and passes" });
    } else if (why === undefined) passed++;
    else failures.push({ id: test.id, expr: test.expr, why });
  }
  if (whole) for (const id of failing) failures.push({ id, expr: "", why: "is listed as failing and does not exist" });
  return { passed, failures, types };
}

function runCase(
  test: CelCase,
  types: { id: string; expr: string; ours: string; theirs: string }[],
): string | undefined {
  const env = { variables: test.variables };
  const options: CompileExprOptions = { unchecked: test.unchecked };
  let compiled = compileExpression(test.expr, env, options);
  if (!compiled.ok && test.expected === "error" && !test.unchecked) {
    // What can never work is refused when written; the suite asks for an error of the evaluation.
    compiled = compileExpression(test.expr, env, { ...options, unchecked: true });
  }
  if (!compiled.ok)
    return compiled.problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`).join("; ");
  if (test.type !== undefined && !test.unchecked && test.type !== compiled.program.resultType) {
    types.push({ id: test.id, expr: test.expr, ours: compiled.program.resultType, theirs: test.type });
  }
  const bindings = Object.fromEntries(Object.entries(test.bindings).map(([name, value]) => [name, decodeValue(value)]));
  const result = compiled.program.evaluate(bindings);
  if (test.expected === "error")
    return result.ok ? `expected an error, found ${canonicalText(result.value)}` : undefined;
  const wanted = canonicalText(decodeValue(test.expected.value));
  const found = result.ok ? canonicalText(result.value) : `${result.reason}: ${result.message}`;
  return wanted === found ? undefined : `expected ${wanted}, found ${found}`;
}
