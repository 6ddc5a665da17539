import { type Approval, canonicalJson, decodeMessage, hashAction, limits } from "@holdpoint/core";
import { ApiError, invalid, invalidFields, notFound } from "../errors";
import { checkColumnTexts } from "../store/column-text";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";
import { createId } from "./api-key";
import type { ApprovalRules } from "./approval-rules";

export interface ApprovalRow {
  readonly id: string;
  readonly agent_id: string;
  readonly status: "pending" | "approved" | "denied" | "expired";
  readonly action_hash: string;
  readonly document: string;
  readonly requested_at: Date;
  readonly requested_by: string;
  readonly request_id: string | null;
  readonly expires_at: Date;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly decided_by_key: string | null;
  readonly decision_reason: string | null;
  readonly used_at: Date | null;
  readonly used_by: string | null;
  readonly used_nonce: string | null;
  readonly certificate: string | null;
  readonly approvers: string | null;
}

/** What is kept as a document: the members that never change. */
type Asked = Pick<Approval, "agentId" | "action" | "actionHash" | "policyIds" | "message" | "bundleDigest">;
const askedFields: readonly string[] = ["agentId", "action", "actionHash", "policyIds", "message", "bundleDigest"];

const toView = (row: ApprovalRow, now: Date): Approval => ({
  id: row.id,
  status: row.status === "pending" && row.expires_at <= now ? "expired" : row.status,
  ...(JSON.parse(row.document) as Asked),
  ...(row.approvers === null ? {} : { approvers: JSON.parse(row.approvers) as string[] }),
  requestedAt: row.requested_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  ...(row.decided_at ? { decidedAt: row.decided_at.toISOString() } : {}),
  ...(row.decided_by ? { decidedBy: row.decided_by } : {}),
  ...(row.decision_reason ? { decisionReason: row.decision_reason } : {}),
});

/** Who may approve this, and until when. */
export type RulesFor = (asked: Pick<Approval, "action" | "policyIds">) => ApprovalRules;

/**
 * A step that waits for a human. The hash must be that of the action, so that nobody approves one and runs another.
 * Asking again with the same `requestId` gives what was asked for before.
 */
export async function requestApproval(
  administration: Administration,
  body: unknown,
  rulesFor: RulesFor,
): Promise<{ readonly created: boolean; readonly approval: Approval }> {
  const { requestId, ...asked } = readAsked(body);
  const before = requestId === undefined ? undefined : await findRequest(administration, requestId, asked);
  if (before) return { created: false, approval: toView(before, administration.now) };
  return { created: true, approval: await insert(administration, asked, rulesFor, requestId) };
}

function readAsked(body: unknown): Asked & Pick<Approval, "requestId"> {
  const decoded = decodeMessage("Approval", body);
  if (!decoded.ok) throw invalidFields(decoded.problems);
  for (const name of Object.keys(decoded.value)) {
    if (name !== "requestId" && !askedFields.includes(name)) throw invalid(`/${name}`, "is set by the server");
  }
  const asked = decoded.value;
  if (asked.agentId === "") throw invalid("/agentId", "is empty");
  const problems = checkColumnTexts(asked, ["agentId"]);
  if (problems.length > 0) throw invalidFields(problems);
  const { agentId = asked.agentId } = asked.action;
  if (agentId !== asked.agentId) throw invalid("/agentId", "is not the agent of `action`");
  if (asked.actionHash !== hashAction(asked.action)) {
    throw invalid("/actionHash", "is not the sha-256 of the canonical json of `action`");
  }
  if (asked.bundleDigest !== undefined && !/^[0-9a-f]{64}$/.test(asked.bundleDigest)) {
    throw invalid("/bundleDigest", "expected a sha-256 as 64 lower-case hex digits");
  }
  if (asked.requestId !== undefined) checkNonce(asked.requestId, "/requestId");
  return asked;
}

/** Refuses what cannot have been chosen by chance. */
export function checkNonce(text: string, pointer: string): void {
  const { minNonceChars, maxNonceChars } = limits;
  const fits = text.length >= minNonceChars && text.length <= maxNonceChars && /^[\w-]*$/.test(text);
  if (!fits) throw invalid(pointer, `expected ${minNonceChars} to ${maxNonceChars} characters of base64url`);
}

async function findRequest(
  { transaction, actor }: Administration,
  requestId: string,
  asked: Asked,
): Promise<ApprovalRow | undefined> {
  const [row] = await transaction.query<ApprovalRow>("SELECT * FROM holdpoint.approvals WHERE request_id = $1", [
    requestId,
  ]);
  if (row && (row.document !== canonicalJson(asked) || row.requested_by !== actor)) {
    throw new ApiError("CONFLICT", "something else was asked with this `requestId` before");
  }
  return row;
}

/**
 * The approval that this action already waits for, or a new one: a caller that tries again does not ask twice. One that was
 * asked for by other policies, or of other approvers, is another question.
 */
export async function holdForApproval(
  administration: Administration,
  asked: Asked,
  rulesFor: RulesFor,
): Promise<Approval> {
  const { transaction, now } = administration;
  const [waiting] = await transaction.query<ApprovalRow>(
    `SELECT * FROM holdpoint.approvals WHERE status = 'pending' AND agent_id = $1 AND action_hash = $2
     AND expires_at > $3 ORDER BY requested_at DESC LIMIT 1`,
    [asked.agentId, asked.actionHash, now],
  );
  return waiting && isSameQuestion(waiting, asked, rulesFor(asked))
    ? toView(waiting, now)
    : insert(administration, asked, rulesFor);
}

function isSameQuestion(row: ApprovalRow, asked: Asked, { approvers }: ApprovalRules): boolean {
  const { policyIds } = JSON.parse(row.document) as Asked;
  const isAlike = (one: readonly string[] | null | undefined, other: readonly string[] | null | undefined): boolean =>
    JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  const before = row.approvers === null ? null : (JSON.parse(row.approvers) as string[]);
  return isAlike(policyIds, asked.policyIds) && isAlike(before, approvers);
}

async function insert(
  administration: Administration,
  asked: Asked,
  rulesFor: RulesFor,
  requestId?: string,
): Promise<Approval> {
  const { transaction, now, actor } = administration;
  const { approvers, lifetimeMs } = rulesFor(asked);
  const [row] = await transaction.query<ApprovalRow>(
    `INSERT INTO holdpoint.approvals
       (organization_id, id, agent_id, status, action_hash, document, requested_at, requested_by, expires_at, request_id,
        approvers)
     VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
    [
      transaction.organizationId,
      createId("apr"),
      asked.agentId,
      asked.actionHash,
      canonicalJson(asked),
      now,
      actor,
      new Date(now.getTime() + lifetimeMs),
      requestId ?? null,
      approvers ? JSON.stringify(approvers) : null,
    ],
  );
  const approval = toView(row as ApprovalRow, now);
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

/** A stored approval; throws when there is none. */
export async function readRow(transaction: TenantTransaction, id: string): Promise<ApprovalRow> {
  const [row] = await transaction.query<ApprovalRow>("SELECT * FROM holdpoint.approvals WHERE id = $1", [id]);
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
  const rows = await transaction.query<ApprovalRow>(
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

/** Who decides: what the request says, and what is known of its key. */
export interface Decider {
  /** The human, as the request names them. */
  readonly named: string | undefined;
  readonly keyName: string;
  /** A key of an admin vouches for whom it names. */
  readonly vouches: boolean;
}

/** SPEC A-15: approvers are listed by key, or as named by a key that may vouch for somebody. */
function isListed(approvers: readonly string[], { named, keyName, vouches }: Decider, actor: string): boolean {
  return [keyName, actor, ...(vouches && named !== undefined ? [named] : [])].some((name) => approvers.includes(name));
}

/** A human's answer. Given once: an approval that is decided or expired is a conflict. */
export async function decideApproval(
  administration: Administration,
  id: string,
  status: "approved" | "denied",
  decider: Decider,
  reason?: string,
): Promise<Approval> {
  const { transaction, now, actor } = administration;
  const row = await readRow(transaction, id);
  const current = toView(row, now);
  const decidedBy = decider.named ?? decider.keyName;
  if (row.requested_by === actor) {
    throw new ApiError("FORBIDDEN", "the key that asked for an approval may not decide it; use another key");
  }
  if (current.status !== "pending") throw new ApiError("CONFLICT", `the approval is ${current.status} already`);
  if (status === "approved" && current.approvers && !isListed(current.approvers, decider, actor)) {
    throw new ApiError(
      "FORBIDDEN",
      "only one of `approvers` approves this step: with a key of that name or id, or named by an admin's key",
    );
  }
  const [decided] = await transaction.query<ApprovalRow>(
    `UPDATE holdpoint.approvals SET status = $2, decided_at = $3, decided_by = $4, decided_by_key = $5,
       decision_reason = $6 WHERE id = $1 RETURNING *`,
    [id, status, now, decidedBy, actor, reason ?? null],
  );
  administration.record({
    action: `approval.${status}`,
    targetType: "approval",
    targetId: id,
    details: { agentId: row.agent_id, actionHash: row.action_hash, decidedBy, ...(reason ? { reason } : {}) },
  });
  administration.announceApproval(id, status);
  return toView(decided as ApprovalRow, now);
}
