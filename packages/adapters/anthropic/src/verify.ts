import type Anthropic from "@anthropic-ai/sdk";
import { canaryHeader, verifyClient } from "@holdpoint/fetch-guard";
import type { Holdpoint } from "@holdpoint/sdk";

/**
 * Proof that the guard is in place: sends requests of an agent that is paused in this process, and of no other, through
 * this very client. Rejects with HoldpointError when one is not stopped. A client that is not guarded sends nothing.
 */
export const verify = (hp: Holdpoint, client: Anthropic): Promise<void> => {
  const of = (canary: string) => ({ headers: { [canaryHeader]: canary }, maxRetries: 0 });
  const body = {
    model: "holdpoint-canary",
    max_tokens: 1,
    messages: [{ role: "user" as const, content: "canary" }],
  };
  return verifyClient(hp, client, {
    messages: (canary) => client.messages.create(body, of(canary)),
    "the stream of messages": (canary) => client.messages.create({ ...body, stream: true }, of(canary)),
  });
};
