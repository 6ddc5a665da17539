import { evaluate, type Plan } from "@holdpoint/core";
import { defaults } from "../gen/constants";

/** What policies say about who approves a step, and until when. */
export interface ApprovalRules {
  /** Those who are on the list of each policy that has one; undefined where none has. */
  readonly approvers: readonly string[] | undefined;
  readonly lifetimeMs: number;
}

const minuteMs = 60_000;

/**
 * The rules of every `action_approval` that holds this action by the plan, and of those that the asker names (clauses
 * Counters read zero here: which policy holds because of one, only the asker knows.
 */
export function findApprovalRules(
  plan: Plan,
  action: Readonly<Record<string, unknown>>,
  policyIds: readonly string[],
  nowMs: number,
): ApprovalRules {
  const { violations } = evaluate(plan, action, { read: () => 0 }, () => nowMs);
  const found = violations.filter(({ enforcementMode }) => enforcementMode === "require_approval");
  const holding = new Set([...policyIds, ...found.map(({ policyId }) => policyId)]);
  let approvers: readonly string[] | undefined;
  let lifetimeMs: number = defaults.approvalTimeoutMs;
  for (const { id, policyType, ruleDefinition } of plan.policies) {
    if (policyType !== "action_approval" || !holding.has(id)) continue;
    const rule = (ruleDefinition ?? {}) as { approvers?: readonly string[]; expiry_minutes?: number };
    const listed = rule.approvers ?? [];
    if (listed.length > 0) approvers = approvers ? approvers.filter((name) => listed.includes(name)) : listed;
    if (rule.expiry_minutes !== undefined) lifetimeMs = Math.min(lifetimeMs, rule.expiry_minutes * minuteMs);
  }
  return { approvers, lifetimeMs };
}
