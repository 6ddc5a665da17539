import type { ApprovalProof } from "@holdpoint/core";
import type { TenantTransaction } from "../store/tenant";

/** An approval of this organisation for exactly this action, that holds now and was not used. */
export interface BroughtApproval {
  readonly id: string;
  readonly expiresAt: string;
}

/** The first that a request names of those that hold as they are stored here: what it says of them counts for nothing. */
export async function findBroughtApproval(
  transaction: TenantTransaction,
  approvals: readonly Pick<ApprovalProof, "approvalId">[],
  actionHash: string,
  now: Date,
): Promise<BroughtApproval | undefined> {
  // Anything else is no id of ours, and may be a text that the database does not take.
  const ids = approvals.map(({ approvalId }) => approvalId).filter((id) => /^apr_\w+$/.test(id));
  const [row] = await transaction.query<{ id: string; expires_at: Date }>(
    `SELECT id, expires_at FROM holdpoint.approvals WHERE id = ANY($1::text[]) AND action_hash = $2 AND status = 'approved'
     AND used_at IS NULL AND expires_at > $3 ORDER BY expires_at, id LIMIT 1`,
    [ids, actionHash, now],
  );
  return row && { id: row.id, expiresAt: row.expires_at.toISOString() };
}
