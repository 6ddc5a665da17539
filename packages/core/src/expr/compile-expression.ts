import { costMax, stepsMax } from "../gen/expr-limits";
import { children, type Node } from "./ast";
import { checkExpression, isTypeName } from "./check";
import { createCompiler } from "./compile";
import { fromTest, toTest } from "./compiler";
import { estimateCost } from "./cost";
import { type Environment, type ExprBindings, type ExprEnv, readEnvironment } from "./environment";
import { ErrorValue, type ExprErrorReason, fail } from "./errors";
import { createFrame, type Frame, type Test } from "./frame";
import { type CompilePattern, createMatchers } from "./matcher";
import { parseExpression } from "./parser";
import { type ExprProblem, problemAt } from "./problem";
import { formatType } from "./types";

export type { CompilePattern } from "./matcher";

export interface CompileExprOptions {
  /** The type the expression must have. */
  readonly resultType?: "bool";
  /** The highest cost estimate that is accepted, in steps. */
  readonly maxCost?: number;
  /** The highest number of steps one evaluation may take. */
  readonly maxSteps?: number;
  /** What `matches` compiles its patterns with; without it, an expression that calls `matches` is refused. */
  readonly compilePattern?: CompilePattern | undefined;
  /** Names and types are not checked when written; what is wrong then becomes an error of the evaluation. For conformance runs. */
  readonly unchecked?: boolean;
}

export type ExprResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: ExprErrorReason; readonly message: string };

export interface ExprCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface ExprProgram {
  /** Variables of the environment that the expression reads, sorted. */
  readonly variables: readonly string[];
  /** Calls of registered functions, in the order of the source; arguments that are no literals are undefined. */
  readonly calls: readonly ExprCall[];
  readonly resultType: string;
  /** Steps an evaluation is likely to take at most. */
  readonly cost: { readonly estimate: number };
  /** The value, or why there is none. An int comes as a bigint, a double as a number. Never throws. */
  evaluate(bindings: ExprBindings): ExprResult;
  /** The same for a bool, without allocating: 0 false, 1 true, 2 error (ask `evaluate` for the reason). Never throws. */
  test(bindings: ExprBindings): 0 | 1 | 2;
}

export type CompileExprResult =
  | { readonly ok: true; readonly program: ExprProgram }
  | { readonly ok: false; readonly problems: readonly ExprProblem[] };

/** A program, or everything that is wrong with the source. Never throws. */
export function compileExpression(source: string, env: ExprEnv, options: CompileExprOptions = {}): CompileExprResult {
  try {
    return compile(source, env, options);
  } catch {
    return refuse([problemAt("", 0, "expression could not be compiled")]);
  }
}

const refuse = (problems: readonly ExprProblem[]): CompileExprResult => ({ ok: false, problems });

function compile(source: string, env: ExprEnv, options: CompileExprOptions): CompileExprResult {
  if (typeof source !== "string") return refuse([problemAt("", 0, "expression must be text")]);
  const environment = readEnvironment(env);
  if (environment.faults.length > 0) return refuse(environment.faults.map((fault) => problemAt("", 0, fault)));
  const parsed = parseExpression(source);
  if (!parsed.ok) return refuse(parsed.problems);
  const { root } = parsed;
  const problems = checkExpression(root, source, environment);
  if (options.unchecked === true) problems.length = 0;
  const resultType = formatType(root.type);
  if (problems.length === 0 && options.resultType === "bool" && resultType !== "bool" && resultType !== "dyn") {
    problems.push(problemAt(source, root.pos, `expression gives ${resultType}, not bool`));
  }
  const estimate = Math.ceil(estimateCost(root, environment));
  const most = options.maxCost ?? costMax;
  if (problems.length === 0 && estimate > most) {
    problems.push(problemAt(source, 0, `expression may take ${estimate} steps, more than ${most}`));
  }
  if (problems.length > 0) return refuse(problems);
  const matchers = createMatchers(options.compilePattern, ({ pos, message }) => {
    if (options.unchecked !== true) problems.push(problemAt(source, pos, message));
  });
  const compiler = createCompiler(environment, matchers);
  // A condition is compiled once, as a test; its value is made from that.
  const isTest = root.type.kind === "bool";
  const compiled = isTest ? compiler.test(root) : compiler.value(root);
  const test = isTest ? (compiled as Test) : toTest(compiled);
  const value = isTest ? fromTest(compiled as Test) : compiled;
  if (problems.length > 0) return refuse(problems);
  const withFrame = createFramePool(options.maxSteps ?? stepsMax);
  const program: ExprProgram = {
    variables: readVariables(root, environment),
    calls: listCalls(root, environment),
    resultType,
    cost: { estimate },
    evaluate: (bindings) => toResult(withFrame(bindings, value)),
    test: (bindings) => {
      const result = withFrame(bindings, test);
      return result === unreadable ? 2 : (result as 0 | 1 | 2);
    },
  };
  return { ok: true, program };
}

function toResult(value: unknown): ExprResult {
  if (value instanceof ErrorValue) return { ok: false, reason: value.celReason, message: value.celMessage };
  return { ok: true, value };
}

const unreadable = fail("type_mismatch", "bindings could not be read");

/** One frame serves all evaluations of a program; a second is made when a function calls its own program. */
function createFramePool(limit: number): (bindings: ExprBindings, run: (frame: Frame) => unknown) => unknown {
  const nothing: ExprBindings = {};
  const shared = createFrame(nothing, limit);
  let busy = false;
  return (bindings, run) => {
    const reentered = busy;
    const frame = reentered ? createFrame(bindings, limit) : shared;
    busy = true;
    frame.bindings = bindings;
    frame.steps = 0;
    try {
      return run(frame);
    } catch {
      // Getters and proxies among the bindings may throw, cyclic ones exhaust the stack.
      return unreadable;
    } finally {
      busy = reentered;
      shared.bindings = reentered ? shared.bindings : nothing;
    }
  };
}

function readVariables(root: Node, env: Environment): string[] {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === "select" && node.variable !== undefined) {
      if (env.variables.has(node.variable)) found.add(node.variable);
      return;
    }
    if (node.kind === "ident" && node.slot < 0 && env.variables.has(node.name) && !isTypeName(node.name))
      found.add(node.name);
    for (const child of children(node)) visit(child);
  };
  visit(root);
  return [...found].sort();
}

function listCalls(node: Node, env: Environment): ExprCall[] {
  const calls = children(node).flatMap((child) => listCalls(child, env));
  if (node.kind !== "call" || env.functions.get(node.name)?.[0]?.custom === undefined) return calls;
  const operands = node.target === undefined ? node.args : [node.target, ...node.args];
  const args = operands.map((operand) => (operand.kind === "literal" ? operand.value : undefined));
  return [{ name: node.name, args }, ...calls];
}
