import { canaryHeader, verifyClient } from "@holdpoint/fetch-guard";
import type { Holdpoint } from "@holdpoint/sdk";
import type OpenAI from "openai";

/**
 * Proof that the guard is in place: sends requests of an agent that is paused in this process, and of no other, through
 * this very client. Rejects with HoldpointError when one is not stopped. A client that is not guarded sends nothing.
 */
export const verify = (hp: Holdpoint, client: OpenAI): Promise<void> => {
  const model = "holdpoint-canary";
  const of = (canary: string) => ({ headers: { [canaryHeader]: canary }, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "canary" }];
  return verifyClient(hp, client, {
    "chat.completions": (canary) => client.chat.completions.create({ model, messages }, of(canary)),
    "the stream of chat.completions": (canary) =>
      client.chat.completions.create({ model, messages, stream: true }, of(canary)),
    responses: (canary) => client.responses.create({ model, input: "canary" }, of(canary)),
    "the stream of responses": (canary) =>
      client.responses.create({ model, input: "canary", stream: true }, of(canary)),
  });
};
