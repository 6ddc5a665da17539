import type { Migration } from "../migrate";

/** ALWAYS: the trigger also fires where a session has turned ordinary triggers off for replication. */
export const appendOnlyAudit: Migration = {
  number: 3,
  name: "append-only audit",
  statements: `
    CREATE FUNCTION holdpoint.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% on %.% is refused: it is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
    END $$;

    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON holdpoint.audit_entries
      FOR EACH STATEMENT EXECUTE FUNCTION holdpoint.refuse_change();
    ALTER TABLE holdpoint.audit_entries ENABLE ALWAYS TRIGGER append_only;

    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON holdpoint.policy_versions
      FOR EACH STATEMENT EXECUTE FUNCTION holdpoint.refuse_change();
    ALTER TABLE holdpoint.policy_versions ENABLE ALWAYS TRIGGER append_only;`,
};
