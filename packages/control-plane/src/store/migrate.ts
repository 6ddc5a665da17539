import { sha256Hex } from "@holdpoint/core";
import type { Database } from "./database";
import { migrations as ownMigrations } from "./migrations/index";

/** One numbered step of the schema. Never changed once it was published; a correction is a new step. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: string;
}

/** Any fixed number: only one process migrates at a time. */
const migrationLock = 4319_0001;

/**
 * Brings the schema up to date, all steps in one transaction. Throws, and changes nothing, when a step that was
 * applied reads differently today, or when the database has steps that this version does not know.
 */
export async function migrate(database: Database, migrations: readonly Migration[] = ownMigrations): Promise<number[]> {
  return database.transaction(async (transaction) => {
    await transaction.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
    await transaction.run(`
      CREATE SCHEMA IF NOT EXISTS holdpoint;
      CREATE TABLE IF NOT EXISTS holdpoint.migrations (
        number integer PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      );`);
    const applied = await transaction.query<{ number: number; name: string; checksum: string }>(
      "SELECT number, name, checksum FROM holdpoint.migrations ORDER BY number",
    );
    for (const past of applied) {
      const known = migrations.find(({ number }) => number === past.number);
      if (!known) {
        throw new Error(`migration ${past.number} \`${past.name}\` is not known here; start a version that knows it`);
      }
      if (checksumOf(known) !== past.checksum) {
        throw new Error(`migration ${past.number} \`${past.name}\` was changed after it was applied; add a new one`);
      }
    }
    const last = applied.at(-1)?.number ?? 0;
    const missing = migrations.filter(({ number }) => number > last).sort((a, b) => a.number - b.number);
    for (const migration of missing) {
      await transaction.run(migration.statements);
      await transaction.query("INSERT INTO holdpoint.migrations (number, name, checksum) VALUES ($1, $2, $3)", [
        migration.number,
        migration.name,
        checksumOf(migration),
      ]);
    }
    return missing.map(({ number }) => number);
  });
}

const checksumOf = ({ number, name, statements }: Migration): string => sha256Hex(`${number}\n${name}\n${statements}`);
