import { compileExpression, type ExprProgram } from "../expr/compile-expression";
import type { ExprEnv } from "../expr/environment";
import type { PrepareContext } from "./operator";

/** A condition of a rule as a program, or undefined: what is wrong with it is then among the problems, at `pointer`. */
export function compileCondition(
  source: string,
  environment: ExprEnv,
  pointer: string,
  { parts, problems }: PrepareContext,
): ExprProgram | undefined {
  const { compilePattern } = parts;
  const compiled = compileExpression(source, environment, { resultType: "bool", compilePattern });
  if (compiled.ok) return compiled.program;
  for (const { message, ...rest } of compiled.problems) problems.add(pointer, message, rest);
  return undefined;
}
