import type { Logger } from "../logger";
import type { Database } from "../store/database";
import { administer } from "./administer";

/** Rows of one organisation written in one transaction; the rest follow in the next one. */
const batchRows = 500;

/**
 * Writes down every approval that nobody decided in time: its status, a line in the log, and a push, one transaction
 * for each organisation. Of several servers at once one does it. Returns how many.
 */
export async function expireApprovals(database: Database, now: Date): Promise<number> {
  const organizations = await database.query<{ organization_id: string }>(
    "SELECT DISTINCT organization_id FROM holdpoint.approvals WHERE status = 'pending' AND expires_at <= $1",
    [now],
  );
  let count = 0;
  for (const { organization_id: organizationId } of organizations) {
    for (let batch = batchRows; batch === batchRows; count += batch) {
      batch = await expireBatch(database, organizationId, now);
    }
  }
  return count;
}

async function expireBatch(database: Database, organizationId: string, now: Date): Promise<number> {
  return administer(database, { organizationId, actor: "system", now }, async (administration) => {
    const rows = await administration.transaction.query<{ id: string; agent_id: string; action_hash: string }>(
      `UPDATE holdpoint.approvals SET status = 'expired' WHERE id IN (
         SELECT id FROM holdpoint.approvals WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2
       ) RETURNING id, agent_id, action_hash`,
      [now, batchRows],
    );
    for (const { id, agent_id: agentId, action_hash: actionHash } of rows) {
      administration.record({
        action: "approval.expired",
        targetType: "approval",
        targetId: id,
        details: { agentId, actionHash },
      });
      administration.announceApproval(id, "expired");
    }
    return rows.length;
  });
}

export interface ApprovalSweeper {
  /** Stops, and waits for a sweep that runs. */
  close(): Promise<void>;
}

/** Sweeps at intervals. A sweep that fails is logged and made good by the next one. */
export function startApprovalSweeper(
  { database, logger, clock }: { readonly database: Database; readonly logger: Logger; readonly clock: () => number },
  intervalMs: number,
): ApprovalSweeper {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= expireApprovals(database, new Date(clock()))
      .catch((error: Error) => logger.warn("expired approvals could not be written down", { error: error.message }))
      .finally(() => {
        running = undefined;
      });
  }, intervalMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
