import type { Ways } from "../../../endpoints/src/index";
import type { Logger } from "../logger";
import type { ChangeFeed } from "../publish/changes";
import type { SigningKey } from "../publish/signing-key";
import type { SnapshotCache } from "../publish/snapshots";
import type { Asker } from "../questions/asker";
import type { Database } from "../store/database";
import type { Metrics } from "./metrics";
import type { RateLimiter } from "./rate-limiter";

/** Everything that the routes work with, wired once when the server starts. */
export interface Services {
  readonly database: Database;
  readonly keySecret: Uint8Array;
  /** Seals what is kept for clients and must not be read in the database. */
  readonly secretKey: Uint8Array;
  readonly signingKey: SigningKey;
  readonly snapshots: SnapshotCache;
  /** How endpoints that policies name are reached, and how they are asked about a step. */
  readonly ways: Ways;
  readonly ask: Asker;
  readonly changes: ChangeFeed;
  readonly metrics: Metrics;
  readonly rateLimiter: RateLimiter;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly streamHeartbeatMs: number;
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal;
}
