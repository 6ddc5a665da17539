import type { Migration } from "../migrate";

const own = "organization_id = current_setting('app.organization_id', true)";

const secure = (table: string, verbs: string): string => `
    ALTER TABLE holdpoint.${table} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON holdpoint.${table} TO holdpoint_app USING (${own}) WITH CHECK (${own});
    GRANT ${verbs} ON holdpoint.${table} TO holdpoint_app;`;

/** Sessions are kept by a hash of their id, which may be any text; a state holds names and digests, never texts. */
export const grantsSettingsSessions: Migration = {
  number: 7,
  name: "grants, settings, sessions",
  statements: `
    CREATE TABLE holdpoint.agent_grants (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      grant_id text NOT NULL,
      caller_agent_id text NOT NULL,
      callee_agent_id text NOT NULL,
      document text NOT NULL,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      PRIMARY KEY (organization_id, grant_id)
    );
    CREATE INDEX agent_grants_by_caller ON holdpoint.agent_grants (organization_id, caller_agent_id, grant_id);

    CREATE TABLE holdpoint.governance_settings (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      level text NOT NULL CHECK (level IN ('tenant', 'workspace', 'team', 'agent')),
      target_id text NOT NULL,
      document text NOT NULL,
      updated_at timestamptz NOT NULL,
      updated_by text NOT NULL,
      PRIMARY KEY (organization_id, level, target_id)
    );

    CREATE TABLE holdpoint.usage_sessions (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      session_hash text NOT NULL,
      state text NOT NULL,
      last_step_at timestamptz NOT NULL,
      PRIMARY KEY (organization_id, session_hash)
    );
    CREATE INDEX usage_sessions_by_time ON holdpoint.usage_sessions (organization_id, last_step_at);
    ${secure("agent_grants", "SELECT, INSERT, DELETE")}
    ${secure("governance_settings", "SELECT, INSERT, UPDATE, DELETE")}
    ${secure("usage_sessions", "SELECT, INSERT, UPDATE, DELETE")}`,
};
