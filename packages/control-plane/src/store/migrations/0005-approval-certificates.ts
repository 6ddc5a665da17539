import type { Migration } from "../migrate";

/** Who asked under which id, who used an approval with which nonce, and the certificate that was given for it. */
export const approvalCertificates: Migration = {
  number: 5,
  name: "approval certificates",
  statements: `
    ALTER TABLE holdpoint.approvals
      ADD COLUMN request_id text,
      ADD COLUMN decided_by_key text,
      ADD COLUMN used_by text,
      ADD COLUMN used_nonce text,
      ADD COLUMN certificate text,
      DROP CONSTRAINT approvals_status_check,
      ADD CONSTRAINT approvals_status_check CHECK (status IN ('pending', 'approved', 'denied', 'expired'));
    CREATE UNIQUE INDEX approvals_by_request ON holdpoint.approvals (organization_id, request_id);
    CREATE UNIQUE INDEX approvals_by_nonce ON holdpoint.approvals (organization_id, used_nonce);
    CREATE INDEX approvals_due ON holdpoint.approvals (expires_at) WHERE status = 'pending';`,
};
