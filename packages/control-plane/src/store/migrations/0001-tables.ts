import type { Migration } from "../migrate";

/**
 * Documents are kept as JSON text, not `jsonb`: `jsonb` refuses NUL and lone surrogates, which a traced text may hold,
 * and would not give back what was hashed. Columns beside a document are what lists filter and sort by.
 */
export const tables: Migration = {
  number: 1,
  name: "tables",
  statements: `
    CREATE TABLE holdpoint.server_keys (
      name text PRIMARY KEY,
      material bytea NOT NULL,
      created_at timestamptz NOT NULL
    );

    CREATE TABLE holdpoint.organizations (
      id text PRIMARY KEY,
      name text NOT NULL,
      salt bytea NOT NULL,
      bundle_version integer NOT NULL DEFAULT 1 CHECK (bundle_version > 0),
      bundle_changed_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL
    );

    CREATE TABLE holdpoint.api_keys (
      id text PRIMARY KEY,
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      name text NOT NULL,
      prefix text NOT NULL UNIQUE,
      hash bytea NOT NULL,
      role text NOT NULL,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      expires_at timestamptz,
      revoked_at timestamptz
    );
    CREATE INDEX api_keys_by_organization ON holdpoint.api_keys (organization_id, id);

    CREATE TABLE holdpoint.agents (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      agent_id text NOT NULL,
      document text NOT NULL,
      search text NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      last_seen_at timestamptz,
      PRIMARY KEY (organization_id, agent_id)
    );

    CREATE TABLE holdpoint.pauses (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      level text NOT NULL,
      target_id text NOT NULL,
      reason text NOT NULL,
      until timestamptz,
      paused_at timestamptz NOT NULL,
      paused_by text NOT NULL,
      PRIMARY KEY (organization_id, level, target_id)
    );

    CREATE TABLE holdpoint.policies (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      policy_id text NOT NULL,
      version integer NOT NULL,
      document text NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      PRIMARY KEY (organization_id, policy_id)
    );

    CREATE TABLE holdpoint.policy_versions (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      policy_id text NOT NULL,
      version integer NOT NULL,
      change text NOT NULL CHECK (change IN ('created', 'updated', 'deleted')),
      document text NOT NULL,
      changed_at timestamptz NOT NULL,
      changed_by text NOT NULL,
      PRIMARY KEY (organization_id, policy_id, version)
    );

    CREATE TABLE holdpoint.traces (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      trace_id text NOT NULL,
      agent_id text NOT NULL,
      session_id text,
      user_id text,
      status text NOT NULL,
      started_at timestamptz NOT NULL,
      received_at timestamptz NOT NULL,
      document text NOT NULL,
      PRIMARY KEY (organization_id, trace_id)
    );
    CREATE INDEX traces_by_time ON holdpoint.traces (organization_id, started_at DESC, trace_id DESC);
    CREATE INDEX traces_by_agent ON holdpoint.traces (organization_id, agent_id, started_at DESC, trace_id DESC);
    CREATE INDEX traces_by_session ON holdpoint.traces (organization_id, session_id, started_at DESC, trace_id DESC);

    CREATE TABLE holdpoint.approvals (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      id text NOT NULL,
      agent_id text NOT NULL,
      status text NOT NULL CHECK (status IN ('pending', 'approved', 'denied')),
      action_hash text NOT NULL,
      document text NOT NULL,
      requested_at timestamptz NOT NULL,
      requested_by text NOT NULL,
      expires_at timestamptz NOT NULL,
      decided_at timestamptz,
      decided_by text,
      decision_reason text,
      used_at timestamptz,
      PRIMARY KEY (organization_id, id)
    );
    CREATE INDEX approvals_by_time ON holdpoint.approvals (organization_id, requested_at DESC, id DESC);
    CREATE INDEX approvals_pending ON holdpoint.approvals (organization_id, agent_id, action_hash) WHERE status = 'pending';

    CREATE TABLE holdpoint.usage_counters (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      key text NOT NULL,
      window_start timestamptz NOT NULL,
      amount bigint NOT NULL CHECK (amount >= 0),
      PRIMARY KEY (organization_id, key)
    );

    CREATE TABLE holdpoint.audit_entries (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      index integer NOT NULL CHECK (index >= 0),
      at text NOT NULL,
      actor text NOT NULL,
      action text NOT NULL,
      target_type text NOT NULL,
      target_id text NOT NULL,
      details text NOT NULL,
      prev_hash text NOT NULL,
      hash text NOT NULL,
      PRIMARY KEY (organization_id, index)
    );`,
};
