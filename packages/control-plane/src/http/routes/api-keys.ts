import type { Role } from "@holdpoint/core";
import { administer } from "../../admin/administer";
import { isKeyEnvironment } from "../../admin/api-key";
import { createApiKey, listApiKeys, revokeApiKey } from "../../admin/api-keys";
import { roles } from "../../admin/roles";
import { invalid } from "../../errors";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { readFields } from "../read-fields";
import { item, list } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/api-keys`;

const create: KeyRoute = {
  method: "POST",
  path,
  access: "admin",
  async handle({ services, caller, body, now }) {
    const fields = readFields(await body(), {
      name: { kind: "name", required: true },
      role: { kind: "name", required: true, values: roles },
      environment: { kind: "name" },
      expiresAt: { kind: "timestamp" },
    });
    const { name, environment = "prod", expiresAt } = fields;
    if (!isKeyEnvironment(environment)) throw invalid("/environment", "expected 1 to 16 lower-case letters or digits");
    if (expiresAt && expiresAt <= now) throw invalid("/expiresAt", "is in the past");
    const wanted = { name, environment, role: fields.role as Role, ...(expiresAt ? { expiresAt } : {}) };
    return item(
      await administer(services.database, caller, (administration) =>
        createApiKey(administration, services.keySecret, wanted, caller.role),
      ),
      201,
    );
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "admin",
  query: ["limit", "cursor"],
  async handle({ services, caller, query }) {
    const page = readPageRequest(query, ["text"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) => listApiKeys(transaction, page)),
    );
  },
};

const revoke: KeyRoute = {
  method: "DELETE",
  path: `${path}/:id`,
  access: "admin",
  async handle({ services, caller, param }) {
    return item(
      await administer(services.database, caller, (administration) =>
        revokeApiKey(administration, param("id"), caller.role),
      ),
    );
  },
};

export const apiKeyRoutes = [create, getAll, revoke];
