import { findConstantCondition, type Phase, type Policy } from "@holdpoint/core";
import { type Finding, type Linted, type LintRule, ruleOf, shown } from "./finding";
import { coversScope, phasesOf, scopesMeet } from "./scopes";

/** Policies that wait for an outcome that never comes, and prerequisites that never count. */
export const findBrokenChains: LintRule = (linted) => {
  const active = new Map(linted.policies.map((policy) => [policy.id, policy]));
  return linted.policies.flatMap((policy) => checkChain(policy, active, linted));
};

function checkChain(policy: Policy, active: ReadonlyMap<string, Policy>, { pointerOf }: Linted): Finding[] {
  const { id: policyId, chainTrigger = "all_passed" } = policy;
  const before = (policy.prerequisites ?? []).map((id, index) => ({
    id,
    pointer: `${pointerOf(policyId)}/prerequisites/${index}`,
    other: active.get(id),
  }));
  const idle = before.flatMap(({ id, pointer, other }): Finding[] => {
    const why = !other
      ? "is not active"
      : !phasesOf(policy).some((phase) => phasesOf(other).includes(phase))
        ? "has no phase in common with it"
        : scopesMeet(policy, other)
          ? undefined
          : "is for other agents or environments";
    if (why === undefined) return [];
    return [{ kind: "unreachable", policyId, pointer, message: `prerequisite ${shown(id)} never counts: it ${why}` }];
  });
  const counting = before.filter(({ pointer }) => !idle.some((finding) => finding.pointer === pointer));
  const pointer = `${pointerOf(policyId)}/chainTrigger`;
  const cannotFire = (message: string): Finding => ({ kind: "unreachable", policyId, pointer, message });
  if (counting.length === 0 || chainTrigger === "always") return idle;
  if (chainTrigger === "any_violated" && counting.every(({ other }) => other && isNever(other, active)))
    return [...idle, cannotFire("waits for a violation, and none of its prerequisites can be violated")];
  const idler = counting.find(({ other }) => other && neverRuns(other, active));
  if (chainTrigger === "all_passed" && idler)
    return [...idle, cannotFire(`waits for ${shown(idler.id)} to pass, which never runs`)];
  const failing = counting.find(({ other }) => other && isAlways(other));
  if (chainTrigger === "all_passed" && failing)
    return [...idle, cannotFire(`waits for ${shown(failing.id)} to pass, which is violated by every request`)];
  return idle;
}

const constantOf = (policy: Policy): boolean | undefined => {
  const source = ruleOf(policy)["expression"];
  return policy.policyType === "expression" && typeof source === "string" ? findConstantCondition(source) : undefined;
};
const isNever = (policy: Policy, active: ReadonlyMap<string, Policy>): boolean =>
  constantOf(policy) === false || neverRuns(policy, active);

/**
 * Whether a policy is skipped by every request: what it waits for never comes. Only where each of its prerequisites counts in
 * every request that it is for; where none counts, it runs (SPECIFICATION D-12). Prerequisites have no cycles.
 */
function neverRuns(policy: Policy, active: ReadonlyMap<string, Policy>): boolean {
  const before = (policy.prerequisites ?? []).map((id) => active.get(id));
  if (before.length === 0 || policy.chainTrigger === "always") return false;
  const counts = (other: Policy | undefined): other is Policy =>
    other !== undefined && coversScope(other, policy) && phasesOf(policy).every((phase) => runsIn(other, phase));
  if (policy.chainTrigger === "any_violated") return before.every((other) => counts(other) && isNever(other, active));
  return before.some((other) => counts(other) && neverRuns(other, active));
}

/** An expression that may name one of these is for fewer phases than its type (SPECIFICATION P-28). */
const runsIn = (policy: Policy, phase: Phase): boolean =>
  phasesOf(policy).includes(phase) && !/\b(?:input|output|tool)\b/.test(String(ruleOf(policy)["expression"] ?? ""));
const isAlways = (policy: Policy): boolean => constantOf(policy) === true;
