import type { Trace } from "@holdpoint/core";
import { notFound } from "../errors";
import { type Page, type PageRequest, toPage } from "../store/page";
import type { TenantTransaction } from "../store/tenant";

export interface TraceFilter {
  readonly agentId?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  readonly status?: string;
  /** Started at or after. */
  readonly since?: Date;
  /** Started before. */
  readonly until?: Date;
}

interface Row {
  readonly trace_id: string;
  readonly started_at: Date;
  readonly document: string;
}

export async function getTrace(transaction: TenantTransaction, traceId: string): Promise<Trace> {
  const [row] = await transaction.query<Row>("SELECT * FROM holdpoint.traces WHERE trace_id = $1", [traceId]);
  if (!row) throw notFound("trace");
  return JSON.parse(row.document) as Trace;
}

/** Traces that fit the filter, the newest first. */
export async function listTraces(
  transaction: TenantTransaction,
  page: PageRequest,
  filter: TraceFilter,
): Promise<Page<Trace>> {
  const conditions: string[] = ["true"];
  const parameters: unknown[] = [];
  const add = (condition: string, value: unknown) => {
    if (value !== undefined) conditions.push(condition.replace("?", `$${parameters.push(value)}`));
  };
  add("agent_id = ?", filter.agentId);
  add("session_id = ?", filter.sessionId);
  add("user_id = ?", filter.userId);
  add("status = ?", filter.status);
  add("started_at >= ?", filter.since);
  add("started_at < ?", filter.until);
  const [counted] = await transaction.query<{ total: number }>(
    `SELECT count(*) AS total FROM holdpoint.traces WHERE ${conditions.join(" AND ")}`,
    parameters,
  );
  if (page.after) {
    const time = parameters.push(page.after[0]);
    const id = parameters.push(page.after[1]);
    conditions.push(`(started_at, trace_id) < ($${time}::timestamptz, $${id})`);
  }
  const rows = await transaction.query<Row>(
    `SELECT trace_id, started_at, document FROM holdpoint.traces WHERE ${conditions.join(" AND ")}
     ORDER BY started_at DESC, trace_id DESC LIMIT $${parameters.push(page.limit + 1)}`,
    parameters,
  );
  return toPage(
    rows,
    page,
    counted?.total ?? 0,
    (row) => JSON.parse(row.document) as Trace,
    (row) => [row.started_at.toISOString(), row.trace_id],
  );
}
