import { type Holdpoint, identityOf } from "@holdpoint/sdk";
import type { RunContext } from "@openai/agents-core";
import { asHalt, rememberHalt } from "./find-halt";
import type { HoldpointAgentsOptions } from "./options";
import { currentCall, recordHalt } from "./run-memory";

/** The agents that have handed a run on, by its context, without circles: the agent that has it is not among them. */
const chains = new WeakMap<object, readonly string[]>();

/** Phase `agent_call`, when a run goes from one agent to another. Throws a halt. */
export async function checkHandoff(
  hp: Holdpoint,
  options: HoldpointAgentsOptions,
  targetAgentId: string,
  context: RunContext<never>,
  args: string,
): Promise<void> {
  const { agentId } = options;
  if (targetAgentId === agentId) return;
  const chain = chains.get(context) ?? [];
  const step = { ...identityOf(options), phase: "agent_call" as const, targetAgentId, delegationChain: chain };
  try {
    const input = args === "" || args === "{}" ? {} : { input: args };
    await hp.enforcePolicy({ ...step, ...input }, currentCall(hp));
  } catch (error) {
    const halt = asHalt(error);
    rememberHalt(context, halt);
    recordHalt(hp, halt);
    throw halt;
  }
  const next = [...chain, agentId];
  const again = next.indexOf(targetAgentId);
  chains.set(context, again === -1 ? next : next.slice(0, again));
}
