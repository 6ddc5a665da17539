import { listAuditEntries, streamAuditEntries, verifyStoredAudit } from "../../audit/read-audit";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { item, list } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/audit`;

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "read",
  query: ["limit", "cursor"],
  async handle({ services, caller, query }) {
    const page = readPageRequest(query, ["integer"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) => listAuditEntries(transaction, page)),
    );
  },
};

/** JSON Lines, from the first entry on; read from the database only as fast as the caller takes it. */
const exportAll: KeyRoute = {
  method: "GET",
  path: `${path}/export`,
  access: "read",
  async handle({ services, caller }) {
    const entries = streamAuditEntries(services.database, caller.organizationId);
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await entries.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      },
      async cancel() {
        await entries.return();
      },
    });
    return new Response(stream, { headers: { "Content-Type": "application/jsonl" } });
  },
};

const verify: KeyRoute = {
  method: "GET",
  path: `${path}/verify`,
  access: "read",
  handle: async ({ services, caller }) => item(await verifyStoredAudit(services.database, caller.organizationId)),
};

export const auditRoutes = [getAll, exportAll, verify];
