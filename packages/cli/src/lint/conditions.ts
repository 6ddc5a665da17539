import type { Policy } from "@holdpoint/core";
import { findConstantCondition } from "./constant-condition";
import { constantOf } from "./constant-policy";
import { type Finding, type Linted, type LintRule, ruleOf } from "./finding";

/** Conditions that come to the same whatever is asked, and limits that exclude each other. */
export const findConstantConditions: LintRule = (linted) =>
  linted.policies.flatMap((policy) => [
    ...expressions(policy, linted),
    ...listConditions(policy, linted),
    ...limits(policy, linted),
  ]);

function expressions(policy: Policy, { plan, pointerOf }: Linted): Finding[] {
  const value = constantOf(policy, plan);
  if (value === undefined) return [];
  const pointer = `${pointerOf(policy.id)}/ruleDefinition/expression`;
  return [
    value
      ? {
          kind: "always-matches",
          policyId: policy.id,
          pointer,
          message: "the expression is always true: every request violates it",
        }
      : {
          kind: "never-matches",
          policyId: policy.id,
          pointer,
          message: "the expression is never true: nothing can violate it",
        },
  ];
}

/** `rules[].when` of any type: what must hold of a call. */
function listConditions(policy: Policy, { pointerOf }: Linted): Finding[] {
  const rules = ruleOf(policy)["rules"];
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule: unknown, index) => {
    const when = (rule as { when?: unknown } | null)?.when;
    const value = typeof when === "string" ? findConstantCondition(when) : undefined;
    if (value === undefined) return [];
    const pointer = `${pointerOf(policy.id)}/ruleDefinition/rules/${index}/when`;
    const isConstraint = policy.policyType === "tool_invocation";
    const message = isConstraint
      ? value
        ? "the constraint always holds: it restricts nothing"
        : "the constraint never holds: every such call is refused"
      : value
        ? "the condition always holds"
        : "the condition never holds: the rule says nothing";
    return [
      {
        kind: value === isConstraint ? "never-matches" : "always-matches",
        policyId: policy.id,
        pointer,
        message,
      } as const,
    ];
  });
}

/** Pairs of limits of which the first makes the second superfluous. */
const pairs = [
  ["max_cost_per_execution", "daily_budget"],
  ["max_records_per_call", "max_records_per_session"],
] as const;

function limits(policy: Policy, { pointerOf }: Linted): Finding[] {
  const rule = ruleOf(policy);
  return pairs.flatMap(([one, whole]) => {
    const [each, all] = [rule[one], rule[whole]];
    if (typeof each !== "number" || typeof all !== "number" || each <= all) return [];
    const pointer = `${pointerOf(policy.id)}/ruleDefinition/${one}`;
    return [
      {
        kind: "contradictory",
        policyId: policy.id,
        pointer,
        message: `\`${one}\` is more than \`${whole}\`: it can never be reached`,
      } as const,
    ];
  });
}
