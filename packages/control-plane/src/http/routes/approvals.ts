import { administer } from "../../admin/administer";
import { findApprovalRules } from "../../admin/approval-rules";
import { checkNonce, decideApproval, getApproval, listApprovals, requestApproval } from "../../admin/approvals";
import { useApproval } from "../../admin/use-approval";
import { invalid } from "../../errors";
import { readPageRequest } from "../../store/page";
import { asTenant } from "../../store/tenant";
import { checkStatus } from "../closed-sets";
import { loadPlan } from "../load-plan";
import { readFields } from "../read-fields";
import { item, list } from "../responses";
import { apiPrefix, isAdmin, type KeyRoute } from "../route";

const path = `${apiPrefix}/approvals`;

const request: KeyRoute = {
  method: "POST",
  path,
  access: "client",
  async handle({ services, caller, body, now }) {
    const asked = await body();
    const { plan } = await loadPlan(services, caller);
    const { created, approval } = await administer(services.database, caller, (administration) =>
      requestApproval(administration, asked, ({ action, policyIds = [] }) =>
        findApprovalRules(plan, action, policyIds, now.getTime()),
      ),
    );
    return item(approval, created ? 201 : 200);
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "read",
  query: ["status", "agentId", "limit", "cursor"],
  async handle({ services, caller, query, now }) {
    const page = readPageRequest(query, ["timestamp", "text"]);
    checkStatus(query, "approvalStatus");
    const { status, agentId } = query;
    const filter = { ...(status ? { status } : {}), ...(agentId ? { agentId } : {}) };
    return list(
      await asTenant(services.database, caller.organizationId, (transaction) =>
        listApprovals(transaction, page, now, filter),
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
        getApproval(transaction, param("id"), now),
      ),
    );
  },
};

/** `decidedBy` names the human where several share a key; the log always has the key. */
const decideRoute = (verb: "approve" | "deny", status: "approved" | "denied"): KeyRoute => ({
  method: "POST",
  path: `${path}/:id/${verb}`,
  access: "write",
  async handle({ services, caller, param, body, header }) {
    const empty = header("content-length") === "0" || (!header("content-length") && !header("transfer-encoding"));
    const { reason, decidedBy } = readFields(empty ? {} : await body(), {
      reason: { kind: "name" },
      decidedBy: { kind: "name" },
    });
    return item(
      await administer(services.database, caller, (administration) =>
        decideApproval(
          administration,
          param("id"),
          status,
          { named: decidedBy, keyName: caller.keyName, vouches: isAdmin(caller.role) },
          reason,
        ),
      ),
    );
  },
});

const verify: KeyRoute = {
  method: "POST",
  path: `${path}/:id/verify`,
  access: "client",
  async handle({ services, caller, param, body }) {
    const { actionContext, nonce } = readFields(await body(), {
      actionContext: { kind: "any", required: true },
      nonce: { kind: "name" },
    });
    const action = readAction(actionContext);
    if (nonce !== undefined) checkNonce(nonce, "/nonce");
    const use = nonce === undefined ? { action } : { action, nonce };
    return item(
      await administer(services.database, caller, (administration) =>
        useApproval(administration, services.signingKey, param("id"), use),
      ),
    );
  },
};

function readAction(action: unknown): Readonly<Record<string, unknown>> {
  if (typeof action !== "object" || action === null || Array.isArray(action)) {
    throw invalid("/actionContext", "expected an object");
  }
  return action as Readonly<Record<string, unknown>>;
}

export const approvalRoutes = [
  request,
  getAll,
  getOne,
  decideRoute("approve", "approved"),
  decideRoute("deny", "denied"),
  verify,
];
