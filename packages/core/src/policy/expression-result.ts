import type { ExpressionResult, ExpressionRule } from "../gen/policy-types";
import { limits } from "../gen/tables";
import { compileCondition } from "./compile-condition";
import type { Evaluation, OperatorFailure, PreparedOperator, PrepareOperator } from "./operator";
import { pointTo } from "./problems";
import type { Part } from "./request";
import { bindCounters, expressionEnvironment as environment, listCounters } from "./usage-function";

/** Phases in which a variable has a meaning; an expression runs in the union of its variables' phases (SPECIFICATION P-28). */
const phasesOf: Readonly<Record<string, readonly string[]>> = {
  input: ["input", "agent_call"],
  output: ["output"],
  tool: ["tool_call", "tool_result"],
};

export const partsOf: Readonly<Record<string, readonly Part[]>> = {
  input: ["input"],
  output: ["output"],
  tool: ["tool", "tool_result"],
  tools: ["tools"],
  cost: ["cost"],
  tokens: ["tokens"],
  metadata: ["metadata"],
  model: ["model"],
  user: ["user"],
  session: ["session"],
};

const never: PreparedOperator = { reads: [], run: () => ({ value: false, message: "", evidence: [] }) };

/** `expression_result`: the value of the rule's own expression. An error is a failure, never a quiet false. */
export const prepareExpressionResult: PrepareOperator = (untyped, context) => {
  const { policy, problems } = context;
  const rule = untyped as unknown as ExpressionRule;
  if (typeof rule.expression !== "string") return never;
  const at = pointTo(pointTo(context.pointer, "ruleDefinition"), "expression");
  const program = compileCondition(rule.expression, environment, at, context);
  if (!program) return never;
  const asksAgent = program.variables.some(isAgentVariable);
  const counters = listCounters(program);
  if (counters.length > limits.maxExpressionCounters)
    problems.add(at, `reads ${counters.length} counters, at most ${limits.maxExpressionCounters} are allowed`);
  const bind = (evaluation: Evaluation): Record<string, unknown> => {
    const bindings = bindVariables(evaluation, asksAgent);
    if (counters.length > 0) bindCounters(counters, evaluation, bindings);
    return bindings;
  };
  const bound = program.variables.flatMap((name) => phasesOf[name] ?? []);
  const message = rule.message || `expression of policy \`${policy.id}\` is true`;
  const violated: ExpressionResult = {
    value: true,
    message,
    evidence: rule.reason === "" ? [] : [{ path: "", start: 0, end: 0, category: rule.reason }],
  };
  const passed: ExpressionResult = { value: false, message, evidence: [] };
  const run = (evaluation: Evaluation): ExpressionResult | OperatorFailure => {
    const bindings = bind(evaluation);
    switch (program.test(bindings)) {
      case 0:
        return passed;
      case 1:
        return violated;
    }
    const result = program.evaluate(bindings);
    if (result.ok) return { failure: "EXPRESSION_FAILED", message: "the expression has no value" };
    const { reason: why, message } = result;
    return { failure: why === "usage_unavailable" ? "USAGE_UNAVAILABLE" : "EXPRESSION_FAILED", message };
  };
  const expressions = (evaluation: Evaluation) => [
    { path: "/expression", source: rule.expression, environment, bindings: bind(evaluation) },
  ];
  const reads = program.variables.flatMap((name) => partsOf[name] ?? []);
  const counted = counters.map(({ counter }) => counter);
  const prepared = { reads, passing: passed, expressions, run, ...(counted.length > 0 ? { counters: counted } : {}) };
  return bound.length > 0 ? { ...prepared, phases: bound } : prepared;
};

/** True for variables that are bound for expressions that ask for them only: few do. */
export const isAgentVariable = (name: string): boolean => name === "agent" || name === "agentName";

/** The variables of the catalogue, bound once for all expressions of one evaluation. */
export function bindVariables(evaluation: Evaluation, asksAgent: boolean): Record<string, unknown> {
  const bindings = (evaluation.bindings ??= bindFacts(evaluation));
  if (asksAgent && bindings["agent"] === undefined) {
    bindings["agent"] = evaluation.agent;
    bindings["agentName"] = evaluation.agentName;
  }
  return bindings;
}

function bindFacts(evaluation: Evaluation): Record<string, unknown> {
  const { view, organizationId, nowMs } = evaluation;
  return {
    input: view.input,
    output: view.output,
    phase: view.phase,
    agentId: view.agentId,
    agentName: undefined,
    environment: view.environment,
    orgId: organizationId,
    user: view.userId,
    session: view.sessionId,
    model: view.model,
    cost: view.estimatedCost,
    tokens: view.tokens,
    now: Math.floor(nowMs),
    tools: view.tools,
    metadata: view.metadata,
    agent: undefined,
    tool: view.tool,
  };
}
