import { administer } from "../../admin/administer";
import { getAgent, listAgents, noteHeartbeat, registerAgent, updateAgent } from "../../admin/agents";
import { findPauses, pauseAgent, resumeAgent } from "../../admin/pauses";
import { invalid } from "../../errors";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { readFields } from "../read-fields";
import { readPatch } from "../read-patch";
import { item, list } from "../responses";
import { apiPrefix, isAdmin, type KeyRoute } from "../route";

const path = `${apiPrefix}/agents`;

const register: KeyRoute = {
  method: "POST",
  path,
  access: "client",
  async handle({ services, caller, body }) {
    const written = await body();
    const { agent, created } = await administer(services.database, caller, (administration) =>
      registerAgent(administration, written),
    );
    return item(agent, created ? 201 : 200);
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "any",
  query: ["search", "limit", "cursor"],
  async handle({ services, caller, query, now }) {
    const page = readPageRequest(query, ["text"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) =>
        listAgents(transaction, page, now, query["search"]),
      ),
    );
  },
};

const getOne: KeyRoute = {
  method: "GET",
  path: `${path}/:id`,
  access: "any",
  async handle({ services, caller, param, now }) {
    return item(
      await asTenant(services.database, caller.organizationId, (transaction) =>
        getAgent(transaction, param("id"), now),
      ),
    );
  },
};

const update: KeyRoute = {
  method: "PATCH",
  path: `${path}/:id`,
  access: "write",
  async handle({ services, caller, param, body }) {
    const patch = readPatch(await body());
    return item(
      await administer(services.database, caller, (administration) => updateAgent(administration, param("id"), patch)),
    );
  },
};

const pause: KeyRoute = {
  method: "PATCH",
  path: `${path}/:id/pause`,
  access: "write",
  async handle({ services, caller, param, body, now }) {
    const { reason, until } = readFields(await body(), {
      reason: { kind: "name", required: true },
      until: { kind: "timestamp" },
    });
    if (until && until <= now) throw invalid("/until", "is in the past");
    return item(
      await administer(services.database, caller, (administration) =>
        pauseAgent(administration, param("id"), { reason, ...(until ? { until } : {}) }),
      ),
    );
  },
};

const resume: KeyRoute = {
  method: "PATCH",
  path: `${path}/:id/resume`,
  access: "write",
  async handle({ services, caller, param }) {
    return item(
      await administer(services.database, caller, (administration) =>
        resumeAgent(administration, param("id"), isAdmin(caller.role)),
      ),
    );
  },
};

const pollStatus: KeyRoute = {
  method: "GET",
  path: `${path}/:id/status-poll`,
  access: "any",
  async handle({ services, caller, param, now }) {
    const [held] = await asTenant(services.database, caller.organizationId, async (transaction) => {
      await getAgent(transaction, param("id"), now);
      return findPauses(transaction, param("id"), now);
    });
    return item({ status: held ? "paused" : "active", reason: held?.reason, until: held?.until });
  },
};

const heartbeat: KeyRoute = {
  method: "POST",
  path: `${path}/:id/heartbeat`,
  access: "client",
  async handle({ services, caller, param, now }) {
    const [agent, held] = await asTenant(services.database, caller.organizationId, async (transaction) => {
      const noted = await noteHeartbeat(transaction, param("id"), now);
      return [noted, await findPauses(transaction, param("id"), now)] as const;
    });
    return item({ status: held.length > 0 ? "paused" : "active", lastSeenAt: agent.lastSeenAt });
  },
};

export const agentRoutes = [register, getAll, pause, resume, pollStatus, heartbeat, getOne, update];
