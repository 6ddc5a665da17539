import type { Phase, Plan, Policy } from "@holdpoint/core";
import { policyTypes } from "@holdpoint/core";

/** An empty list names everything. */
const covers = (wide: readonly string[] = [], narrow: readonly string[] = []): boolean =>
  wide.length === 0 || (narrow.length > 0 && narrow.every((name) => wide.includes(name)));

const meets = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === 0 || b.length === 0 || a.some((name) => b.includes(name));

const sameTarget = (a: Policy, b: Policy): boolean => a.targetId === b.targetId && (!a.targetId || a.level === b.level);

/** Whether a policy applies wherever another does, as far as agents, environments, labels and targets go. */
export function coversScope(wide: Policy, narrow: Policy): boolean {
  const labels = Object.entries(wide.labels ?? {}).every(([name, value]) => narrow.labels?.[name] === value);
  return (
    covers(wide.appliesToAgents, narrow.appliesToAgents) &&
    covers(wide.environments, narrow.environments) &&
    labels &&
    (!wide.targetId || sameTarget(wide, narrow))
  );
}

/** Whether two policies can both apply to one request of some agent. */
export function scopesMeet(a: Policy, b: Policy): boolean {
  return meets(a.appliesToAgents, b.appliesToAgents) && meets(a.environments, b.environments);
}

/** The phases in which a policy runs: those of its type, of an expression those in which what it names means something. */
export function phasesOf(policy: Policy, plan: Plan): readonly Phase[] {
  const compiled = plan.compiled.find(({ policy: { id } }) => id === policy.id);
  return compiled
    ? ([...compiled.phases] as Phase[])
    : policyTypes[policy.policyType as keyof typeof policyTypes].phases;
}
