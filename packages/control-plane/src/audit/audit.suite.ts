import { afterAll, beforeAll, expect, test } from "vitest";
import { administer } from "../admin/administer";
import type { Database } from "../store/database";
import { migrate } from "../store/migrate";
import { asTenant } from "../store/tenant";
import type { DatabaseKind } from "../store/test-databases";
import { appendAuditEntry } from "./append-audit-entry";
import { listAuditEntries, streamAuditEntries, verifyStoredAudit } from "./read-audit";

const at = new Date("2026-01-02T03:04:05.678Z");
const event = (targetId: string) => ({ action: "agent.paused", targetType: "agent", targetId }) as const;

/** What the log promises, on every database. */
export function auditSuite(kind: DatabaseKind): void {
  let database: Database;
  const append = (organizationId: string, targetId: string) =>
    asTenant(database, organizationId, (t) => appendAuditEntry(t, "key:test", at, event(targetId)));

  beforeAll(async () => {
    database = await kind.openEmpty();
    await migrate(database);
    for (const id of ["org_a", "org_b", "org_parallel"]) {
      await database.query(
        `INSERT INTO holdpoint.organizations (id, name, salt, bundle_changed_at, created_at)
         VALUES ($1, $1, '\\x00', now(), now())`,
        [id],
      );
    }
    for (let i = 0; i < 3; i++) await append("org_a", `agent-${i}`);
    await append("org_b", "other");
  });
  afterAll(() => database?.close());

  test("each organisation has its own chain from index 0", async () => {
    expect(await verifyStoredAudit(database, "org_a")).toMatchObject({ valid: true, entries: 3 });
    expect(await verifyStoredAudit(database, "org_b")).toMatchObject({ valid: true, entries: 1 });
    const page = await asTenant(database, "org_b", (t) => listAuditEntries(t, { limit: 10 }));
    expect(page.items.map(({ index, targetId, at: time }) => ({ index, targetId, time }))).toEqual([
      { index: 0, targetId: "other", time: "2026-01-02T03:04:05.678Z" },
    ]);
  });

  test("parallel writers give one chain without gaps", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => append("org_parallel", `agent-${i}`)));
    expect(await verifyStoredAudit(database, "org_parallel")).toMatchObject({ valid: true, entries: 40 });
    const targets = new Set<string>();
    for await (const entry of streamAuditEntries(database, "org_parallel")) targets.add(entry.targetId);
    expect(targets.size).toBe(40);
  });

  test("the line and the change it tells of are there together or not at all", async () => {
    const before = await verifyStoredAudit(database, "org_a");
    const failing = administer(database, { organizationId: "org_a", actor: "key:test", now: at }, async (a) => {
      a.record(event("half-done"));
      a.changeBundle();
      await a.transaction.query("INSERT INTO holdpoint.agents VALUES ('org_a', 'half', '{}', '', now(), now())");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await verifyStoredAudit(database, "org_a")).toEqual(before);
    expect(await database.query("SELECT 1 FROM holdpoint.agents")).toEqual([]);
  });

  const changes: [string, string][] = [
    ["an update", "UPDATE holdpoint.audit_entries SET actor = 'nobody' WHERE index = 1"],
    ["an update that would touch nothing", "UPDATE holdpoint.audit_entries SET actor = actor WHERE false"],
    ["a deletion", "DELETE FROM holdpoint.audit_entries"],
    ["a truncation", "TRUNCATE holdpoint.audit_entries"],
    ["a truncation through what it refers to", "TRUNCATE holdpoint.organizations CASCADE"],
    [
      "an upsert",
      `INSERT INTO holdpoint.audit_entries SELECT * FROM holdpoint.audit_entries
       ON CONFLICT (organization_id, index) DO UPDATE SET actor = 'nobody'`,
    ],
  ];

  test.each(changes)("%s is refused by the database, also for the owner", async (_, statement) => {
    await expect(database.query(statement)).rejects.toThrow("is refused: it is append-only");
    expect(await verifyStoredAudit(database, "org_a")).toMatchObject({ valid: true, entries: 3 });
  });

  test.each(changes)("%s is refused to a request", async (_, statement) => {
    await expect(asTenant(database, "org_a", (t) => t.query(statement))).rejects.toThrow(
      /permission denied|append-only/,
    );
  });

  test("the refusal also holds where triggers are turned off for replication", async () => {
    const [owner] = await database.query<{ super: boolean }>(
      "SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user",
    );
    const attempt = database.transaction(async (t) => {
      await t.query("SET LOCAL session_replication_role = replica");
      await t.query("DELETE FROM holdpoint.audit_entries");
    });
    await expect(attempt).rejects.toThrow(owner?.super ? "append-only" : "permission denied");
  });

  test("who can turn the triggers off, and changes a line, is found out", async () => {
    await database.transaction(async (t) => {
      await t.run("ALTER TABLE holdpoint.audit_entries DISABLE TRIGGER append_only");
      await t.query(
        "UPDATE holdpoint.audit_entries SET actor = 'nobody' WHERE organization_id = 'org_a' AND index = 1",
      );
      await t.run("ALTER TABLE holdpoint.audit_entries ENABLE ALWAYS TRIGGER append_only");
    });
    expect(await verifyStoredAudit(database, "org_a")).toMatchObject({
      valid: false,
      brokenAt: 1,
      message: "was changed after it was written",
    });
  });
}
