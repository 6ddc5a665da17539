import { compileExpression, type ExprEnv, type ExprProgram } from "../expr/index";
import type { ToolInvocationRule, ToolVerdict } from "../gen/policy-types";
import { toolRuleVariables } from "../gen/tables";
import { compilePattern } from "./compile-pattern";
import { createGlobListMatcher, createGlobMatcher, type GlobMatcher } from "./glob-matcher";
import type { Evaluation, OperatorFailure, PrepareContext, PrepareOperator } from "./operator";
import { pointTo } from "./problems";

interface Constraint {
  readonly concerns: GlobMatcher;
  readonly agents: readonly string[];
  readonly source: string;
  readonly program: ExprProgram;
}

const environment: ExprEnv = { variables: toolRuleVariables };

/** `tool_verdict`: deny wins, then the allow list, then constraints on arguments, then approval (SPECIFICATION P-11). */
export const prepareToolVerdict: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as ToolInvocationRule;
  const isDenied = createGlobListMatcher(rule.deny);
  const needsApproval = createGlobListMatcher(rule.require_approval);
  const isListed = createGlobListMatcher([...(rule.allow ?? []), ...rule.require_approval]);
  // An allow list that is written out empty allows nothing: whoever emptied it did not mean to open every tool.
  const openByDefault = (rule.default ?? (rule.allow ? "deny" : "allow")) === "allow";
  const constraints = rule.rules.flatMap((item, index) => compileConstraint(item, index, context));

  const run = ({ view }: Evaluation): ToolVerdict | OperatorFailure => {
    const tool = view.tool.name;
    const verdict = (decision: string, broken = ""): ToolVerdict => ({ decision, tool, rule: broken, evidence: [] });
    if (tool === "") return { failure: "REQUEST_INVALID", message: "there is no tool in this request" };
    if (isDenied(tool)) return verdict("deny");
    if (!openByDefault && !isListed(tool)) return verdict("not_allowed");
    for (const { concerns, agents, program, source } of constraints) {
      if (!concerns(tool) || (agents.length > 0 && !agents.includes(view.agentId))) continue;
      const bindings = { args: view.tool.args, tool, agentId: view.agentId, environment: view.environment };
      const holds = program.test(bindings);
      if (holds === 1) continue;
      if (holds === 0) return verdict("arguments", source);
      const result = program.evaluate(bindings);
      return { failure: "EXPRESSION_FAILED", message: result.ok ? "the condition has no value" : result.message };
    }
    return verdict(needsApproval(tool) ? "require_approval" : "allow");
  };
  return { reads: ["tool"], run };
};

function compileConstraint(
  item: ToolInvocationRule["rules"][number],
  index: number,
  context: PrepareContext,
): Constraint[] {
  const pointer = pointTo(pointTo(pointTo(context.pointer, "ruleDefinition"), "rules"), index);
  if (typeof item.when !== "string" || typeof item.tool !== "string") return [];
  const compiled = compileExpression(item.when, environment, { resultType: "bool", compilePattern });
  if (compiled.ok)
    return [
      { concerns: createGlobMatcher(item.tool), agents: item.agents, source: item.when, program: compiled.program },
    ];
  for (const { message, ...rest } of compiled.problems) context.problems.add(pointTo(pointer, "when"), message, rest);
  return [];
}
