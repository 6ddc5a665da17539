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
  /** JSON pointer into the rule. */
  readonly path: string;
  readonly program: ExprProgram;
}

interface ToolShare {
  readonly decision: "allow" | "deny" | "not_allowed";
  readonly constraints: readonly Constraint[];
  readonly waits: boolean;
}

/** Tools whose share of a rule is remembered; names come from requests, so their number is not ours to know. */
const mostTools = 1024;

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

  const allowed: ToolVerdict = { decision: "allow", tool: "", rule: "", evidence: [] };

  /** What a tool's name alone says. */
  const readName = (tool: string): ToolShare => ({
    decision: isDenied(tool) ? "deny" : openByDefault || isListed(tool) ? "allow" : "not_allowed",
    constraints: constraints.filter(({ concerns }) => concerns(tool)),
    waits: needsApproval(tool),
  });
  const shares = new Map<string, ToolShare>();
  const shareOf = (tool: string): ToolShare => {
    const known = shares.get(tool);
    if (known) return known;
    if (shares.size >= mostTools) shares.clear();
    const share = readName(tool);
    shares.set(tool, share);
    return share;
  };

  const run = (evaluation: Evaluation): ToolVerdict | OperatorFailure => {
    const { view } = evaluation;
    const tool = view.tool.name;
    const verdict = (decision: string, broken = ""): ToolVerdict => ({ decision, tool, rule: broken, evidence: [] });
    if (tool === "") return { failure: "REQUEST_INVALID", message: "there is no tool in this request" };
    const share = shareOf(tool);
    if (share.decision !== "allow") return verdict(share.decision);
    for (const { agents, program, source } of share.constraints) {
      if (agents.length > 0 && !agents.includes(view.agentId)) continue;
      const bindings = (evaluation.toolBindings ??= bindToolCall(evaluation));
      const holds = program.test(bindings);
      if (holds === 1) continue;
      if (holds === 0) return verdict("arguments", source);
      const result = program.evaluate(bindings);
      return { failure: "EXPRESSION_FAILED", message: result.ok ? "the condition has no value" : result.message };
    }
    return share.waits ? verdict("require_approval") : allowed;
  };
  const passesTool = (tool: string): boolean => {
    const { decision, constraints, waits } = readName(tool);
    return tool !== "" && decision === "allow" && constraints.length === 0 && !waits;
  };
  /** Up to the first constraint that does not hold: nobody asks the ones after it. */
  const expressions = (evaluation: Evaluation) => {
    const { decision, constraints: mine } = readName(evaluation.view.tool.name);
    if (decision !== "allow") return [];
    const bindings = bindToolCall(evaluation);
    const asked = mine.filter(({ agents }) => agents.length === 0 || agents.includes(evaluation.view.agentId));
    const broken = asked.findIndex(({ program }) => program.test(bindings) !== 1);
    return asked
      .slice(0, broken < 0 ? asked.length : broken + 1)
      .map(({ source, path }) => ({ path, source, environment, bindings }));
  };
  return { reads: ["tool"], passing: allowed, passesTool, expressions, run };
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
      {
        concerns: createGlobMatcher(item.tool),
        agents: item.agents,
        source: item.when,
        path: `/rules/${index}/when`,
        program: compiled.program,
      },
    ];
  for (const { message, ...rest } of compiled.problems) context.problems.add(pointTo(pointer, "when"), message, rest);
  return [];
}

const bindToolCall = ({ view }: Evaluation) => ({
  args: view.tool.args,
  tool: view.tool.name,
  agentId: view.agentId,
  environment: view.environment,
});
