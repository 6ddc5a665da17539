import { PGlite, types } from "@electric-sql/pglite";
import { lockDataDir } from "./data-dir-lock";
import type { Database, Sql } from "./database";

/**
 * The embedded PostgreSQL, in memory or in a directory that no other process may hold meanwhile. Statements run one
 * after the other. A killed process loses no committed row; a power cut may (the embedded database does not fsync).
 */
export async function openPgliteDatabase(dataDir?: string): Promise<Database> {
  const lock = dataDir === undefined ? undefined : lockDataDir(dataDir);
  let pglite: PGlite;
  try {
    pglite = await PGlite.create({
      ...(lock ? { dataDir: lock.databaseDir } : {}),
      parsers: { [types.INT8]: Number },
    });
  } catch (error) {
    lock?.release();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    kind: "pglite",
    query: queryOf(pglite),
    async transaction(work) {
      return pglite.transaction(async (transaction) => {
        const result = await work({
          query: queryOf(transaction),
          async run(statements) {
            await transaction.exec(statements);
          },
        });
        // A swallowed error leaves the transaction aborted; this statement then fails instead of a silent rollback.
        await transaction.query("SELECT 1");
        return result;
      });
    },
    async listen(channel, onPayload) {
      const stop = await pglite.listen(channel, onPayload);
      return async () => {
        if (!pglite.closed) await stop();
      };
    },
    close() {
      closing ??= pglite.close().finally(() => lock?.release());
      return closing;
    },
  };
}

const queryOf =
  (source: Pick<PGlite, "query">): Sql["query"] =>
  async <Row>(statement: string, parameters: readonly unknown[] = []) =>
    (await source.query<Row>(statement, [...parameters])).rows;
