import { findConstantCondition, type Policy } from "@holdpoint/core";
import { type Finding, type Linted, type LintRule, ruleOf, shown } from "./finding";
import { phasesOf, scopesMeet } from "./scopes";

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
  if (chainTrigger === "any_violated" && counting.every(({ other }) => other && isNever(other)))
    return [...idle, cannotFire("waits for a violation, and none of its prerequisites can be violated")];
  const failing = counting.find(({ other }) => other && isAlways(other));
  if (chainTrigger === "all_passed" && failing)
    return [...idle, cannotFire(`waits for ${shown(failing.id)} to pass, which is violated by every request`)];
  return idle;
}

const constantOf = (policy: Policy): boolean | undefined => {
  const source = ruleOf(policy)["expression"];
  return policy.policyType === "expression" && typeof source === "string" ? findConstantCondition(source) : undefined;
};
const isNever = (policy: Policy): boolean => constantOf(policy) === false;
const isAlways = (policy: Policy): boolean => constantOf(policy) === true;
