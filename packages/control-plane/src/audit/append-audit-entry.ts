import { canonicalJson } from "@holdpoint/core";
import { lockOrganization, type TenantTransaction } from "../store/tenant";
import { type FullAuditEntry, firstPrevHash, hashAuditEntry } from "./hash-entry";

/** What happened, before it has its place in the chain. */
export interface AuditEvent {
  /** From the closed list of this server's actions, like `policy.created`. */
  readonly action: AuditAction;
  readonly targetType:
    | "organization"
    | "api_key"
    | "workspace"
    | "team"
    | "agent"
    | "policy"
    | "approval"
    | "lease"
    | "validator"
    | "classifier"
    | "grant"
    | "settings"
    | "signing_key";
  readonly targetId: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type AuditAction =
  | "organization.created"
  | "api_key.created"
  | "api_key.revoked"
  | "agent.registered"
  | "agent.updated"
  | "agent.paused"
  | "agent.resumed"
  | "scope.paused"
  | "scope.resumed"
  | "policy.created"
  | "policy.updated"
  | "policy.deleted"
  | "lease.drawn"
  | "lease.returned"
  | "signing_key.rotated"
  | "lease.ended"
  | "validator.secret_set"
  | "validator.secret_deleted"
  | "classifier.set"
  | "classifier.deleted"
  | "approval.requested"
  | "approval.approved"
  | "approval.denied"
  | "approval.used"
  | "approval.expired"
  | "policy.refused"
  | "grant.created"
  | "grant.revoked"
  | "settings.changed"
  | "settings.removed";

/**
 * Appends to the organisation's log inside the transaction of the change itself: both are there, or neither. Writers
 * wait for one another, so indexes have no gaps and no two entries follow the same one.
 */
export async function appendAuditEntry(
  transaction: TenantTransaction,
  actor: string,
  at: Date,
  event: AuditEvent,
): Promise<FullAuditEntry> {
  await lockOrganization(transaction);
  const [last] = await transaction.query<{ index: number; hash: string }>(
    "SELECT index, hash FROM holdpoint.audit_entries ORDER BY index DESC LIMIT 1",
  );
  const unhashed = {
    index: last ? last.index + 1 : 0,
    at: at.toISOString(),
    actor,
    action: event.action,
    targetType: event.targetType,
    targetId: event.targetId,
    details: event.details ?? {},
    prevHash: last?.hash ?? firstPrevHash,
  };
  const entry = { ...unhashed, hash: hashAuditEntry(unhashed) };
  await transaction.query(
    `INSERT INTO holdpoint.audit_entries
       (organization_id, index, at, actor, action, target_type, target_id, details, prev_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      transaction.organizationId,
      entry.index,
      entry.at,
      actor,
      event.action,
      event.targetType,
      event.targetId,
      canonicalJson(entry.details),
      entry.prevHash,
      entry.hash,
    ],
  );
  return entry;
}
