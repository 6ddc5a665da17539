import { type Approval, canonicalJson, decodeMessage, sha256Hex } from "@holdpoint/core";
import { ApiError, invalid, invalidFields, notFound } from "../errors";
import { defaults } from "../gen/constants";
import { checkColumnTexts } from "../store/column-text";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";
import { createId } from "./api-key";

interface Row {
  readonly id: string;
  readonly agent_id: string;
  readonly status: "pending" | "approved" | "denied";
  readonly action_hash: string;
  readonly document: string;
  readonly requested_at: Date;
  readonly expires_at: Date;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly decision_reason: string | null;
  readonly used_at: Date | null;
}

/** What is kept as a document: the members that never change. */
type Asked = Pick<Approval, "agentId" | "action" | "actionHash" | "policyIds" | "message">;
const askedFields: readonly (keyof Asked)[] = ["agentId", "action", "actionHash", "policyIds", "message"];

const toView = (row: Row, now: Date): Approval => ({
  id: row.id,
  status: row.status === "pending" && row.expires_at <= now ? "expired" : row.status,
  ...(JSON.parse(row.document) as Asked),
  requestedAt: row.requested_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  ...(row.decided_at ? { decidedAt: row.decided_at.toISOString() } : {}),
  ...(row.decided_by ? { decidedBy: row.decided_by } : {}),
  ...(row.decision_reason ? { decisionReason: row.decision_reason } : {}),
});

/** A step that waits for a human. The hash must be that of the action, so that nobody approves one and runs another. */
export async function requestApproval(administration: Administration, body: unknown): Promise<Approval> {
  const decoded = decodeMessage("Approval", body);
  if (!decoded.ok) throw invalidFields(decoded.problems);
  for (const name of Object.keys(decoded.value)) {
    if (!askedFields.includes(name as keyof Asked)) throw invalid(`/${name}`, "is set by the server");
  }
  const approval = decoded.value;
  if (approval.agentId === "") throw invalid("/agentId", "is empty");
  const problems = checkColumnTexts(approval, ["agentId"]);
  if (problems.length > 0) throw invalidFields(problems);
  if (approval.actionHash !== sha256Hex(canonicalJson(approval.action))) {
    throw invalid("/actionHash", "is not the sha-256 of the canonical json of `action`");
  }
  return insert(administration, approval);
}

/** The approval that this action already waits for, or a new one: a caller that tries again does not ask twice. */
export async function holdForApproval(administration: Administration, asked: Asked): Promise<Approval> {
  const { transaction, now } = administration;
  const [waiting] = await transaction.query<Row>(
    `SELECT * FROM holdpoint.approvals WHERE status = 'pending' AND agent_id = $1 AND action_hash = $2
     AND expires_at > $3 ORDER BY requested_at DESC LIMIT 1`,
    [asked.agentId, asked.actionHash, now],
  );
  return waiting ? toView(waiting, now) : insert(administration, asked);
}

async function insert(administration: Administration, asked: Asked): Promise<Approval> {
  const { transaction, now, actor } = administration;
  const [row] = await transaction.query<Row>(
    `INSERT INTO holdpoint.approvals
       (organization_id, id, agent_id, status, action_hash, document, requested_at, requested_by, expires_at)
     VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8) RETURNING *`,
    [
      transaction.organizationId,
      createId("apr"),
      asked.agentId,
      asked.actionHash,
      canonicalJson(asked),
      now,
      actor,
      new Date(now.getTime() + defaults.approvalTimeoutMs),
    ],
  );
  const approval = toView(row as Row, now);
  administration.record({
    action: "approval.requested",
    targetType: "approval",
    targetId: approval.id ?? "",
    details: { agentId: asked.agentId, actionHash: asked.actionHash, policyIds: asked.policyIds ?? [] },
  });
  administration.announceApproval(approval.id ?? "", "pending");
  return approval;
}

export async function getApproval(transaction: TenantTransaction, id: string, now: Date): Promise<Approval> {
  return toView(await readRow(transaction, id), now);
}

async function readRow(transaction: TenantTransaction, id: string): Promise<Row> {
  const [row] = await transaction.query<Row>("SELECT * FROM holdpoint.approvals WHERE id = $1", [id]);
  if (!row) throw notFound("approval");
  return row;
}

/** Approvals, the newest first, of one status (`expired` included), of one agent, or all. */
export async function listApprovals(
  transaction: TenantTransaction,
  page: PageRequest,
  now: Date,
  { status, agentId }: { readonly status?: string; readonly agentId?: string },
): Promise<Page<Approval>> {
  const where = `($1::text IS NULL OR $1 = CASE WHEN status = 'pending' AND expires_at <= $2 THEN 'expired' ELSE status END)
    AND ($3::text IS NULL OR agent_id = $3)`;
  const filters = [status ?? null, now, agentId ?? null];
  const [counted] = await transaction.query<{ total: number }>(
    `SELECT count(*) AS total FROM holdpoint.approvals WHERE ${where}`,
    filters,
  );
  const rows = await transaction.query<Row>(
    `SELECT * FROM holdpoint.approvals WHERE ${where}
     AND ($4::timestamptz IS NULL OR (requested_at, id) < ($4::timestamptz, $5)) ORDER BY requested_at DESC, id DESC LIMIT $6`,
    [...filters, page.after?.[0] ?? null, page.after?.[1] ?? "", page.limit + 1],
  );
  return toPage(
    rows,
    page,
    counted?.total ?? 0,
    (row) => toView(row, now),
    (row) => [row.requested_at.toISOString(), row.id],
  );
}

/** A human's answer. Given once: an approval that is decided or expired is a conflict. */
export async function decideApproval(
  administration: Administration,
  id: string,
  status: "approved" | "denied",
  { decidedBy, reason }: { readonly decidedBy: string; readonly reason?: string },
): Promise<Approval> {
  const { transaction, now } = administration;
  const row = await readRow(transaction, id);
  const current = toView(row, now);
  if (current.status !== "pending") throw new ApiError("CONFLICT", `the approval is ${current.status} already`);
  const [decided] = await transaction.query<Row>(
    `UPDATE holdpoint.approvals SET status = $2, decided_at = $3, decided_by = $4, decision_reason = $5
     WHERE id = $1 RETURNING *`,
    [id, status, now, decidedBy, reason ?? null],
  );
  administration.record({
    action: `approval.${status}`,
    targetType: "approval",
    targetId: id,
    details: { agentId: row.agent_id, actionHash: row.action_hash, decidedBy, ...(reason ? { reason } : {}) },
  });
  administration.announceApproval(id, status);
  return toView(decided as Row, now);
}

/** Why an approval does not let this action pass. */
export type ApprovalRefusal = "pending" | "denied" | "expired" | "used" | "action_mismatch";

/** Whether the approval lets exactly this action pass, now, for the first time. A valid answer uses it up. */
export async function useApproval(
  administration: Administration,
  id: string,
  action: unknown,
): Promise<{ readonly valid: boolean; readonly reason?: ApprovalRefusal }> {
  const { transaction, now } = administration;
  const row = await readRow(transaction, id);
  const refusal = findRefusal(row, action, now);
  if (refusal) return { valid: false, reason: refusal };
  await transaction.query("UPDATE holdpoint.approvals SET used_at = $2 WHERE id = $1", [id, now]);
  administration.record({
    action: "approval.used",
    targetType: "approval",
    targetId: id,
    details: { agentId: row.agent_id, actionHash: row.action_hash },
  });
  return { valid: true };
}

function findRefusal(row: Row, action: unknown, now: Date): ApprovalRefusal | undefined {
  if (row.status === "denied") return "denied";
  if (row.used_at) return "used";
  if (row.expires_at <= now) return "expired";
  if (row.status === "pending") return "pending";
  return sha256Hex(canonicalJson(action)) === row.action_hash ? undefined : "action_mismatch";
}
