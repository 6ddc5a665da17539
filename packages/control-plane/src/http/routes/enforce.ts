import { type Decision, decodeMessage, type EnforceRequest, hashAction, sha256Hex } from "@holdpoint/core";
import { administer } from "../../admin/administer";
import { findApprovalRules } from "../../admin/approval-rules";
import { holdForApproval } from "../../admin/approvals";
import { findBroughtApproval } from "../../admin/find-brought-approval";
import { useApproval } from "../../admin/use-approval";
import { ApiError, invalid, invalidFields } from "../../errors";
import { decide } from "../../publish/decide";
import { listUnanswered } from "../../publish/list-unanswered";
import type { AnsweredStep } from "../../questions/asker";
import { asTenant } from "../../store/tenant";
import { loadNewestPlan, loadPlan } from "../load-plan";
import { readPatch } from "../read-patch";
import { type ApiRequest, apiPrefix, type KeyRoute } from "../route";

const enforce: KeyRoute = {
  method: "POST",
  path: `${apiPrefix}/policies/enforce`,
  access: "client",
  async handle(request) {
    const { services, caller, now } = request;
    const body = readPatch(await request.body());
    const enforced = readRequest(body);
    const before = await loadPlan(services, caller);
    const startedMs = performance.now();
    const { request: answered, unanswered, waited } = await answer(request, before, enforced);
    const askedMs = performance.now();
    // What was true when they were asked may not be when they have answered: a pause, a new policy.
    const snapshot = waited ? await loadNewestPlan(services, caller.organizationId) : before;
    const nowMs = waited ? services.clock() : now.getTime();
    const approved = await withApproval(request, body, answered, snapshot, nowMs);
    const decision = await decide(services.database, snapshot, approved, nowMs);
    const tookMs = performance.now() - askedMs;
    services.metrics.decisions.inc({ verdict: decision.verdict });
    services.metrics.decisionSeconds.observe(tookMs / 1000);
    const missing = unanswered.length > 0 ? { unanswered: listUnanswered(unanswered) } : {};
    const response = await toResponse(request, body, decision, snapshot, missing);
    const asking = waited ? `, ask;dur=${(askedMs - startedMs).toFixed(3)}` : "";
    response.headers.set("Server-Timing", `enforce;dur=${tookMs.toFixed(3)}${asking}`);
    return response;
  },
};

/** The step with the answers of those who must be asked about it. A caller that is gone is not decided for. */
async function answer(
  { services, now, signal }: ApiRequest,
  snapshot: Awaited<ReturnType<typeof loadPlan>>,
  enforced: EnforceRequest,
): Promise<AnsweredStep> {
  const gone = signal();
  const until = new AbortController();
  const stop = () => until.abort();
  for (const ended of [gone, services.closing]) {
    if (ended.aborted) stop();
    ended.addEventListener("abort", stop);
  }
  const probe = (asked: EnforceRequest) => decide(services.database, snapshot, asked, now.getTime(), true);
  try {
    return await services.ask({ snapshot, request: enforced, signal: until.signal, probe });
  } catch (error) {
    if (!until.signal.aborted) throw error;
    throw new ApiError("UNAVAILABLE", "the step was cancelled while others were asked about it");
  } finally {
    for (const ended of [gone, services.closing]) ended.removeEventListener("abort", stop);
  }
}

/**
 * Approvals that a request brings count as this server keeps them (clause C-43), and are used up as `verify` does: the step with
 * the one that lets it pass, else without any.
 */
async function withApproval(
  { services, caller }: ApiRequest,
  body: Readonly<Record<string, unknown>>,
  { approvals = [], ...step }: EnforceRequest,
  snapshot: Awaited<ReturnType<typeof loadPlan>>,
  nowMs: number,
): Promise<EnforceRequest> {
  const passes = async (asked: EnforceRequest): Promise<boolean> =>
    (await decide(services.database, snapshot, asked, nowMs, true)).allowed;
  if (approvals.length === 0 || (await passes(step))) return step;
  const found = await asTenant(services.database, caller.organizationId, (transaction) =>
    findBroughtApproval(transaction, approvals, hashAction(body), new Date(nowMs)),
  );
  if (!found) return step;
  const { id, expiresAt } = found;
  const proof = { approvalId: id, actionHash: hashAction({ ...step }), status: "approved", expiresAt } as const;
  const proven = { ...step, approvals: [proof] };
  if (!(await passes(proven))) return step;
  const { valid } = await administer(services.database, caller, (administration) =>
    useApproval(administration, services.signingKey, id, { action: body }),
  );
  return valid ? proven : step;
}

/** `toolDescriptors` is taken from today's clients but read by no policy type yet. */
function readRequest({ toolDescriptors, ...body }: Readonly<Record<string, unknown>>): EnforceRequest {
  if (toolDescriptors !== undefined && !Array.isArray(toolDescriptors))
    throw invalid("/toolDescriptors", "expected a list");
  const decoded = decodeMessage("EnforceRequest", body);
  if (!decoded.ok) throw invalidFields(decoded.problems);
  return decoded.value;
}

async function toResponse(
  request: ApiRequest,
  body: Readonly<Record<string, unknown>>,
  decision: Decision,
  { plan, signed }: Awaited<ReturnType<typeof loadPlan>>,
  missing: object,
): Promise<Response> {
  const { violations, alerts, transforms } = decision;
  if (decision.verdict === "require_approval") {
    const approval = await administer(request.services.database, request.caller, (administration) =>
      holdForApproval(
        administration,
        {
          agentId: decision.agentId,
          action: body,
          actionHash: hashAction(body),
          policyIds: violations.filter((v) => v.enforcementMode === "require_approval").map((v) => v.policyId),
          message: violations.find((v) => v.enforcementMode === "require_approval")?.message ?? "",
          bundleDigest: sha256Hex(Buffer.from(signed.payload, "base64")),
        },
        ({ action, policyIds = [] }) => findApprovalRules(plan, action, policyIds, request.now.getTime()),
      ),
    );
    const held = { allowed: false, requiresApproval: true, approvalRequestId: approval.id, violations, ...missing };
    return Response.json(held, { status: 202 });
  }
  if (!decision.allowed) return Response.json({ allowed: false, violations, ...missing }, { status: 403 });
  const warnings = [...violations.filter((v) => v.enforcementMode === "warn"), ...alerts].map(({ message }) => message);
  return Response.json({
    allowed: true,
    ...(violations.length > 0 ? { violations } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(transforms.length > 0 ? { transforms } : {}),
    ...missing,
  });
}

export const enforceRoutes = [enforce];
