import { guardClientFetch, type HoldpointFetchOptions } from "@holdpoint/fetch-guard";
import type { Holdpoint } from "@holdpoint/sdk";
import type OpenAI from "openai";

export { findHalt } from "@holdpoint/fetch-guard";
export { verify } from "./verify";

/** Who the steps belong to. */
export type HoldpointOpenAIOptions = HoldpointFetchOptions;

/**
 * The same client, guarded: chat completions, responses and everything built on them, streams included. What policies stop
 * rejects with the SDK's own error; a stopped input is not sent, a stopped answer is seen by nobody.
 */
export const guardOpenAI = <Client extends OpenAI>(
  hp: Holdpoint,
  client: Client,
  options: HoldpointOpenAIOptions,
): Client => guardClientFetch(hp, client, options);
