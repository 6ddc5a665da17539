import type { DecisionRecord, Receipt } from "../gen/messages";
import { canonicalJson } from "./canonical-json";

/** Members of a request that say what is about to be done; every one stands for itself, whatever becomes of the others. */
const actionMembers = [
  "agentId",
  "phase",
  "environment",
  "sessionId",
  "userId",
  "model",
  "targetAgentId",
  "input",
  "output",
  "tool",
  "toolOutputs",
] as const;

/** The step itself as canonical JSON, to be hashed (SPECIFICATION R-3); empty when it cannot be written down. Never throws. */
export function writeAction(request: unknown): string {
  if (typeof request !== "object" || request === null) return "";
  try {
    const given = request as Readonly<Record<string, unknown>>;
    return canonicalJson(Object.fromEntries(actionMembers.map((name) => [name, given[name]])));
  } catch {
    return "";
  }
}

/** What a receipt's hash is made of, as canonical JSON (SPECIFICATION R-4). */
export function writeReceipt(record: DecisionRecord, receipt: Omit<Receipt, "hash">): string {
  const { decisionId, decidedAt, bundleVersion = 0, decision } = record;
  const { chain, step, actionHash = "", previous = "", spanId } = receipt;
  return canonicalJson({
    chain,
    step,
    actionHash,
    previous,
    spanId,
    decisionId,
    decidedAt,
    bundleVersion,
    agentId: decision.agentId,
    phase: decision.phase,
    verdict: decision.verdict,
    allowed: decision.allowed,
    planDigest: decision.planDigest,
    violations: (decision.violations ?? []).map(({ policyId, enforcementMode, reason }) => [
      policyId,
      enforcementMode,
      reason,
    ]),
  });
}
