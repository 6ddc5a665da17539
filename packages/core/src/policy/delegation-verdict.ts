import type { Agent, AgentGrant } from "../gen/messages";
import type { DelegationVerdict } from "../gen/policy-types";
import type { Evaluation, OperatorFailure, PrepareOperator } from "./operator";
import { parseInstant } from "./pauses";

/** `delegation_verdict`: the chain of callers, the grant, and the tools that go along (SPECIFICATION P-25). */
export const prepareDelegationVerdict: PrepareOperator = () => {
  const run = ({ view, nowMs, registry }: Evaluation): DelegationVerdict | OperatorFailure => {
    const { targetAgentId: target, delegationChain, delegatedTools } = view.extras;
    if (target === "") return { failure: "REQUEST_INVALID", message: "there is no `targetAgentId` in this request" };
    const action = view.extras.action || "invoke";
    const depth = delegationChain.length + 1;
    const granted = registry.grants.some((grant) => holds(grant, view.agentId, target, action, depth, nowMs));
    const own = registry.agents.get(view.agentId)?.tools ?? [];
    const asked = delegatedTools.length > 0 ? delegatedTools : toolsOf(registry.agents.get(target));
    const has = new Set(own.length > 0 ? own : view.tools);
    const tool = asked.find((name) => !has.has(name)) ?? "";
    return { depth, action, target, granted, tool, evidence: [] };
  };
  return { reads: [], run };
};

const toolsOf = (agent: Agent | undefined): readonly string[] => agent?.tools ?? [];

function holds(
  grant: AgentGrant,
  caller: string,
  callee: string,
  action: string,
  depth: number,
  nowMs: number,
): boolean {
  return (
    (grant.status ?? "active") === "active" &&
    grant.callerAgentId === caller &&
    (grant.calleeAgentId === "*" || grant.calleeAgentId === callee) &&
    (grant.actions as readonly string[]).includes(action) &&
    // An end that is no date is over.
    (!grant.expiresAt || parseInstant(grant.expiresAt) > nowMs) &&
    (grant.maxDepth === undefined || depth <= grant.maxDepth)
  );
}
