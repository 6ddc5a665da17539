import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "./database";
import { migrate } from "./migrate";
import { migrations } from "./migrations/index";
import { asTenant } from "./tenant";
import type { DatabaseKind } from "./test-databases";

const tenantTables = [
  "api_keys",
  "agents",
  "pauses",
  "policies",
  "policy_versions",
  "traces",
  "approvals",
  "usage_counters",
  "audit_entries",
] as const;

/** One row of each table for an organisation, written as the owner. */
async function seed(database: Database, organizationId: string): Promise<void> {
  const q = (statement: string) => database.query(statement, [organizationId]);
  await q(`INSERT INTO holdpoint.organizations (id, name, salt, bundle_changed_at, created_at)
           VALUES ($1, 'name', '\\x00', now(), now())`);
  await q(`INSERT INTO holdpoint.api_keys (id, organization_id, name, prefix, hash, role, created_at, created_by)
           VALUES ('key_' || $1, $1, 'n', 'prefix_' || $1, '\\x00', 'sdk', now(), 'test')`);
  await q(`INSERT INTO holdpoint.agents VALUES ($1, 'shared-id', '{}', '', now(), now())`);
  await q(`INSERT INTO holdpoint.pauses VALUES ($1, 'agent', 'shared-id', 'r', null, now(), 'test')`);
  await q(`INSERT INTO holdpoint.policies VALUES ($1, 'shared-id', 1, '{}', now(), now())`);
  await q(`INSERT INTO holdpoint.policy_versions VALUES ($1, 'shared-id', 1, 'created', '{}', now(), 'test')`);
  await q(`INSERT INTO holdpoint.traces VALUES ($1, 'shared-id', 'agent', null, null, 'success', now(), now(), '{}')`);
  await q(`INSERT INTO holdpoint.approvals (organization_id, id, agent_id, status, action_hash, document, requested_at,
             requested_by, expires_at) VALUES ($1, 'shared-id', 'agent', 'pending', 'h', '{}', now(), 'test', now())`);
  await q(`INSERT INTO holdpoint.usage_counters VALUES ($1, 'shared-key', now(), 5)`);
  await q(`INSERT INTO holdpoint.audit_entries VALUES ($1, 0, 'at', 'a', 'b', 'c', 'd', '{}', 'p', 'h')`);
}

/** What every database must do for the rooms above it. */
export function storeSuite(kind: DatabaseKind): void {
  let database: Database;
  beforeAll(async () => {
    database = await kind.openEmpty();
    expect(await migrate(database)).toEqual(migrations.map(({ number }) => number));
    await seed(database, "org_a");
    await seed(database, "org_b");
  });
  afterAll(() => database?.close());

  test("migrating again applies nothing", async () => {
    expect(await migrate(database)).toEqual([]);
  });

  test("a past migration that was changed is refused", async () => {
    const changed = migrations.map((m) => (m.number === 2 ? { ...m, statements: `${m.statements} ` } : m));
    await expect(migrate(database, changed)).rejects.toThrow("migration 2 `row security` was changed");
  });

  test("a database with a migration from the future is refused", async () => {
    await expect(migrate(database, migrations.slice(0, 2))).rejects.toThrow(
      "migration 3 `append-only audit` is not known",
    );
  });

  test("a migration that fails leaves nothing behind, not even the ones before it", async () => {
    const further = [
      ...migrations,
      { number: 9001, name: "good", statements: "CREATE TABLE holdpoint.halfway (a int)" },
      { number: 9002, name: "bad", statements: "CREATE TABLE holdpoint.halfway (b int)" },
    ];
    await expect(migrate(database, further)).rejects.toThrow("already exists");
    expect(await database.query("SELECT to_regclass('holdpoint.halfway') AS t")).toEqual([{ t: null }]);
    expect(await migrate(database)).toEqual([]);
  });

  test("two servers that migrate at once both end with the schema", async () => {
    const results = await Promise.all([migrate(database), migrate(database)]);
    expect(results).toEqual([[], []]);
  });

  test("every table of the schema but the server's own is protected by row security", async () => {
    const open = await database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'holdpoint' AND c.relkind = 'r' AND NOT c.relrowsecurity ORDER BY 1`,
    );
    expect(open.map(({ name }) => name)).toEqual(["migrations", "server_keys"]);
  });

  test.each(tenantTables)("a tenant sees only its own rows of %s, also by raw sql", async (table) => {
    const all = await database.query(`SELECT 1 FROM holdpoint.${table}`);
    expect(all.length).toBeGreaterThanOrEqual(2);
    const own = await asTenant(database, "org_a", (t) =>
      t.query(`SELECT organization_id FROM holdpoint.${table} WHERE organization_id IS NOT NULL OR true`),
    );
    expect(own).toEqual([{ organization_id: "org_a" }]);
  });

  test.each(tenantTables)("a tenant cannot write rows of %s for another one", async (table) => {
    const columns = await database.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'holdpoint' AND table_name = $1`,
      [table],
    );
    const list = columns.map(({ name }) => name).join(", ");
    const renamed = columns
      .map(({ name }) => (name === "organization_id" ? "'org_b'" : name === "index" ? "index + 100" : name))
      .join(", ");
    await expect(
      asTenant(database, "org_a", (t) =>
        t.query(`INSERT INTO holdpoint.${table} (${list}) SELECT ${renamed} FROM holdpoint.${table}`),
      ),
    ).rejects.toThrow("row-level security");
  });

  test("updates and deletes without a condition touch only the tenant's own rows", async () => {
    const touched = await asTenant(database, "org_a", async (t) => ({
      agents: await t.query("UPDATE holdpoint.agents SET search = 'x' RETURNING organization_id"),
      policies: await t.query("DELETE FROM holdpoint.policies RETURNING organization_id"),
    }));
    expect(touched).toEqual({ agents: [{ organization_id: "org_a" }], policies: [{ organization_id: "org_a" }] });
    expect(await database.query("SELECT organization_id FROM holdpoint.policies")).toEqual([
      { organization_id: "org_b" },
    ]);
  });

  test("a tenant cannot name its rows as another one's", async () => {
    await expect(
      asTenant(database, "org_a", (t) => t.query("UPDATE holdpoint.agents SET organization_id = 'org_b'")),
    ).rejects.toThrow("row-level security");
  });

  test("without an organisation, and with an unknown one, nothing is seen", async () => {
    for (const id of ["", "org_c", "org_a' OR '1'='1"]) {
      expect(await asTenant(database, id, (t) => t.query("SELECT 1 FROM holdpoint.agents"))).toEqual([]);
    }
    const unset = database.transaction(async (t) => {
      await t.query("SELECT set_config('role', 'holdpoint_app', true)");
      return t.query("SELECT 1 FROM holdpoint.agents");
    });
    expect(await unset).toEqual([]);
  });

  test.each([
    ["read the server's keys", "SELECT * FROM holdpoint.server_keys"],
    ["read the migrations", "SELECT * FROM holdpoint.migrations"],
    ["make an organisation", "INSERT INTO holdpoint.organizations SELECT * FROM holdpoint.organizations"],
    ["change the salt", "UPDATE holdpoint.organizations SET salt = '\\x01'"],
    ["change a trace", "UPDATE holdpoint.traces SET document = '{}'"],
    ["delete a trace", "DELETE FROM holdpoint.traces"],
    ["turn row security off", "ALTER TABLE holdpoint.agents DISABLE ROW LEVEL SECURITY"],
    ["make a table", "CREATE TABLE holdpoint.mine (a int)"],
    ["empty a table", "TRUNCATE holdpoint.agents"],
  ])("a request's role may not %s", async (_, statement) => {
    await expect(asTenant(database, "org_a", (t) => t.query(statement))).rejects.toThrow(
      /permission denied|must be owner/,
    );
  });

  test("the role and the organisation end with the transaction, also when it fails", async () => {
    await asTenant(database, "org_a", (t) => t.query("SELECT 1"));
    await expect(asTenant(database, "org_a", (t) => t.query("SELECT nothing"))).rejects.toThrow();
    const [state] = await database.query<{ role: string; organization: string | null }>(
      "SELECT current_user AS role, current_setting('app.organization_id', true) AS organization",
    );
    expect(state?.role).not.toBe("holdpoint_app");
    expect(state?.organization ?? "").toBe("");
  });

  test("a transaction whose work throws leaves nothing", async () => {
    await expect(
      database.transaction(async (t) => {
        await t.query("DELETE FROM holdpoint.agents");
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    expect(await database.query("SELECT 1 FROM holdpoint.agents")).toHaveLength(2);
  });

  test("a statement's error that was swallowed fails the transaction instead of undoing it silently", async () => {
    await expect(
      database.transaction(async (t) => {
        await t.query("UPDATE holdpoint.agents SET search = 'lost'");
        await t.query("SELECT nothing").catch(() => {});
      }),
    ).rejects.toThrow();
    expect(await database.query("SELECT 1 FROM holdpoint.agents WHERE search = 'lost'")).toEqual([]);
  });

  test("integers of 64 bits are numbers, times are dates, bytes are bytes", async () => {
    const [row] = await database.query<{ n: number; t: Date; b: Uint8Array }>(
      "SELECT $1::int8 AS n, $2::timestamptz AS t, $3::bytea AS b",
      [2 ** 53 - 1, new Date(1_700_000_000_123), Buffer.from([0, 255])],
    );
    expect(row?.n).toBe(2 ** 53 - 1);
    expect(row?.t).toEqual(new Date(1_700_000_000_123));
    expect([...(row?.b ?? [])]).toEqual([0, 255]);
  });

  test("a notice is heard once it is committed, and not when it is rolled back", async () => {
    const heard: string[] = [];
    const stop = await database.listen("test_channel", (payload) => heard.push(payload));
    await database
      .transaction(async (t) => {
        await t.query("SELECT pg_notify('test_channel', 'rolled back')");
        throw new Error("no");
      })
      .catch(() => {});
    await database.transaction((t) => t.query("SELECT pg_notify('test_channel', 'committed')"));
    await expect.poll(() => heard).toEqual(["committed"]);
    await stop();
    await database.query("SELECT pg_notify('test_channel', 'after')");
    expect(heard).toEqual(["committed"]);
  });
}
