import { type Decision, decodeMessage, type EnforceRequest, hashAction, sha256Hex } from "@holdpoint/core";
import { administer } from "../../admin/administer";
import { findApprovalRules } from "../../admin/approval-rules";
import { holdForApproval } from "../../admin/approvals";
import { invalid, invalidFields } from "../../errors";
import { decide } from "../../publish/decide";
import { listUnanswered } from "../../publish/list-unanswered";
import { loadPlan } from "../load-plan";
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
    const startedMs = performance.now();
    const snapshot = await loadPlan(services, caller);
    const decision = await decide(services.database, snapshot, enforced, now.getTime());
    const tookMs = performance.now() - startedMs;
    services.metrics.decisions.inc({ verdict: decision.verdict });
    services.metrics.decisionSeconds.observe(tookMs / 1000);
    const unanswered = listUnanswered(snapshot.plan, enforced);
    const missing = unanswered.length > 0 ? { unanswered } : {};
    const response = await toResponse(request, body, decision, snapshot, missing);
    response.headers.set("Server-Timing", `enforce;dur=${tookMs.toFixed(3)}`);
    return response;
  },
};

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
