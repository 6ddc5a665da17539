import type { Migration } from "../migrate";

const own = "organization_id = current_setting('app.organization_id', true)";

/** Endpoints that score texts for policies; a key is sealed. */
export const classifiers: Migration = {
  number: 9,
  name: "classifiers",
  statements: `
    CREATE TABLE holdpoint.classifiers (
      organization_id text NOT NULL REFERENCES holdpoint.organizations,
      name text NOT NULL,
      document text NOT NULL,
      sealed bytea,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      PRIMARY KEY (organization_id, name)
    );
    ALTER TABLE holdpoint.classifiers ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON holdpoint.classifiers TO holdpoint_app USING (${own}) WITH CHECK (${own});
    GRANT SELECT, INSERT, UPDATE, DELETE ON holdpoint.classifiers TO holdpoint_app;`,
};
