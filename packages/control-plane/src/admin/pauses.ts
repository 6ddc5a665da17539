import type { Administration } from "./administer";
import { type AgentView, getAgent } from "./agents";

/** Turns an agent's kill switch on. Doing it again replaces the reason and the end. */
export async function pauseAgent(
  administration: Administration,
  agentId: string,
  { reason, until }: { readonly reason: string; readonly until?: Date },
): Promise<AgentView> {
  const { transaction, now, actor } = administration;
  await getAgent(transaction, agentId, now);
  await transaction.query(
    `INSERT INTO holdpoint.pauses (organization_id, level, target_id, reason, until, paused_at, paused_by)
     VALUES ($1, 'agent', $2, $3, $4, $5, $6)
     ON CONFLICT (organization_id, level, target_id)
     DO UPDATE SET reason = excluded.reason, until = excluded.until, paused_at = excluded.paused_at,
       paused_by = excluded.paused_by`,
    [transaction.organizationId, agentId, reason, until ?? null, now, actor],
  );
  administration.record({
    action: "agent.paused",
    targetType: "agent",
    targetId: agentId,
    details: { reason, ...(until ? { until: until.toISOString() } : {}) },
  });
  administration.changeBundle();
  return getAgent(transaction, agentId, now);
}

/** Turns it off; an agent that is not paused stays as it is. */
export async function resumeAgent(administration: Administration, agentId: string): Promise<AgentView> {
  const { transaction, now } = administration;
  await getAgent(transaction, agentId, now);
  const removed = await transaction.query(
    "DELETE FROM holdpoint.pauses WHERE level = 'agent' AND target_id = $1 RETURNING target_id",
    [agentId],
  );
  if (removed.length > 0) {
    administration.record({ action: "agent.resumed", targetType: "agent", targetId: agentId });
    administration.changeBundle();
  }
  return getAgent(transaction, agentId, now);
}
