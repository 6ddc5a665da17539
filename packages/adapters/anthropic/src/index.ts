import type Anthropic from "@anthropic-ai/sdk";
import { guardClientFetch, type HoldpointFetchOptions } from "@holdpoint/fetch-guard";
import type { Holdpoint } from "@holdpoint/sdk";

export { findHalt } from "@holdpoint/fetch-guard";
export { verify } from "./verify";

/** Who the steps belong to. */
export type HoldpointAnthropicOptions = HoldpointFetchOptions;

/**
 * The same client, guarded: messages and everything built on them, streams included. What policies stop rejects with the
 * SDK's own error; a stopped input is not sent, a stopped answer is seen by nobody.
 */
export const guardAnthropic = <Client extends Anthropic>(
  hp: Holdpoint,
  client: Client,
  options: HoldpointAnthropicOptions,
): Client => guardClientFetch(hp, client, options);
