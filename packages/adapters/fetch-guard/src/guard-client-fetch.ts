import { ConfigError, type Holdpoint } from "@holdpoint/sdk";
import { type Fetch, guardFetch } from "./guard-fetch";
import { haltOfHeaders } from "./memory";
import type { HoldpointFetchOptions } from "./options";

/** What the clients of OpenAI and Anthropic have in common. */
interface Inner {
  fetch?: Fetch;
  withOptions(options: { readonly fetch?: Fetch }): Inner;
  makeStatusError?(status: unknown, error: unknown, message: unknown, headers: unknown): unknown;
}

/** The same client with a guarded fetch; what is stopped is thrown as it is. Clients made of it are guarded, too. */
export function guardClientFetch<Client extends object>(
  hp: Holdpoint,
  client: Client,
  options: HoldpointFetchOptions,
): Client {
  const inner = client as unknown as Inner;
  if (typeof inner.withOptions !== "function") throw new ConfigError("expected a client with `withOptions`");
  return surfaceHalts(inner.withOptions({ fetch: guardFetch(hp, options, inner.fetch) })) as unknown as Client;
}

/** An answer of ours becomes our error, in the client and in those that are made of it. */
function surfaceHalts(client: Inner): Inner {
  const makeStatusError = client.makeStatusError?.bind(client);
  const withOptions = client.withOptions.bind(client);
  client.makeStatusError = (status, error, message, headers) =>
    haltOfHeaders(headers) ?? makeStatusError?.(status, error, message, headers) ?? error;
  client.withOptions = (options) => surfaceHalts(withOptions(options));
  return client;
}
