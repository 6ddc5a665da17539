import type { Decision, Violation } from "@holdpoint/core";
import {
  AgentPausedError,
  ApprovalDeniedError,
  type EnforcementHaltError,
  EnforcementUnavailableError,
  PolicyBlockedError,
  ValidatorDeniedError,
} from "../gen/errors";
import type { PausedEvent } from "../types";

export const noPolicies: Violation["reason"] = "NO_POLICIES_LOADED";
const bundleStale: Violation["reason"] = "BUNDLE_STALE";

/** The error of a decision that is not allowed. */
export function createHaltError(decision: Decision, whyHeld = "nobody can be asked"): EnforcementHaltError {
  const { verdict, violations } = decision;
  if (verdict === "paused") return createPausedError(decision);
  if (violations.some(({ reason }) => reason === noPolicies)) {
    return new EnforcementUnavailableError("no policies have arrived yet and the fail mode is closed");
  }
  if (violations.some(({ reason }) => reason === bundleStale)) {
    return new EnforcementUnavailableError("the policies are stale and the fail mode is closed");
  }
  if (verdict === "require_approval") {
    return new ApprovalDeniedError(`held by ${describe(decision)}; ${whyHeld}`, {
      violations,
      decision,
      approvalId: undefined,
    });
  }
  const denied = violations.find(({ enforcementMode }) => enforcementMode === verdict)?.reason === "VALIDATOR_DENIED";
  if (denied) return new ValidatorDeniedError(`blocked by ${describe(decision)}`, { violations, decision });
  return new PolicyBlockedError(`blocked by ${describe(decision)}`, { violations, decision });
}

export function createPausedError(decision: Decision): AgentPausedError {
  const paused = describePause(decision);
  const why = paused.reason === "" ? "" : `: ${paused.reason}`;
  return new AgentPausedError(`agent \`${paused.agentId}\` is paused at level ${paused.level}${why}`, paused);
}

export function describePause({ agentId, pause }: Decision): PausedEvent {
  return { agentId, level: pause?.level ?? "agent", reason: pause?.reason ?? "", until: pause?.until };
}

/** The first violation that made the verdict: its policy and its message. */
export function describe({ verdict, violations }: Decision): string {
  const first = violations.find(({ enforcementMode }) => enforcementMode === verdict) ?? violations[0];
  return first ? `policy \`${first.policyName}\`: ${first.message}` : "a policy";
}

/** The decision of a step whose budget the store would not reserve. */
export function decideUnreserved(decision: Decision): Decision {
  const violation = systemViolation("the budget could not be reserved", "USAGE_UNAVAILABLE");
  return { ...decision, verdict: "block", allowed: false, violations: [...decision.violations, violation] };
}

/** The decision of a client that has no plan and whose fail mode is closed. */
export function decideWithoutPlan(decision: Decision): Decision {
  const violation = systemViolation("no policies have arrived yet", noPolicies);
  return { ...decision, verdict: "block", allowed: false, violations: [violation] };
}

/** The decision of a client whose plan was not confirmed for too long and whose fail mode is closed. */
export function decideStale(decision: Decision): Decision {
  const violation = systemViolation("the policies were not confirmed for too long", bundleStale);
  return { ...decision, verdict: "block", allowed: false, violations: [violation] };
}

const systemViolation = (message: string, reason: Violation["reason"]): Violation => ({
  policyId: "system",
  policyName: "system",
  policyType: "system",
  severity: "critical",
  message,
  enforcementMode: "block",
  reason,
  evidence: [],
});
