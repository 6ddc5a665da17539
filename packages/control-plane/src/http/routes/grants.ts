import { delegationActionValues, limits } from "@holdpoint/core";
import { administer } from "../../admin/administer";
import { createGrant, findGrant, listGrants, revokeGrant } from "../../admin/grants";
import { invalid } from "../../errors";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { readFields } from "../read-fields";
import { item, list } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/agents`;

const create: KeyRoute = {
  method: "POST",
  path: `${path}/:id/grants`,
  access: "write",
  async handle({ services, caller, param, body }) {
    const { targetAgentId, allowedActions, expiresAt, maxDepth } = readFields(await body(), {
      targetAgentId: { kind: "name", required: true },
      allowedActions: { kind: "list", required: true },
      expiresAt: { kind: "timestamp" },
      maxDepth: { kind: "any" },
    });
    const depth = readDepth(maxDepth);
    const grant = {
      targetAgentId,
      allowedActions,
      ...(expiresAt ? { expiresAt } : {}),
      ...(depth === undefined ? {} : { maxDepth: depth }),
    };
    return item(
      await administer(services.database, caller, (administration) => createGrant(administration, param("id"), grant)),
      201,
    );
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path: `${path}/:id/grants`,
  access: "read",
  query: ["limit", "cursor"],
  async handle({ services, caller, param, query }) {
    const page = readPageRequest(query, ["text"]);
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) =>
        listGrants(transaction, param("id"), page),
      ),
    );
  },
};

const revoke: KeyRoute = {
  method: "DELETE",
  path: `${path}/:id/grants/:grantId`,
  access: "write",
  async handle({ services, caller, param }) {
    await administer(services.database, caller, (administration) =>
      revokeGrant(administration, param("id"), param("grantId")),
    );
    return new Response(null, { status: 204 });
  },
};

/** Today's clients send either pair of names. */
const authorize: KeyRoute = {
  method: "POST",
  path: `${path}/authorize`,
  access: "client",
  async handle({ services, caller, body, now }) {
    const fields = readFields(await body(), {
      sourceAgentId: { kind: "name" },
      callerAgentId: { kind: "name" },
      targetAgentId: { kind: "name" },
      calleeAgentId: { kind: "name" },
      action: { kind: "name", required: true, values: delegationActionValues },
    });
    const source = readOne(fields, "sourceAgentId", "callerAgentId");
    const target = readOne(fields, "targetAgentId", "calleeAgentId");
    const grant = await asTenant(services.database, caller.organizationId, (transaction) =>
      findGrant(transaction, { caller: source, callee: target, action: fields.action }, now),
    );
    return grant ? Response.json({ authorized: true, grant }) : Response.json({ authorized: false }, { status: 403 });
  },
};

function readDepth(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= limits.maxDelegationChain) {
    return value;
  }
  throw invalid("/maxDepth", `expected an integer from 1 to ${limits.maxDelegationChain}`);
}

function readOne(fields: Readonly<Record<string, unknown>>, name: string, other: string): string {
  const given = [fields[name], fields[other]].filter((value) => typeof value === "string");
  if (given.length === 2) throw invalid(`/${other}`, `is given beside \`${name}\`, which means the same`);
  if (given.length === 0) throw invalid(`/${name}`, `missing field \`${name}\``);
  return String(given[0]);
}

export const grantRoutes = [authorize, create, getAll, revoke];
