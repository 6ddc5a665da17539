import { type Holdpoint, HoldpointError, isAgentPausedError } from "@holdpoint/sdk";
import { haltOf } from "./guard-client";
import { canaryKey, memoryOf } from "./memory";

/** A connected client of the MCP SDK. */
export interface VerifiableClient {
  callTool(call: {
    name: string;
    arguments: Record<string, unknown>;
    _meta: Record<string, unknown>;
  }): Promise<unknown>;
}

/**
 * Proof that the guard is in place: calls, through this very client, a tool that no server has, for an agent that is
 * paused in this process. Rejects with HoldpointError when this client of ours has not stopped it; the server then gets
 * a call of a tool `holdpoint-canary-…` that it does not know.
 */
export async function verify(hp: Holdpoint, client: VerifiableClient): Promise<void> {
  const id = `holdpoint-canary-${crypto.randomUUID()}`;
  const { canaries } = memoryOf(hp);
  canaries.add(id);
  hp.pauseAgent(id, { reason: "canary of verify" });
  try {
    const call = { name: id, arguments: {}, _meta: { [canaryKey]: id } };
    const outcome = await client.callTool(call).catch((error: unknown) => error);
    const stopped = haltOf(hp, outcome) ?? outcome;
    if (isAgentPausedError(stopped) && stopped.agentId === id) return;
    const message = "the client does not stop a paused agent: make it with `guardClient` before it connects";
    throw new HoldpointError(message, { cause: outcome });
  } finally {
    canaries.delete(id);
    hp.resumeAgent(id);
  }
}
