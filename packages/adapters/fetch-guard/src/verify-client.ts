import { type Holdpoint, HoldpointError, isAgentPausedError } from "@holdpoint/sdk";
import { isGuardedFetch } from "./guard-fetch";
import { findHalt, memoryOf } from "./memory";

/** A client that sends its requests with its member `fetch`. */
export type VerifiableClient = object;

/**
 * Pushes requests of an agent that is paused in this process through a client; `push` sends one, with the canary in a
 * header. Rejects with HoldpointError when one is not stopped. A client that is not guarded is not called.
 */
export async function verifyClient(
  hp: Holdpoint,
  client: VerifiableClient,
  pushes: Readonly<Record<string, (canary: string) => PromiseLike<unknown>>>,
): Promise<void> {
  if (!isGuardedFetch(hp, (client as { fetch?: unknown }).fetch)) {
    throw new HoldpointError("the client does not stop a paused agent: it is not guarded by this client of ours");
  }
  const id = `holdpoint-canary-${crypto.randomUUID()}`;
  const { canaries } = memoryOf(hp);
  canaries.add(id);
  hp.pauseAgent(id, { reason: "canary of verify" });
  try {
    for (const [name, push] of Object.entries(pushes)) {
      const outcome = await Promise.resolve(push(id)).catch((error: unknown) => error);
      const halt = findHalt(outcome);
      if (isAgentPausedError(halt) && halt.agentId === id) continue;
      throw new HoldpointError(`\`${name}\` of the client does not stop a paused agent`, { cause: outcome });
    }
  } finally {
    canaries.delete(id);
    hp.resumeAgent(id);
  }
}
