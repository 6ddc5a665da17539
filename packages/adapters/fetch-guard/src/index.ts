export { guardClientFetch } from "./guard-client-fetch";
export { type Fetch, guardFetch, isGuardedFetch } from "./guard-fetch";
export { canaryHeader, findHalt, haltOfHeaders } from "./memory";
export type { HoldpointFetchOptions } from "./options";
export { type VerifiableClient, verifyClient } from "./verify-client";
