import type { Agent } from "@holdpoint/core";
import { ApiError, notFound } from "../errors";
import { likeAnywhere } from "../store/like";
import type { TenantTransaction } from "../store/tenant";
import type { Administration } from "./administer";
import { type AgentView, getAgent } from "./agents";

/** What the kill switch can be turned on for; the higher one is named in a decision. */
export const pauseLevels = ["tenant", "workspace", "team", "agent"] as const;
export type PauseLevel = (typeof pauseLevels)[number];

/** Why something is held. The last two end only by an admin's hand. */
export const pauseKinds = ["pause", "maintenance", "suspend", "emergency_stop"] as const;
export type PauseKind = (typeof pauseKinds)[number];

export const isStrict = (kind: PauseKind): boolean => kind === "suspend" || kind === "emergency_stop";

export interface PauseTarget {
  readonly level: PauseLevel;
  readonly targetId: string;
}

/** One reason for which something is held. */
export interface StoredPause extends PauseTarget {
  readonly kind: PauseKind;
  readonly reason: string;
  readonly until?: string;
  readonly since: string;
}

/** Holds a target. Doing it again for the same kind replaces the reason and the end. */
export async function pauseTarget(
  administration: Administration,
  { level, targetId }: PauseTarget,
  { kind, reason, until }: { readonly kind: PauseKind; readonly reason: string; readonly until?: Date },
): Promise<void> {
  const { transaction, now, actor } = administration;
  await expectTarget(transaction, { level, targetId }, now);
  await transaction.query(
    `INSERT INTO holdpoint.pauses (organization_id, level, target_id, kind, reason, until, paused_at, paused_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (organization_id, level, target_id, kind)
     DO UPDATE SET reason = excluded.reason, until = excluded.until, paused_at = excluded.paused_at,
       paused_by = excluded.paused_by`,
    [transaction.organizationId, level, targetId, kind, reason, until ?? null, now, actor],
  );
  const end = until ? { until: until.toISOString() } : {};
  administration.record({
    action: level === "agent" ? "agent.paused" : "scope.paused",
    targetType: level === "tenant" ? "organization" : level,
    targetId,
    details: { reason, ...(kind === "pause" ? {} : { kind }), ...end },
  });
  administration.announcePause({ level, targetId, reason, ...end });
}

/**
 * Lets a target go on; one that is not held stays as it is. Throws, and changes nothing, when something holds it that
 * only an admin ends and the caller is none. With `only` the other kinds stay.
 */
export async function resumeTarget(
  administration: Administration,
  { level, targetId }: PauseTarget,
  options: { readonly byAdmin: boolean; readonly only?: PauseKind; readonly reason?: string },
): Promise<void> {
  const { transaction, now } = administration;
  await expectTarget(transaction, { level, targetId }, now);
  const removed = await transaction.query<{ kind: PauseKind; until: Date | null }>(
    `DELETE FROM holdpoint.pauses WHERE level = $1 AND target_id = $2 AND ($3::text IS NULL OR kind = $3)
     RETURNING kind, until`,
    [level, targetId, options.only ?? null],
  );
  const strict = removed.find(({ kind }) => isStrict(kind))?.kind;
  // The caller's transaction is rolled back with this.
  if (strict && !options.byAdmin) {
    throw new ApiError(
      "FORBIDDEN",
      `this ${level} is held by \`${strict}\`, which only a key with the role \`admin\` or \`owner\` ends`,
    );
  }
  if (removed.length === 0) return;
  const kinds = removed.map(({ kind }) => kind).sort();
  administration.record({
    action: level === "agent" ? "agent.resumed" : "scope.resumed",
    targetType: level === "tenant" ? "organization" : level,
    targetId,
    details: {
      ...(options.reason === undefined ? {} : { reason: options.reason }),
      ...(kinds.some((kind) => kind !== "pause") ? { kinds } : {}),
    },
  });
  administration.changeBundle();
}

/** Turns an agent's kill switch on. */
export async function pauseAgent(
  administration: Administration,
  agentId: string,
  pause: { readonly reason: string; readonly until?: Date },
): Promise<AgentView> {
  await pauseTarget(administration, { level: "agent", targetId: agentId }, { kind: "pause", ...pause });
  return getAgent(administration.transaction, agentId, administration.now);
}

/** Turns it off; an agent that is not paused stays as it is. */
export async function resumeAgent(
  administration: Administration,
  agentId: string,
  byAdmin: boolean,
): Promise<AgentView> {
  await resumeTarget(administration, { level: "agent", targetId: agentId }, { byAdmin });
  return getAgent(administration.transaction, agentId, administration.now);
}

/** What holds an agent now, the highest level first; of an agent that is not registered only what holds everyone. */
export async function findPauses(transaction: TenantTransaction, agentId: string, now: Date): Promise<StoredPause[]> {
  const [agentRow] = await transaction.query<{ document: string }>(
    "SELECT document FROM holdpoint.agents WHERE agent_id = $1",
    [agentId],
  );
  const agent = agentRow ? (JSON.parse(agentRow.document) as Agent) : undefined;
  const rows = await transaction.query<{
    level: PauseLevel;
    target_id: string;
    kind: PauseKind;
    reason: string;
    until: Date | null;
    paused_at: Date;
  }>(
    `SELECT * FROM holdpoint.pauses WHERE (until IS NULL OR until > $1)
     AND (level = 'tenant' OR (level = 'agent' AND target_id = $2)
       OR (level = 'team' AND target_id = $3) OR (level = 'workspace' AND target_id = $4))`,
    [now, agentId, agent?.teamId ?? null, agent?.workspaceId ?? null],
  );
  return rows
    .map((row) => ({
      level: row.level,
      targetId: row.target_id,
      kind: row.kind,
      reason: row.reason,
      ...(row.until ? { until: row.until.toISOString() } : {}),
      since: row.paused_at.toISOString(),
    }))
    .sort((a, b) => rankOf(a) - rankOf(b));
}

const rankOf = ({ level, kind }: StoredPause): number =>
  pauseLevels.indexOf(level) * pauseKinds.length + (pauseKinds.length - 1 - pauseKinds.indexOf(kind));

/** A typing error must not look like a kill switch that is on (clause C-11). */
async function expectTarget(transaction: TenantTransaction, target: PauseTarget, now: Date): Promise<void> {
  const { level, targetId } = target;
  if (level === "agent") {
    await getAgent(transaction, targetId, now);
    return;
  }
  if (level === "tenant") {
    if (targetId !== transaction.organizationId) throw notFound("tenant");
    return;
  }
  const [held] = await transaction.query("SELECT 1 FROM holdpoint.pauses WHERE level = $1 AND target_id = $2", [
    level,
    targetId,
  ]);
  if (held) return;
  const member = level === "team" ? "teamId" : "workspaceId";
  // The document is canonical JSON, so a member looks the same everywhere; the pattern only narrows the search.
  const rows = await transaction.query<{ document: string }>(
    "SELECT document FROM holdpoint.agents WHERE document LIKE $1",
    [likeAnywhere(`${JSON.stringify(member)}:${JSON.stringify(targetId)}`)],
  );
  if (!rows.some(({ document }) => (JSON.parse(document) as Agent)[member] === targetId)) {
    throw notFound(`${level}: no registered agent names it`);
  }
}
