import {
  type CompileExprOptions,
  type CompileExprResult,
  compileExpression as compileWith,
} from "./compile-expression";
import { compilePattern } from "./compile-pattern";
import type { ExprEnv } from "./environment";

export type { CompileExprOptions, CompileExprResult, ExprProgram } from "./compile-expression";
export type { ArgumentProblem, ExprEnv, ExprFunction } from "./environment";
export type { ExprType } from "./types";
export { CelDuration, CelMap, CelTimestamp, CelType, CelUint } from "./values";

/** A program, or everything that is wrong with the source; `matches` is our matcher's unless told otherwise. Never throws. */
export const compileExpression = (source: string, env: ExprEnv, options: CompileExprOptions = {}): CompileExprResult =>
  compileWith(source, env, { compilePattern, ...options });
