import { type CompileProblem, canonicalJson, decodeMessage, type Trace } from "@holdpoint/core";
import type { ApiErrorCode } from "../gen/constants";
import { checkColumnTexts } from "../store/column-text";
import type { Database } from "../store/database";
import { asTenant } from "../store/tenant";
import { isTimestamp } from "../store/timestamp";

/** What became of the traces of one call. */
export interface IngestResult {
  /** Stored now or before; a trace sent twice counts here twice and is stored once. */
  readonly accepted: number;
  readonly failed: number;
  readonly errors: readonly {
    /** Empty when the trace has no readable id. */
    readonly traceId: string;
    readonly code: ApiErrorCode;
    readonly error: string;
  }[];
  /** Of the accepted ones, those that were stored before. */
  readonly duplicates: number;
}

/** Stores traces. A bad one is reported and hinders no other; the good ones are stored together or not at all. */
export async function storeTraces(
  database: Database,
  organizationId: string,
  sent: readonly unknown[],
  now: Date,
): Promise<IngestResult> {
  const good = new Map<string, Trace>();
  let accepted = 0;
  const errors: IngestResult["errors"][number][] = [];
  for (const item of sent) {
    const read = readTrace(item);
    if (read.ok) {
      accepted++;
      if (!good.has(read.trace.traceId)) good.set(read.trace.traceId, read.trace);
    } else errors.push({ traceId: traceIdOf(item), code: "VALIDATION_ERROR", error: describe(read.problems) });
  }
  // In one order for all: two calls with the same traces would wait for each other otherwise.
  const traces = [...good.values()].sort((a, b) => (a.traceId < b.traceId ? -1 : 1));
  const stored = traces.length > 0 ? await insert(database, organizationId, traces, now) : 0;
  return { accepted, failed: errors.length, errors, duplicates: accepted - stored };
}

type ReadTrace =
  | { readonly ok: true; readonly trace: Trace }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

function readTrace(item: unknown): ReadTrace {
  const decoded = decodeMessage("Trace", item);
  if (!decoded.ok) return decoded;
  const trace = decoded.value;
  const problems = checkColumnTexts(trace, ["traceId", "agentId", "sessionId", "userId"]);
  if (trace.traceId === "") problems.push({ pointer: "/traceId", message: "is empty" });
  if (trace.agentId === "") problems.push({ pointer: "/agentId", message: "is empty" });
  if (!isTimestamp(trace.timestamp)) {
    problems.push({ pointer: "/timestamp", message: "expected an rfc 3339 timestamp" });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, trace };
}

/** One statement for all, so that a call is stored whole; a trace that is there already stays as it is. */
async function insert(database: Database, organizationId: string, traces: readonly Trace[], now: Date) {
  return asTenant(database, organizationId, async (transaction) => {
    const rows = await transaction.query(
      `INSERT INTO holdpoint.traces
         (organization_id, trace_id, agent_id, session_id, user_id, status, started_at, received_at, document)
       SELECT $1, trace_id, agent_id, session_id, user_id, status, started_at::timestamptz, $2, document
         FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
         AS sent (trace_id, agent_id, session_id, user_id, status, started_at, document)
       ON CONFLICT (organization_id, trace_id) DO NOTHING RETURNING trace_id`,
      [
        organizationId,
        now,
        traces.map(({ traceId }) => traceId),
        traces.map(({ agentId }) => agentId),
        traces.map(({ sessionId }) => sessionId ?? null),
        traces.map(({ userId }) => userId ?? null),
        traces.map(({ status }) => status ?? "success"),
        traces.map(({ timestamp }) => new Date(timestamp).toISOString()),
        traces.map((trace) => canonicalJson(trace)),
      ],
    );
    return rows.length;
  });
}

function traceIdOf(item: unknown): string {
  const id = typeof item === "object" && item !== null ? (item as { traceId?: unknown }).traceId : undefined;
  return typeof id === "string" ? id.slice(0, 128) : "";
}

function describe(problems: readonly CompileProblem[]): string {
  const first = problems[0];
  return `\`${(first?.pointer || "/").slice(0, 128)}\`: ${first?.message ?? "is not valid"}`;
}
