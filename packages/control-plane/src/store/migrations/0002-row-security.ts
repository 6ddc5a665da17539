import type { Migration } from "../migrate";

/** What a request may do with each table of a tenant. The rest is refused by the database. */
const grants: Readonly<Record<string, string>> = {
  api_keys: "SELECT, INSERT, UPDATE",
  agents: "SELECT, INSERT, UPDATE",
  pauses: "SELECT, INSERT, UPDATE, DELETE",
  policies: "SELECT, INSERT, UPDATE, DELETE",
  policy_versions: "SELECT, INSERT",
  traces: "SELECT, INSERT",
  approvals: "SELECT, INSERT, UPDATE",
  usage_counters: "SELECT, INSERT, UPDATE, DELETE",
  audit_entries: "SELECT, INSERT",
};

const own = "organization_id = current_setting('app.organization_id', true)";

const tenantTables = Object.entries(grants)
  .map(
    ([table, verbs]) => `
    ALTER TABLE holdpoint.${table} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON holdpoint.${table} TO holdpoint_app USING (${own}) WITH CHECK (${own});
    GRANT ${verbs} ON holdpoint.${table} TO holdpoint_app;`,
  )
  .join("\n");

/**
 * Requests run as the role `holdpoint_app`, which owns nothing and sees only the rows of the organisation named in
 * `app.organization_id`; without one it sees none. Roles belong to the whole server: another database may have it.
 */
export const rowSecurity: Migration = {
  number: 2,
  name: "row security",
  statements: `
    DO $$
    BEGIN
      CREATE ROLE holdpoint_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$;
    DO $$
    BEGIN
      IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        BEGIN
          EXECUTE format('GRANT holdpoint_app TO %I', current_user);
        EXCEPTION WHEN insufficient_privilege THEN
          IF NOT pg_has_role(current_user, 'holdpoint_app', 'MEMBER') THEN RAISE; END IF;
        END;
      END IF;
    END $$;
    GRANT USAGE ON SCHEMA holdpoint TO holdpoint_app;
    ${tenantTables}

    ALTER TABLE holdpoint.organizations ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON holdpoint.organizations TO holdpoint_app
      USING (id = current_setting('app.organization_id', true))
      WITH CHECK (id = current_setting('app.organization_id', true));
    GRANT SELECT, UPDATE (bundle_version, bundle_changed_at) ON holdpoint.organizations TO holdpoint_app;`,
};
