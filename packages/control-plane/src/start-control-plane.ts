import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { EndpointRequests } from "../../endpoints/src/index";
import { isKeyEnvironment } from "./admin/api-key";
import { startApprovalSweeper } from "./admin/expire-approvals";
import { bootstrapOrganization, createOrganization, type NewOrganization } from "./admin/organizations";
import { defaults } from "./gen/constants";
import { assertOrigin } from "./http/allow-origins";
import { createApp } from "./http/create-app";
import { createMetrics } from "./http/metrics";
import { createRateLimiter } from "./http/rate-limiter";
import { routes } from "./http/routes";
import { serveApp } from "./http/serve-app";
import { type Logger, silentLogger } from "./logger";
import { openChangeFeed } from "./publish/changes";
import { rotateSigningKey } from "./publish/key-history";
import { loadSigningKey } from "./publish/signing-key";
import { createSnapshotCache } from "./publish/snapshots";
import { createAsker } from "./questions/asker";
import { createEndpointBook } from "./questions/endpoint-book";
import { createWays } from "./questions/ways";
import type { Database } from "./store/database";
import { openDatabase } from "./store/open-database";
import { loadServerKey } from "./store/server-key";

export interface ControlPlaneOptions {
  /** Loopback unless given. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port?: number;
  /** Directory of the embedded database, made if missing; in memory when absent. */
  readonly dataDir?: string;
  /** URL of a PostgreSQL to use instead of the embedded one. */
  readonly databaseUrl?: string;
  /** An open database with today's schema, which stays open when the server is closed. */
  readonly database?: Database;
  /** What stands in the first key after `hp_`. */
  readonly keyEnvironment?: string;
  /** Origins whose pages may read answers (`https://app.example.com`); none unless given. */
  readonly allowedOrigins?: readonly string[];
  /** Requests of one API key. */
  readonly rateLimitPerMinute?: number;
  readonly streamHeartbeatMs?: number;
  /** How often approvals that nobody decided are written down as expired. */
  readonly approvalSweepIntervalMs?: number;
  /** Changes the signing key first: clients follow the old one to the new one. */
  readonly rotateSigningKey?: boolean;
  /** How endpoints that policies name are reached (clause V-8); Node's own way unless given. */
  readonly endpoints?: EndpointRequests;
  readonly logger?: Logger;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

export interface ControlPlane {
  /** `http://<address>:<port>`. */
  readonly url: string;
  /** The first key, with the role `owner`; only at the first start on a database, and never again. */
  readonly bootstrapKey?: string;
  /** Makes a further organisation. The operator's right, so no route offers it. */
  createOrganization(name: string): Promise<NewOrganization>;
  /** Ends streams, waits for running requests, closes the database; later calls wait for the first. */
  close(): Promise<void>;
}

/** Starts a control plane. Throws when the database or the port cannot be had, and then leaves nothing open. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { host = "127.0.0.1", port = defaults.serverPort, keyEnvironment = "prod", clock = Date.now } = options;
  if (!isKeyEnvironment(keyEnvironment)) {
    throw new Error("`keyEnvironment` must be 1 to 16 lower-case letters or digits");
  }
  for (const origin of options.allowedOrigins ?? []) assertOrigin(origin);
  const logger = options.logger ?? silentLogger;
  const onConnectionError = (error: Error) => logger.warn("a database connection broke", { error: error.message });
  const database = options.database ?? (await openDatabase({ ...options, onConnectionError }));
  const cleanUp: (() => Promise<void>)[] = options.database ? [] : [() => database.close()];
  const runCleanUp = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    const now = new Date(clock());
    const keySecret = await loadServerKey(database, "api-key-secret", () => randomBytes(32), now);
    const secretKey = await loadServerKey(database, "secret-key", () => randomBytes(32), now);
    let signingKey = await loadSigningKey(database, now);
    const first = await bootstrapOrganization(database, keySecret, now, keyEnvironment);
    if (options.rotateSigningKey) {
      const keyId = await rotateSigningKey(database, now);
      signingKey = await loadSigningKey(database, now);
      logger.info("the signing key was changed", { keyId });
    }
    const changes = await openChangeFeed(database);
    cleanUp.push(() => changes.close());
    const sweepMs = options.approvalSweepIntervalMs ?? defaults.approvalSweepIntervalMs;
    const sweeper = startApprovalSweeper({ database, logger, clock }, sweepMs);
    cleanUp.push(() => sweeper.close());
    const closing = new AbortController();
    // Every open stream listens.
    setMaxListeners(0, closing.signal);
    const ways = createWays(clock, options.endpoints);
    const app = createApp(
      {
        database,
        keySecret,
        secretKey,
        signingKey,
        snapshots: createSnapshotCache(database, signingKey),
        ways,
        ask: createAsker(createEndpointBook({ database, secretKey, ways, logger }), clock),
        changes,
        metrics: createMetrics(),
        rateLimiter: createRateLimiter(options.rateLimitPerMinute ?? defaults.serverRateLimitPerMinute),
        logger,
        clock,
        streamHeartbeatMs: options.streamHeartbeatMs ?? defaults.streamHeartbeatMs,
        closing: closing.signal,
      },
      routes,
      options.allowedOrigins,
    );
    const server = await serveApp(app, host, port);
    logger.info("the control plane listens", { url: server.url, database: database.kind });
    let closed: Promise<void> | undefined;
    return {
      url: server.url,
      ...(first ? { bootstrapKey: first.ownerKey } : {}),
      createOrganization: (name) =>
        createOrganization(database, keySecret, new Date(clock()), { name, environment: keyEnvironment }),
      close() {
        closed ??= (async () => {
          closing.abort();
          await server.close(defaults.closeTimeoutMs);
          await runCleanUp();
        })();
        return closed;
      },
    };
  } catch (error) {
    await runCleanUp();
    throw error;
  }
}
