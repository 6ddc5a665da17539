import pg from "pg";
import { defaults } from "../gen/constants";
import type { Database, Sql } from "./database";

const int8 = 20;

/** What stays of pg's types: only `int8` differs, so that both databases give numbers. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser(id: number, format?: "text" | "binary") {
    if (id === int8) return Number;
    return format === "binary" ? pg.types.getTypeParser(id, "binary") : pg.types.getTypeParser(id, "text");
  },
} as pg.CustomTypesConfig;

export interface PostgresOptions {
  readonly poolSize?: number;
  /** Told of connections that break while idle. */
  readonly onConnectionError?: (error: Error) => void;
}

/** A PostgreSQL by its URL, through a pool of connections. */
export function openPostgresDatabase(databaseUrl: string, options: PostgresOptions = {}): Database {
  const onConnectionError = options.onConnectionError ?? (() => {});
  const config: pg.PoolConfig = {
    connectionString: databaseUrl,
    max: options.poolSize ?? defaults.databasePoolSize,
    statement_timeout: defaults.databaseStatementTimeoutMs,
    connectionTimeoutMillis: defaults.requestTimeoutMs,
    application_name: "holdpoint",
    types: parsers,
  };
  const pool = new pg.Pool(config);
  pool.on("error", onConnectionError);
  const listeners = new Set<() => Promise<void>>();
  let closing: Promise<void> | undefined;
  return {
    kind: "postgres",
    query: queryOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query("BEGIN");
        const result = await work({
          query: queryOf(client),
          async run(statements) {
            await client.query(statements);
          },
        });
        const { command } = await client.query("COMMIT");
        if (command !== "COMMIT") throw new Error("the transaction was rolled back instead of committed");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async listen(channel, onPayload) {
      const stop = await keepListening(config, channel, onPayload, onConnectionError);
      const remove = async () => {
        listeners.delete(remove);
        await stop();
      };
      listeners.add(remove);
      return remove;
    },
    close() {
      closing ??= Promise.all([...listeners].map((stop) => stop())).then(() => pool.end());
      return closing;
    },
  };
}

const queryOf =
  (source: { query: pg.Pool["query"] }): Sql["query"] =>
  async <Row>(statement: string, parameters: readonly unknown[] = []) =>
    (await source.query(statement, [...parameters])).rows as Row[];

/** A connection of its own for LISTEN, opened again when it breaks; an empty payload then says that some were missed. */
async function keepListening(
  config: pg.ClientConfig,
  channel: string,
  onPayload: (payload: string) => void,
  onConnectionError: (error: Error) => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async () => {
    const next = new pg.Client(config);
    next.on("notification", (message) => onPayload(message.payload ?? ""));
    next.on("error", onConnectionError);
    next.on("end", () => {
      if (client === next) again();
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await next.end().catch(() => {});
      throw error;
    }
    if (stopped) await next.end();
    else client = next;
  };
  const again = () => {
    client = undefined;
    if (stopped) return;
    retry = setTimeout(() => {
      connect().then(
        () => onPayload(""),
        (error: Error) => {
          onConnectionError(error);
          again();
        },
      );
    }, defaults.retryBaseMs).unref();
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    const last = client;
    client = undefined;
    await last?.end();
  };
}
