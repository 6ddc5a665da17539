import { administer } from "../../admin/administer";
import { noteUnknownAgents } from "../../admin/note-unknown-agents";
import {
  createPolicies,
  deletePolicy,
  getPolicy,
  listPolicies,
  updatePolicy,
  validatePolicies,
} from "../../admin/policies";
import { listPolicyVersions } from "../../admin/policy-versions";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { readPatch } from "../read-patch";
import { readWrittenPolicies } from "../read-policies";
import { readPolicyText } from "../read-policy-text";
import { item, list } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/policies`;

const create: KeyRoute = {
  method: "POST",
  path,
  access: "write",
  async handle({ services, caller, body }) {
    const { written, several } = readWrittenPolicies(await body());
    const policies = await noteUnknownAgents(services.database, caller, (administration) =>
      createPolicies(administration, services.secretKey, written),
    );
    return several
      ? Response.json({ data: policies, meta: { total: policies.length } }, { status: 201 })
      : item(policies[0], 201);
  },
};

const validate: KeyRoute = {
  method: "POST",
  path: `${path}/validate`,
  access: "any",
  async handle({ services, caller, body }) {
    const text = readPolicyText(await body());
    if (text.problems) return item({ valid: false, problems: text.problems });
    const problems = await asTenant(services.database, caller.organizationId, (transaction) =>
      validatePolicies(transaction, text.written),
    );
    return item({ valid: problems.length === 0, problems: problems.map(text.locate) });
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "read",
  query: ["limit", "cursor"],
  async handle({ services, caller, query }) {
    const page = readPageRequest(query, ["text"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) => listPolicies(transaction, page)),
    );
  },
};

const getOne: KeyRoute = {
  method: "GET",
  path: `${path}/:id`,
  access: "read",
  async handle({ services, caller, param }) {
    return item(
      await asTenant(services.database, caller.organizationId, (transaction) => getPolicy(transaction, param("id"))),
    );
  },
};

const getVersions: KeyRoute = {
  method: "GET",
  path: `${path}/:id/versions`,
  access: "read",
  query: ["limit", "cursor"],
  async handle({ services, caller, param, query }) {
    const page = readPageRequest(query, ["integer"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) =>
        listPolicyVersions(transaction, param("id"), page),
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
      await noteUnknownAgents(services.database, caller, (administration) =>
        updatePolicy(administration, services.secretKey, param("id"), patch),
      ),
    );
  },
};

const remove: KeyRoute = {
  method: "DELETE",
  path: `${path}/:id`,
  access: "write",
  async handle({ services, caller, param }) {
    await administer(services.database, caller, (administration) => deletePolicy(administration, param("id")));
    return new Response(null, { status: 204 });
  },
};

export const policyRoutes = [create, validate, getAll, getOne, getVersions, update, remove];
