import { limits } from "@holdpoint/core";
import { invalid } from "../../errors";
import { getTrace, listTraces } from "../../ingest/read-traces";
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
    checkStatus(query, "traceStatus");
    const { since, until } = { since: readTime(query, "since"), until: readTime(query, "until") };
    const filter = {
      ...pick(query, ["agentId", "sessionId", "userId", "status"]),
      ...(since ? { since } : {}),
      ...(until ? { until } : {}),
    };
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

function readTime(query: Readonly<Record<string, string>>, name: string): Date | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  if (!isTimestamp(text)) throw invalid(`/${name}`, "expected an rfc 3339 timestamp");
  return new Date(text);
}

const pick = (query: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)));

export const traceRoutes = [ingest, getAll, getOne];
