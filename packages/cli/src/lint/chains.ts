import type { Plan, Policy } from "@holdpoint/core";
import { constantOf } from "./constant-policy";
import { type Finding, type Linted, type LintRule, shown } from "./finding";
import { coversScope, phasesOf, scopesMeet } from "./scopes";

/** Where a policy's prerequisites are looked up. */
interface Chains {
  readonly plan: Plan;
  readonly active: ReadonlyMap<string, Policy>;
}

/** Policies that wait for an outcome that never comes, and prerequisites that never count. */
export const findBrokenChains: LintRule = (linted) => {
  const chains = { plan: linted.plan, active: new Map(linted.policies.map((policy) => [policy.id, policy])) };
  return linted.policies.flatMap((policy) => checkChain(policy, chains, linted));
};

function checkChain(policy: Policy, chains: Chains, { pointerOf }: Linted): Finding[] {
  const { plan, active } = chains;
  const { id: policyId, chainTrigger = "all_passed" } = policy;
  const before = (policy.prerequisites ?? []).map((id, index) => ({
    id,
    pointer: `${pointerOf(policyId)}/prerequisites/${index}`,
    other: active.get(id),
  }));
  const idle = before.flatMap(({ id, pointer, other }): Finding[] => {
    const why = !other
      ? "is not active"
      : !phasesOf(policy, plan).some((phase) => phasesOf(other, plan).includes(phase))
        ? "has no phase in common with it"
        : scopesMeet(policy, other)
          ? undefined
          : "is for other agents or environments";
    if (why === undefined) return [];
    return [{ kind: "unreachable", policyId, pointer, message: `prerequisite ${shown(id)} never counts: it ${why}` }];
  });
  const counting = before.flatMap(({ pointer, other }) =>
    other && !idle.some((finding) => finding.pointer === pointer) ? [other] : [],
  );
  const pointer = `${pointerOf(policyId)}/chainTrigger`;
  const cannotFire = (message: string): Finding => ({ kind: "unreachable", policyId, pointer, message });
  if (counting.length === 0 || chainTrigger === "always") return idle;
  const everywhere = counting.filter((other) => alwaysCounts(other, policy, plan));
  if (chainTrigger === "any_violated") {
    const isIdle = everywhere.length > 0 && counting.every((other) => isNever(other, chains));
    return isIdle
      ? [...idle, cannotFire("waits for a violation, and none of its prerequisites can be violated")]
      : idle;
  }
  const idler = everywhere.find((other) => neverRuns(other, chains));
  if (idler) return [...idle, cannotFire(`waits for ${shown(idler.id)} to pass, which never runs`)];
  const failing = everywhere.find((other) => constantOf(other, plan) === true);
  if (failing)
    return [...idle, cannotFire(`waits for ${shown(failing.id)} to pass, which is violated by every request`)];
  return idle;
}

const isNever = (policy: Policy, chains: Chains): boolean =>
  constantOf(policy, chains.plan) === false || neverRuns(policy, chains);

/** Whether a prerequisite counts in every request that the policy is for; where none counts, the policy runs (SPECIFICATION D-12). */
const alwaysCounts = (other: Policy, policy: Policy, plan: Plan): boolean =>
  coversScope(other, policy) && phasesOf(policy, plan).every((phase) => phasesOf(other, plan).includes(phase));

/** Whether a policy is skipped by every request: what it waits for never comes. Prerequisites have no cycles. */
function neverRuns(policy: Policy, chains: Chains): boolean {
  if (policy.chainTrigger === "always") return false;
  const before = (policy.prerequisites ?? []).flatMap((id) => chains.active.get(id) ?? []);
  const everywhere = before.filter((other) => alwaysCounts(other, policy, chains.plan));
  if (policy.chainTrigger === "any_violated")
    return everywhere.length > 0 && before.every((other) => isNever(other, chains));
  return everywhere.some((other) => neverRuns(other, chains));
}
