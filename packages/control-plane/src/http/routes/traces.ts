import { limits } from "@holdpoint/core";
import { invalid } from "../../errors";
import { getTrace, listTraces, streamTraces, type TraceFilter } from "../../ingest/read-traces";
import { storeTraces } from "../../ingest/store-traces";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { isTimestamp } from "../../store/timestamp";
import { checkStatus } from "../closed-sets";
import { readFields } from "../read-fields";
import { item, list } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/traces`;

const ingest: KeyRoute = {
  method: "POST",
  path: `${path}/ingest`,
  access: "client",
  async handle({ services, caller, body, now }) {
    const { traces } = readFields(await body(), { traces: { kind: "list", required: true } });
    if (traces.length > limits.maxIngestTraces)
      throw invalid("/traces", `is longer than ${limits.maxIngestTraces} traces`);
    const result = await storeTraces(services.database, caller.organizationId, traces, now);
    const { accepted, failed, errors, duplicates } = result;
    services.metrics.traces.inc({ result: "stored" }, accepted - duplicates);
    services.metrics.traces.inc({ result: "duplicate" }, duplicates);
    services.metrics.traces.inc({ result: "failed" }, failed);
    return Response.json({ accepted, failed, errors }, { status: 202 });
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "read",
  query: ["agentId", "sessionId", "userId", "status", "since", "until", "limit", "cursor"],
  async handle({ services, caller, query }) {
    const page = readPageRequest(query, ["timestamp", "text"]);
    const filter = readFilter(query);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) => listTraces(transaction, page, filter)),
    );
  },
};

const getOne: KeyRoute = {
  method: "GET",
  path: `${path}/:id`,
  access: "read",
  async handle({ services, caller, param }) {
    return item(
      await asTenant(services.database, caller.organizationId, (transaction) => getTrace(transaction, param("id"))),
    );
  },
};

/** JSON Lines, the oldest first; read from the database only as fast as the caller takes it. */
const exportAll: KeyRoute = {
  method: "GET",
  path: `${path}/export`,
  access: "read",
  query: ["agentId", "sessionId", "userId", "status", "since", "until"],
  async handle({ services, caller, query }) {
    const traces = streamTraces(services.database, caller.organizationId, readFilter(query));
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await traces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      },
      async cancel() {
        await traces.return();
      },
    });
    return new Response(stream, { headers: { "Content-Type": "application/jsonl" } });
  },
};

function readFilter(query: Readonly<Record<string, string>>): TraceFilter {
  checkStatus(query, "traceStatus");
  const { since, until } = { since: readTime(query, "since"), until: readTime(query, "until") };
  return {
    ...pick(query, ["agentId", "sessionId", "userId", "status"]),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
  };
}

function readTime(query: Readonly<Record<string, string>>, name: string): Date | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (!isTimestamp(text)) throw invalid(`/${name}`, "expected an rfc 3339 timestamp");
  return new Date(text);
}

const pick = (query: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)));

export const traceRoutes = [ingest, getAll, exportAll, getOne];
