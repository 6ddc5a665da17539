import type { DecisionRecord, Receipt } from "../gen/messages";
import { canonicalJson } from "./canonical-json";

/** The step itself as canonical JSON, to be hashed (SPECIFICATION R-3); empty when it cannot be written down. Never throws. */
export function writeAction(request: unknown): string {
  if (typeof request !== "object" || request === null) return "";
  try {
    // What is about to be done; every member stands for itself, whatever becomes of the others.
    const { agentId, environment, input, model, output, phase, sessionId, targetAgentId, tool, toolOutputs, userId } =
      request as Readonly<Record<string, unknown>>;
    return canonicalJson({
      agentId,
      environment,
      input,
      model,
      output,
      phase,
      sessionId,
      targetAgentId,
      tool,
      toolOutputs,
      userId,
    });
  } catch {
    return "";
  }
}

/** What a receipt's hash is made of, as canonical JSON (SPECIFICATION R-4). */
export function writeReceipt(record: DecisionRecord, receipt: Omit<Receipt, "hash">): string {
  const { decisionId, decidedAt, bundleVersion = 0, decision } = record;
  const { chain, step, actionHash = "", previous = "", spanId } = receipt;
  // In the order that they are written in: sorting takes them least then.
  return canonicalJson({
    actionHash,
    agentId: decision.agentId,
    allowed: decision.allowed,
    bundleVersion,
    chain,
    decidedAt,
    decisionId,
    phase: decision.phase,
    planDigest: decision.planDigest,
    previous,
    spanId,
    step,
    verdict: decision.verdict,
    violations: (decision.violations ?? []).map(({ policyId, enforcementMode, reason }) => [
      policyId,
      enforcementMode,
      reason,
    ]),
  });
}
