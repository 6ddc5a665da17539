import type { Phase, Plan, Policy } from "@holdpoint/core";
import { findConstantCondition } from "./constant-condition";
import { ruleOf } from "./finding";
import { phasesOf } from "./scopes";

/**
 * Whether an expression is the same for every request: by itself, or in each phase in which it runs
 * (`phase == 'output' && tool.name == 'pay'` runs where there is a tool, and there the phase is another one). Undefined when it
 * is not, or when that cannot be seen.
 */
export function constantOf(policy: Policy, plan: Plan): boolean | undefined {
  const source = ruleOf(policy)["expression"];
  if (policy.policyType !== "expression" || typeof source !== "string") return undefined;
  const inPhase = (phase: Phase): boolean | undefined => {
    // The line end closes a comment that the expression may end with.
    if (findConstantCondition(`phase == "${phase}" && (${source}\n)`) === false) return false;
    return findConstantCondition(`phase != "${phase}" || (${source}\n)`);
  };
  const [first, ...others] = new Set(phasesOf(policy, plan).map(inPhase));
  return others.length === 0 ? first : undefined;
}
