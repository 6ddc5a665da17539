import { canonicalJson } from "../decide/canonical-json";
import { sha256Hex } from "../decide/digest";
import type { ExprEnv, ExprProgram } from "../expr/index";
import { checkGlob } from "../expr/text-functions";
import type { ActionApprovalRule, ApprovalCheck } from "../gen/policy-types";
import { actionVariables, type Severity, severityRank } from "../gen/tables";
import { compileCondition } from "./compile-condition";
import { createGlobListMatcher, createGlobMatcher } from "./glob-matcher";
import type { Evaluation, OperatorFailure, PrepareContext, PrepareOperator } from "./operator";
import { parseInstant } from "./pauses";
import { pointTo } from "./problems";
import type { RequestView } from "./request";

const environment: ExprEnv = { variables: actionVariables };
const passing: ApprovalCheck = { needed: false, action: "", score: 0, tier: "low", why: "", evidence: [] };

/** Factor of an action, an environment that no entry of the rule names. */
const usualSensitivity = 50;
const usualEnvironment = 10;

/** The hash that an approval is bound to: of the request as it is sent, without `approvals` and what validators and classifiers answered (SPECIFICATION P-12). */
export function hashAction(request: Readonly<Record<string, unknown>>): string {
  const { approvals: _, validatorResults: __, classifierResults: ___, ...action } = request;
  return sha256Hex(canonicalJson(action));
}

/** `approval_check`: whether a listed action has an approval that holds, and how risky it is. */
export const prepareApprovalCheck: PrepareOperator = (untyped, context) => {
  const rule = untyped as unknown as ActionApprovalRule;
  const concerns = createGlobListMatcher(rule.actions);
  refuseBadGlobs(rule.risk, context);
  const condition = compileWhen(rule, context);
  const assess = createRisk(rule.risk);
  const least = severityRank[rule.risk?.min_tier ?? "low"];

  const run = (evaluation: Evaluation): ApprovalCheck | OperatorFailure => {
    const { view } = evaluation;
    const action = nameAction(view);
    if (action === "" || !concerns(action)) return passing;
    if (condition) {
      const bindings = bindAction(view, action);
      const holds = condition.test(bindings);
      if (holds === 0) return passing;
      if (holds === 2) {
        const result = condition.evaluate(bindings);
        return { failure: "EXPRESSION_FAILED", message: result.ok ? "the condition has no value" : result.message };
      }
    }
    const score = assess?.(view, action) ?? 100;
    const tier = assess ? tierOf(score) : "high";
    if (assess && severityRank[tier] < least) return passing;
    const why = findFault(evaluation, rule.expiry_minutes);
    return why === undefined ? passing : { needed: true, action, score, tier, why, evidence: [] };
  };
  const expressions = ({ view }: Evaluation) => {
    const action = nameAction(view);
    if (!condition || typeof rule.when !== "string" || action === "" || !concerns(action)) return [];
    return [{ path: "/when", source: rule.when, environment, bindings: bindAction(view, action) }];
  };
  return { reads: condition?.variables.some((name) => name === "cost") ? ["cost"] : [], passing, expressions, run };
};

const nameAction = ({ phase, extras, tool }: RequestView): string =>
  extras.action || (phase === "tool_call" ? tool.name : "");

/** Why no approval holds; undefined when one does. */
function findFault({ view, nowMs }: Evaluation, expiryMinutes: number): string | undefined {
  const { approvals } = view.extras;
  if (approvals.length === 0) return "there is none";
  const hash = hashAction(view.source);
  let fault = "the one that is there is for another action";
  for (const { actionHash, status, expiresAt } of approvals) {
    if (actionHash !== hash) continue;
    const endsMs = parseInstant(expiresAt ?? "");
    if (status !== "approved") fault = `the one that is there is ${status}`;
    else if (Number.isNaN(endsMs)) fault = "the one that is there does not say when it ends";
    else if (endsMs <= nowMs) fault = "the one that is there is over";
    else if (endsMs > nowMs + expiryMinutes * 60_000)
      fault = `the one that is there lasts longer than ${expiryMinutes} minutes`;
    else return undefined;
  }
  return fault;
}

/** The names of `tool_sensitivity` are globs: one that cannot be judged would quietly weigh nothing. */
function refuseBadGlobs(risk: ActionApprovalRule["risk"], { pointer, problems }: PrepareContext): void {
  const at = pointTo(pointTo(pointTo(pointer, "ruleDefinition"), "risk"), "tool_sensitivity");
  for (const name of Object.keys(risk?.tool_sensitivity ?? {})) {
    const problem = checkGlob(name);
    if (problem) problems.add(pointTo(at, name), problem.celMessage);
  }
}

const compileWhen = ({ when }: ActionApprovalRule, context: PrepareContext): ExprProgram | undefined =>
  typeof when === "string"
    ? compileCondition(when, environment, pointTo(pointTo(context.pointer, "ruleDefinition"), "when"), context)
    : undefined;

const bindAction = (view: RequestView, action: string): Record<string, unknown> => ({
  action,
  args: view.tool.args,
  resource: view.extras.resource,
  agentId: view.agentId,
  user: view.userId,
  environment: view.environment,
  classification: view.extras.dataClassification,
  records: view.extras.recordCount,
  cost: view.estimatedCost,
});

/** The weighted mean of the factors, rounded half up; undefined without a `risk`. */
function createRisk(risk: ActionApprovalRule["risk"]): ((view: RequestView, action: string) => number) | undefined {
  if (!risk) return undefined;
  const tools = Object.entries(risk.tool_sensitivity).map(
    ([glob, factor]) => [createGlobMatcher(glob), factor] as const,
  );
  const { weights } = risk;
  const total = weights.tool_sensitivity + weights.data_scope + weights.environments + weights.records;
  const factorOf = (map: Readonly<Record<string, number>>, name: string, usual: number): number =>
    Object.hasOwn(map, name) ? (map[name] as number) : usual;
  return (view, action) => {
    const fitting = tools.filter(([matches]) => matches(action)).map(([, factor]) => factor);
    const factors = [
      [weights.tool_sensitivity, fitting.length === 0 ? usualSensitivity : Math.max(...fitting)],
      [weights.data_scope, factorOf(risk.data_scope, view.extras.dataClassification, 0)],
      [weights.environments, factorOf(risk.environments, view.environment, usualEnvironment)],
      [weights.records, factorOfRecords(view.extras.recordCount)],
    ] as const;
    // Without weights nothing tells a risk: the highest is assumed.
    if (total === 0) return 100;
    return Math.floor(factors.reduce((sum, [weight, factor]) => sum + weight * factor, 0) / total + 0.5);
  };
}

const factorOfRecords = (count: number): number =>
  count === 0 ? 0 : count < 100 ? 10 : count < 1000 ? 40 : count < 10_000 ? 70 : 100;

const tierOf = (score: number): Severity =>
  score >= 75 ? "critical" : score >= 50 ? "high" : score >= 25 ? "medium" : "low";
