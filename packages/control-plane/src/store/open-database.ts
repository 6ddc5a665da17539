import type { Database } from "./database";
import { migrate } from "./migrate";
import { openPgliteDatabase } from "./pglite-database";
import { openPostgresDatabase, type PostgresOptions } from "./postgres-database";

export interface DatabaseOptions extends PostgresOptions {
  /** Files of the embedded database; in memory when absent. Ignored with `databaseUrl`. */
  readonly dataDir?: string;
  /** A PostgreSQL to use instead of the embedded one. */
  readonly databaseUrl?: string;
}

/** A database with today's schema. Throws when it cannot be reached, or was written by other migrations than these. */
export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const database = options.databaseUrl
    ? openPostgresDatabase(options.databaseUrl, options)
    : await openPgliteDatabase(options.dataDir);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
