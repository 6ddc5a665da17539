import type { Role } from "@holdpoint/core";
import { roles } from "../admin/roles";
import type { Logger } from "../logger";
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "../start-control-plane";
import type { Database } from "../store/database";
import { migrate } from "../store/migrate";
import type { DatabaseKind } from "../store/test-databases";
import { checkAnswer } from "./test-openapi";

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the body by itself.
type Body = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array;
}

/** A running server on an empty database, with a key of every role and a second organisation. */
export interface TestServer {
  readonly url: string;
  readonly database: Database;
  readonly keys: Readonly<Record<Role, string>>;
  readonly otherOwnerKey: string;
  /** What the server has logged as warnings and errors. */
  readonly errors: string[];
  /** As the owner unless another key, or none (null), is given. Paths without a prefix are below `/api/v1`. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** The server's clock. */
  now(): number;
  /** Moves it. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export async function startTestServer(
  kind: DatabaseKind,
  options: Pick<ControlPlaneOptions, "endpoints"> = {},
): Promise<TestServer> {
  const database = await kind.openEmpty();
  await migrate(database);
  let offsetMs = 0;
  const errors: string[] = [];
  const logger: Logger = {
    info() {},
    warn: (message, details) => errors.push(`${message}: ${JSON.stringify(details)}`),
    error: (message, details) => errors.push(`${message}: ${JSON.stringify(details)}`),
  };
  const server: ControlPlane = await startControlPlane({
    ...options,
    port: 0,
    database,
    logger,
    clock: () => Date.now() + offsetMs,
    keyEnvironment: "test",
    streamHeartbeatMs: 100,
    // Suites that move the clock forward share the server with others: they sweep by hand.
    approvalSweepIntervalMs: 3_600_000,
  });
  const owner = server.bootstrapKey ?? "";
  const call: TestServer["call"] = async (method, path, body, { key = owner, headers = {}, raw } = {}) => {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${server.url}${path.startsWith("//") ? path.slice(1) : `/api/v1${path}`}`, {
      method,
      headers: {
        ...(key === null ? {} : { "X-API-Key": key }),
        ...(content === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content as BodyInit }),
    });
    const text = await response.text();
    const parsed = /^application\/json\b/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
    const mismatch = checkAnswer(method, new URL(response.url).pathname, response.status, parsed);
    if (mismatch) throw new Error(`the answer is not what the contract says: ${mismatch}`);
    return { status: response.status, headers: response.headers, body: parsed };
  };
  const keys: Record<string, string> = { owner };
  for (const role of roles) {
    if (role !== "owner") keys[role] = (await call("POST", "/api-keys", { name: `the ${role}`, role })).body.data.key;
  }
  const other = await server.createOrganization("the other one");
  return {
    url: server.url,
    database,
    keys: keys as Record<Role, string>,
    otherOwnerKey: other.ownerKey,
    errors,
    call,
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
    async close() {
      await server.close();
      await database.close();
    },
  };
}
