import { limits, type Trace } from "@holdpoint/core";
import { notFound } from "../errors";
import type { Database } from "../store/database";
import { type Page, type PageRequest, toPage } from "../store/page";
import { asTenant, type TenantTransaction } from "../store/tenant";

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

/** Where the next page of an export begins: behind a trace. */
interface Reached {
  readonly startedAt: string;
  readonly traceId: string;
}

/** All traces that fit the filter, the oldest first, read only as fast as they are taken. */
export async function* streamTraces(
  database: Database,
  organizationId: string,
  filter: TraceFilter,
): AsyncGenerator<Trace, void, void> {
  let after: Reached | undefined;
  while (true) {
    const from = after;
    const rows = await asTenant(database, organizationId, (transaction) => readRows(transaction, filter, from));
    for (const row of rows) yield JSON.parse(row.document) as Trace;
    const last = rows.at(-1);
    if (!last || rows.length < limits.maxExportRows) return;
    after = { startedAt: last.started_at.toISOString(), traceId: last.trace_id };
  }
}

function readRows(transaction: TenantTransaction, filter: TraceFilter, after: Reached | undefined): Promise<Row[]> {
  const { conditions, parameters } = describeFilter(filter);
  if (after) {
    const time = parameters.push(after.startedAt);
    const id = parameters.push(after.traceId);
    conditions.push(`(started_at, trace_id) > ($${time}::timestamptz, $${id})`);
  }
  return transaction.query<Row>(
    `SELECT trace_id, started_at, document FROM holdpoint.traces WHERE ${conditions.join(" AND ")}
     ORDER BY started_at, trace_id LIMIT $${parameters.push(limits.maxExportRows)}`,
    parameters,
  );
}

function describeFilter(filter: TraceFilter): { readonly conditions: string[]; readonly parameters: unknown[] } {
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
  return { conditions, parameters };
}

/** Traces that fit the filter, the newest first. */
export async function listTraces(
  transaction: TenantTransaction,
  page: PageRequest,
  filter: TraceFilter,
): Promise<Page<Trace>> {
  const { conditions, parameters } = describeFilter(filter);
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
