import { compileExpression, type ExprEnv, type ExprProgram } from "../expr/index";
import { glob } from "../expr/text-functions";
import type { ToolInvocationRule, ToolVerdict } from "../gen/policy-types";
import { toolRuleVariables } from "../gen/tables";
import { compilePattern } from "./compile-pattern";
import type { Evaluation, OperatorFailure, PrepareContext, PrepareOperator } from "./operator";
import { pointTo } from "./problems";

interface Constraint {
  readonly tool: string;
  readonly agents: readonly string[];
  readonly source: string;
  readonly program: ExprProgram;
}

/** A glob that cannot be judged is refused when written, so anything but true is no match. */
const matches = (pattern: string, name: string): boolean => glob(pattern, name) === true;

const environment: ExprEnv = { variables: toolRuleVariables };

/** `tool_verdict`: deny wins, then the allow list, then constraints on arguments, then approval (SPECIFICATION P-11). */
export const prepareToolVerdict: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as ToolInvocationRule;
  const listed = [...(rule.allow ?? []), ...rule.require_approval];
  // An allow list that is written out empty allows nothing: whoever emptied it did not mean to open every tool.
  const openByDefault = (rule.default ?? (rule.allow ? "deny" : "allow")) === "allow";
  const constraints = rule.rules.flatMap((item, index) => compileConstraint(item, index, context));
  const matchesAny = (globs: readonly string[], name: string): boolean =>
    globs.some((pattern) => matches(pattern, name));

  const run = ({ view }: Evaluation): ToolVerdict | OperatorFailure => {
    const tool = view.tool.name;
    const verdict = (decision: string, broken = ""): ToolVerdict => ({ decision, tool, rule: broken, evidence: [] });
    if (tool === "") return { failure: "REQUEST_INVALID", message: "there is no tool in this request" };
    if (matchesAny(rule.deny, tool)) return verdict("deny");
    if (!openByDefault && !matchesAny(listed, tool)) return verdict("not_allowed");
    for (const { tool: pattern, agents, program, source } of constraints) {
      if (!matches(pattern, tool) || (agents.length > 0 && !agents.includes(view.agentId))) continue;
      const result = program.evaluate({
        args: view.tool.args,
        tool,
        agentId: view.agentId,
        environment: view.environment,
      });
      if (!result.ok) return { failure: "EXPRESSION_FAILED", message: result.message };
      if (result.value !== true) return verdict("arguments", source);
    }
    return verdict(matchesAny(rule.require_approval, tool) ? "require_approval" : "allow");
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
  if (compiled.ok) return [{ tool: item.tool, agents: item.agents, source: item.when, program: compiled.program }];
  for (const { message, ...rest } of compiled.problems) context.problems.add(pointTo(pointer, "when"), message, rest);
  return [];
}
