import { administer } from "../../admin/administer";
import { putSettings, removeSettings, resolveForAgent } from "../../admin/governance";
import { listSettings } from "../../admin/list-settings";
import { asTenant } from "../../store/tenant";
import { item } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/governance`;

const getAll: KeyRoute = {
  method: "GET",
  path: `${path}/settings`,
  access: "read",
  async handle({ services, caller }) {
    const settings = await asTenant(services.database, caller.organizationId, listSettings);
    return Response.json({ data: settings, meta: { total: settings.length } });
  },
};

const put: KeyRoute = {
  method: "POST",
  path: `${path}/settings`,
  access: "admin",
  async handle({ services, caller, body }) {
    const written = await body();
    const { created, settings } = await administer(services.database, caller, (administration) =>
      putSettings(administration, written),
    );
    return item(settings, created ? 201 : 200);
  },
};

const removeRoute = (place: string): KeyRoute => ({
  method: "DELETE",
  path: `${path}/settings/${place}`,
  access: "admin",
  async handle({ services, caller, param }) {
    await administer(services.database, caller, (administration) =>
      removeSettings(administration, param("level"), param("targetId")),
    );
    return new Response(null, { status: 204 });
  },
});

const resolve: KeyRoute = {
  method: "GET",
  path: `${path}/agents/:id`,
  access: "read",
  async handle({ services, caller, param }) {
    return item(
      await asTenant(services.database, caller.organizationId, (transaction) =>
        resolveForAgent(transaction, param("id")),
      ),
    );
  },
};

export const governanceRoutes = [getAll, put, removeRoute(":level"), removeRoute(":level/:targetId"), resolve];
