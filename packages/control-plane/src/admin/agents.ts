import { type Agent, canonicalJson, decodeMessage } from "@holdpoint/core";
import { invalid, invalidFields, notFound } from "../errors";
import { checkColumnTexts } from "../store/column-text";
import { likeAnywhere } from "../store/like";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";

/** A registered agent with what the server knows of it. */
export interface AgentView extends Agent {
  readonly status: "active" | "paused";
  readonly pauseReason?: string;
  readonly pausedUntil?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastSeenAt?: string;
}

interface Row {
  readonly agent_id: string;
  readonly document: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_seen_at: Date | null;
  readonly pause_reason: string | null;
  readonly pause_until: Date | null;
  readonly paused_at: Date | null;
}

const selectAgents = `SELECT a.*, p.reason AS pause_reason, p.until AS pause_until, p.paused_at
  FROM holdpoint.agents a LEFT JOIN LATERAL (
    SELECT * FROM holdpoint.pauses h
    WHERE h.organization_id = a.organization_id AND h.level = 'agent' AND h.target_id = a.agent_id
      AND (h.until IS NULL OR h.until > $1)
    ORDER BY h.until DESC NULLS FIRST, h.kind LIMIT 1
  ) p ON true`;

const toView = (row: Row): AgentView => ({
  ...(JSON.parse(row.document) as Agent),
  status: row.paused_at ? "paused" : "active",
  ...(row.paused_at ? { pauseReason: row.pause_reason ?? "" } : {}),
  ...(row.pause_until ? { pausedUntil: row.pause_until.toISOString() } : {}),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  ...(row.last_seen_at ? { lastSeenAt: row.last_seen_at.toISOString() } : {}),
});

/** One agent by its external id. */
export async function getAgent(transaction: TenantTransaction, agentId: string, now: Date): Promise<AgentView> {
  const [row] = await transaction.query<Row>(`${selectAgents} WHERE a.agent_id = $2`, [now, agentId]);
  if (!row) throw notFound("agent");
  return toView(row);
}

/** Agents by id; `search` is looked for in id, name, description, type, team and tags, whatever the case. */
export async function listAgents(
  transaction: TenantTransaction,
  page: PageRequest,
  now: Date,
  search?: string,
): Promise<Page<AgentView>> {
  const pattern = likeAnywhere(search?.toLowerCase());
  const [counted] = await transaction.query<{ total: number }>(
    "SELECT count(*) AS total FROM holdpoint.agents WHERE search LIKE $1",
    [pattern],
  );
  const rows = await transaction.query<Row>(
    `${selectAgents} WHERE a.search LIKE $2 AND a.agent_id > $3 ORDER BY a.agent_id LIMIT $4`,
    [now, pattern, page.after?.[0] ?? "", page.limit + 1],
  );
  return toPage(rows, page, counted?.total ?? 0, toView, (row) => [row.agent_id]);
}

/** Registers an agent. One that is registered already stays as it is: what people have set here is not undone. */
export async function registerAgent(
  administration: Administration,
  body: unknown,
): Promise<{ readonly created: boolean; readonly agent: AgentView }> {
  const agent = readAgent(body);
  const { transaction, now } = administration;
  const inserted = await transaction.query(
    `INSERT INTO holdpoint.agents (organization_id, agent_id, document, search, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (organization_id, agent_id) DO NOTHING RETURNING agent_id`,
    [transaction.organizationId, agent.agentId, canonicalJson(agent), searchText(agent), now],
  );
  const created = inserted.length > 0;
  if (created) {
    administration.record({
      action: "agent.registered",
      targetType: "agent",
      targetId: agent.agentId,
      details: { agent },
    });
    administration.changeBundle();
  }
  return { created, agent: await getAgent(transaction, agent.agentId, now) };
}

/** Changes members of an agent; null takes one away. The id cannot be changed. */
export async function updateAgent(
  administration: Administration,
  agentId: string,
  patch: Readonly<Record<string, unknown>>,
): Promise<AgentView> {
  const { transaction, now } = administration;
  const [row] = await transaction.query<{ document: string }>(
    "SELECT document FROM holdpoint.agents WHERE agent_id = $1",
    [agentId],
  );
  if (!row) throw notFound("agent");
  if (patch["agentId"] !== undefined && patch["agentId"] !== agentId) throw invalid("/agentId", "cannot be changed");
  const before = JSON.parse(row.document) as Agent;
  const agent = readAgent({ ...before, ...patch, agentId });
  if (canonicalJson(agent) !== row.document) {
    await transaction.query(
      "UPDATE holdpoint.agents SET document = $2, search = $3, updated_at = $4 WHERE agent_id = $1",
      [agentId, canonicalJson(agent), searchText(agent), now],
    );
    administration.record({
      action: "agent.updated",
      targetType: "agent",
      targetId: agentId,
      details: { before, after: agent },
    });
    administration.changeBundle();
  }
  return getAgent(transaction, agentId, now);
}

/** Notes that an agent was heard of. Neither logged nor published. */
export async function noteHeartbeat(transaction: TenantTransaction, agentId: string, now: Date): Promise<AgentView> {
  await transaction.query("UPDATE holdpoint.agents SET last_seen_at = $2 WHERE agent_id = $1", [agentId, now]);
  return getAgent(transaction, agentId, now);
}

function readAgent(body: unknown): Agent {
  const decoded = decodeMessage("Agent", body);
  if (!decoded.ok) throw invalidFields(decoded.problems);
  const agent = decoded.value;
  if (agent.agentId === "") throw invalid("/agentId", "is empty");
  const problems = checkColumnTexts(agent, ["agentId"]);
  if (problems.length > 0) throw invalidFields(problems);
  return agent;
}

const searchText = (agent: Agent): string =>
  [agent.agentId, agent.name, agent.description, agent.type, agent.teamId, ...(agent.tags ?? [])]
    .filter((text) => text !== undefined)
    .join("\n")
    .replaceAll("\u0000", "")
    .toLowerCase();
