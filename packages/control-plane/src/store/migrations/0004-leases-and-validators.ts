import type { Migration } from "../migrate";

const own = "organization_id = current_setting('app.organization_id', true)";

const secure = (table: string, verbs: string): string => `
    ALTER TABLE holdpoint.${table} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON holdpoint.${table} TO holdpoint_app USING (${own}) WITH CHECK (${own});
    GRANT ${verbs} ON holdpoint.${table} TO holdpoint_app;`;

/** What is granted of a budget stands in \`usage_counters\` at once; a lease says whose it is. */
export const leasesAndValidators: Migration = {
  number: 4,
  name: "leases and validators",
  statements: `
    CREATE TABLE holdpoint.usage_leases (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      key text NOT NULL,
      holder_id text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('strict', 'lenient', 'watched')),
      state text NOT NULL CHECK (state IN ('open', 'returned', 'ended')),
      granted bigint NOT NULL CHECK (granted >= 0),
      spent bigint NOT NULL CHECK (spent >= 0),
      sequence bigint NOT NULL,
      window_start timestamptz NOT NULL,
      window_end timestamptz NOT NULL,
      renewed_at timestamptz NOT NULL,
      PRIMARY KEY (organization_id, key, holder_id)
    );
    CREATE INDEX usage_leases_by_renewal ON holdpoint.usage_leases (organization_id, renewed_at) WHERE state = 'open';
    CREATE INDEX usage_leases_by_window ON holdpoint.usage_leases (organization_id, window_end);

    CREATE TABLE holdpoint.validator_secrets (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      policy_id text NOT NULL,
      sealed bytea NOT NULL,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      PRIMARY KEY (organization_id, policy_id)
    );
    ${secure("usage_leases", "SELECT, INSERT, UPDATE, DELETE")}
    ${secure("validator_secrets", "SELECT, INSERT, UPDATE, DELETE")}`,
};
