import { limits } from "@holdpoint/core";
import { type ClassifierAsk, NoScoreError } from "./classifier";
import { parseJson } from "./parse-json";
import type { EndpointRequest, Ways } from "./ways";

export interface Endpoint {
  readonly ways: Ways;
  /** Judges every address that would be reached, unless any may be. */
  readonly mayReach: (address: string) => boolean;
  readonly url: string;
  readonly apiKey: string | undefined;
  /** Whether any address may be reached, http too. */
  readonly allowPrivate: boolean;
}

const graceMs = 1000;

/** One POST of JSON; the parsed answer (clauses K-12, K-13). Rejects with NoScoreError. */
export async function postEndpoint(
  { ways, mayReach, url, apiKey, allowPrivate }: Endpoint,
  body: unknown,
  { endMs, signal }: Pick<ClassifierAsk, "endMs" | "signal">,
): Promise<unknown> {
  const text = JSON.stringify(body);
  if (new TextEncoder().encode(text).length > limits.classifierRequestBytes)
    throw new NoScoreError("the texts are too large");
  const request = {
    url,
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: text,
    // The signal ends it in time and says so; this is for platforms whose requests do not listen.
    timeoutMs: Math.max(1, endMs - ways.clock.monotonicMs()) + graceMs,
    maxBytes: limits.classifierAnswerBytes,
    signal,
  };
  const answer = await send(ways, allowPrivate ? undefined : mayReach, request);
  if (answer.status !== 200) throw new NoScoreError(`answered ${answer.status}`);
  // What is no UTF-8 has become this sign; labels must not change on the way.
  const parsed = answer.text.includes("\ufffd") ? undefined : parseJson(answer.text);
  if (parsed === undefined) throw new NoScoreError("answered something else than JSON");
  return parsed;
}

async function send(
  { requests, endpoints }: Ways,
  mayReach: Endpoint["mayReach"] | undefined,
  request: Omit<EndpointRequest, "mayReach">,
) {
  if (mayReach && !endpoints) throw new NoScoreError("this platform cannot judge addresses");
  try {
    if (!mayReach || !endpoints) return await requests.send({ ...request, method: "POST" });
    return await endpoints.post({ ...request, mayReach, keepAlive: true });
  } catch (error) {
    // Errors of the network may name addresses; what is too long or refused is said in words of ours.
    if (error instanceof RangeError) throw new NoScoreError("the answer is too long", { cause: error });
    throw new NoScoreError("could not be reached", { cause: error });
  }
}
