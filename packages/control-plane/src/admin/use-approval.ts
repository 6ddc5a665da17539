import { type ApprovalCertificate, hashAction, limits, type SignedBundle, sha256Hex } from "@holdpoint/core";
import { signCertificate } from "../publish/sign-certificate";
import type { SigningKey } from "../publish/signing-key";
import type { Administration } from "./administer";
import { createId } from "./api-key";
import { type ApprovalRow, readRow } from "./approvals";
import { findPauses } from "./pauses";

/** Why an approval does not let this action pass. */
export type ApprovalRefusal = "pending" | "denied" | "expired" | "used" | "action_mismatch" | "nonce_reused" | "paused";

/** The answer to a use. Valid comes with the certificate: a DSSE envelope around an `ApprovalCertificate`. */
export type ApprovalUse =
  | { readonly valid: true; readonly certificate: SignedBundle }
  | { readonly valid: false; readonly reason: ApprovalRefusal };

/**
 * Whether the approval lets exactly this action pass, now, for the first time. A valid answer uses it up. SPEC A-8:
 * the same caller with the same nonce is one use, told again until its certificate has expired.
 */
export async function useApproval(
  administration: Administration,
  signingKey: SigningKey,
  id: string,
  { action, nonce }: { readonly action: Readonly<Record<string, unknown>>; readonly nonce?: string },
): Promise<ApprovalUse> {
  const { transaction, now, actor } = administration;
  const row = await readRow(transaction, id);
  const actionHash = hashAction(action);
  const before = nonce === undefined ? undefined : repeatUse(row, { nonce, actor, actionHash, now });
  if (before) return { valid: true, certificate: before };
  const refusal =
    findRefusal(row, actionHash, now) ??
    (await findReuse(administration, nonce)) ??
    (await findPause(administration, row));
  if (refusal) return { valid: false, reason: refusal };
  const document = describeUse(administration, row, nonce ?? createId("use"));
  const certificate = signCertificate(document, signingKey);
  await transaction.query(
    "UPDATE holdpoint.approvals SET used_at = $2, used_by = $3, used_nonce = $4, certificate = $5 WHERE id = $1",
    [id, now, actor, document.nonce, JSON.stringify(certificate)],
  );
  administration.record({
    action: "approval.used",
    targetType: "approval",
    targetId: id,
    details: {
      agentId: row.agent_id,
      actionHash,
      approver: document.approver,
      nonce: document.nonce,
      certificateHash: sha256Hex(certificate.payload),
    },
  });
  return { valid: true, certificate };
}

function describeUse({ transaction, now }: Administration, row: ApprovalRow, nonce: string): ApprovalCertificate {
  const { bundleDigest = "" } = JSON.parse(row.document) as { bundleDigest?: string };
  const expiresMs = Math.min(now.getTime() + limits.certificateLifetimeMs, row.expires_at.getTime());
  return {
    approvalId: row.id,
    organizationId: transaction.organizationId,
    agentId: row.agent_id,
    actionHash: row.action_hash,
    approver: row.decided_by ?? "",
    approverKey: row.decided_by_key ?? "",
    issuedAt: now.toISOString(),
    expiresAt: new Date(expiresMs).toISOString(),
    nonce,
    bundleDigest,
  };
}

function repeatUse(
  row: ApprovalRow,
  use: { readonly nonce: string; readonly actor: string; readonly actionHash: string; readonly now: Date },
): SignedBundle | undefined {
  const same = row.used_nonce === use.nonce && row.used_by === use.actor && row.action_hash === use.actionHash;
  if (!same || row.certificate === null || row.used_at === null) return undefined;
  const endsMs = Math.min(row.used_at.getTime() + limits.certificateLifetimeMs, row.expires_at.getTime());
  return use.now.getTime() < endsMs ? (JSON.parse(row.certificate) as SignedBundle) : undefined;
}

function findRefusal(row: ApprovalRow, actionHash: string, now: Date): ApprovalRefusal | undefined {
  if (row.status === "denied") return "denied";
  if (row.used_at) return "used";
  if (row.status === "expired" || row.expires_at <= now) return "expired";
  if (row.status === "pending") return "pending";
  return actionHash === row.action_hash ? undefined : "action_mismatch";
}

/** A kill switch that was turned while a human thought about it wins; the approval is not used up by that. */
async function findPause(
  { transaction, now }: Administration,
  { agent_id: agentId }: ApprovalRow,
): Promise<ApprovalRefusal | undefined> {
  return (await findPauses(transaction, agentId, now)).length > 0 ? "paused" : undefined;
}

async function findReuse(
  { transaction }: Administration,
  nonce: string | undefined,
): Promise<ApprovalRefusal | undefined> {
  if (nonce === undefined) return undefined;
  const rows = await transaction.query("SELECT 1 FROM holdpoint.approvals WHERE used_nonce = $1", [nonce]);
  return rows.length > 0 ? "nonce_reused" : undefined;
}
