import { type AgentGrant, type CompileProblem, canonicalJson, decodeMessage } from "@holdpoint/core";
import { invalid, invalidFields, notFound } from "../errors";
import { checkColumnTexts } from "../store/column-text";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";
import { createId } from "./api-key";

/** Leave for one agent to call another, with when and by whom it was given. */
export interface GrantView extends AgentGrant {
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface NewGrant {
  readonly targetAgentId: string;
  readonly allowedActions: readonly unknown[];
  readonly expiresAt?: Date;
  readonly maxDepth?: number;
}

interface Row {
  readonly grant_id: string;
  readonly document: string;
  readonly created_at: Date;
  readonly created_by: string;
}

const toView = (row: Row): GrantView => ({
  ...(JSON.parse(row.document) as AgentGrant),
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
});

/** Gives an agent leave to have another one, or with `*` every one, do something. Both must be registered. */
export async function createGrant(
  administration: Administration,
  callerAgentId: string,
  { targetAgentId, allowedActions, expiresAt, maxDepth }: NewGrant,
): Promise<GrantView> {
  const { transaction, now, actor } = administration;
  if (allowedActions.length === 0) throw invalid("/allowedActions", "is empty");
  if (expiresAt && expiresAt <= now) throw invalid("/expiresAt", "is in the past");
  const grant = readGrant({
    grantId: createId("grt"),
    callerAgentId,
    calleeAgentId: targetAgentId,
    actions: allowedActions,
    status: "active",
    ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
    ...(maxDepth === undefined ? {} : { maxDepth }),
  });
  if (!(await isRegistered(transaction, callerAgentId))) throw notFound("agent");
  if (targetAgentId !== "*" && !(await isRegistered(transaction, targetAgentId))) {
    throw invalid("/targetAgentId", `unknown agent \`${targetAgentId.slice(0, 64)}\`, register it first`);
  }
  const [row] = await transaction.query<Row>(
    `INSERT INTO holdpoint.agent_grants
       (organization_id, grant_id, caller_agent_id, callee_agent_id, document, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *`,
    [transaction.organizationId, grant.grantId, callerAgentId, targetAgentId, canonicalJson(grant), now, actor],
  );
  administration.record({
    action: "grant.created",
    targetType: "grant",
    targetId: grant.grantId,
    details: { grant },
  });
  administration.changeBundle();
  return toView(row as Row);
}

/** Takes a grant back; from then on it holds nowhere. */
export async function revokeGrant(administration: Administration, callerAgentId: string, id: string): Promise<void> {
  const { transaction } = administration;
  const [row] = await transaction.query<Row>(
    "DELETE FROM holdpoint.agent_grants WHERE grant_id = $1 AND caller_agent_id = $2 RETURNING *",
    [id, callerAgentId],
  );
  if (!row) throw notFound("grant");
  administration.record({
    action: "grant.revoked",
    targetType: "grant",
    targetId: id,
    details: { grant: JSON.parse(row.document) },
  });
  administration.changeBundle();
}

/** What an agent may have others do, expired grants included. */
export async function listGrants(
  transaction: TenantTransaction,
  callerAgentId: string,
  page: PageRequest,
): Promise<Page<GrantView>> {
  if (!(await isRegistered(transaction, callerAgentId))) throw notFound("agent");
  const [counted] = await transaction.query<{ total: number }>(
    "SELECT count(*) AS total FROM holdpoint.agent_grants WHERE caller_agent_id = $1",
    [callerAgentId],
  );
  const rows = await transaction.query<Row>(
    `SELECT * FROM holdpoint.agent_grants WHERE caller_agent_id = $1 AND grant_id > $2 ORDER BY grant_id LIMIT $3`,
    [callerAgentId, page.after?.[0] ?? "", page.limit + 1],
  );
  return toPage(rows, page, counted?.total ?? 0, toView, (row) => [row.grant_id]);
}

/** A grant that lets one agent have another one do this now, called directly; undefined when there is none. */
export async function findGrant(
  transaction: TenantTransaction,
  { caller, callee, action }: { readonly caller: string; readonly callee: string; readonly action: string },
  now: Date,
): Promise<GrantView | undefined> {
  const rows = await transaction.query<Row>(
    `SELECT * FROM holdpoint.agent_grants WHERE caller_agent_id = $1 AND callee_agent_id IN ($2, '*')
     ORDER BY grant_id`,
    [caller, callee],
  );
  return rows
    .map(toView)
    .find(
      ({ actions, expiresAt, maxDepth }) =>
        (actions as readonly string[]).includes(action) &&
        (!expiresAt || Date.parse(expiresAt) > now.getTime()) &&
        (maxDepth === undefined || maxDepth >= 1),
    );
}

async function isRegistered(transaction: TenantTransaction, agentId: string): Promise<boolean> {
  const rows = await transaction.query("SELECT 1 FROM holdpoint.agents WHERE agent_id = $1", [agentId]);
  return rows.length > 0;
}

function readGrant(grant: unknown): AgentGrant {
  const decoded = decodeMessage("AgentGrant", grant);
  if (!decoded.ok) throw invalidFields(decoded.problems.map(asAsked));
  const problems = checkColumnTexts(decoded.value, ["calleeAgentId"]);
  if (problems.length > 0) throw invalidFields(problems.map(asAsked));
  return decoded.value;
}

/** A problem of the document at the field that it was asked with. */
const asAsked = ({ pointer, ...rest }: CompileProblem): CompileProblem => ({
  ...rest,
  pointer: pointer.replace(/^\/actions/, "/allowedActions").replace(/^\/calleeAgentId/, "/targetAgentId"),
});
