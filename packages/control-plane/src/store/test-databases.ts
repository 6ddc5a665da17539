import { randomBytes } from "node:crypto";
import type { Database } from "./database";
import { openPgliteDatabase } from "./pglite-database";
import { openPostgresDatabase } from "./postgres-database";

/** An empty database for a test, gone when it is closed. */
export interface DatabaseKind {
  readonly name: string;
  openEmpty(): Promise<Database>;
}

const pglite: DatabaseKind = { name: "pglite", openEmpty: () => openPgliteDatabase() };

const postgres = (serverUrl: string): DatabaseKind => ({
  name: "postgres",
  async openEmpty() {
    const name = `holdpoint_test_${randomBytes(6).toString("hex")}`;
    const server = openPostgresDatabase(serverUrl, { poolSize: 1 });
    await server.query(`CREATE DATABASE ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const database = openPostgresDatabase(url.href);
    return {
      ...database,
      async close() {
        await database.close();
        await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await server.close();
      },
    };
  },
});

const serverUrl = process.env["HOLDPOINT_TEST_DATABASE_URL"];

/** What every suite runs on: the embedded database, and a real server where one is given. */
export const databaseKinds: readonly DatabaseKind[] = serverUrl ? [pglite, postgres(serverUrl)] : [pglite];
