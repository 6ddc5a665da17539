import { type Approval, decodeMessage } from "@holdpoint/core";
import type { PlatformClock } from "../platform/platform";
import { type Api, type ApiAnswer, parseJson } from "../transport/api";
import { createBackoff } from "../transport/backoff";
import type { ApprovalContext } from "../types";
import type { ApprovalWakes } from "./approval-wakes";
import type { ApprovalChannel, ChannelAnswer } from "./approver";

export interface ControlPlaneChannelOptions {
  readonly api: Api;
  readonly clock: PlatformClock;
  readonly random: () => number;
  readonly pollIntervalMs: number;
  readonly wakes: ApprovalWakes;
}

type Call = () => Promise<ApiAnswer>;

/**
 * Asks through the control plane: creates a request bound to the hash of the exact step, waits for a human's word, and
 * has the server confirm, once, that the approval is for this step. Network failures are waited out; whatever is not a
 * clear yes denies.
 */
export function createControlPlaneChannel(options: ControlPlaneChannelOptions): ApprovalChannel {
  const { api, clock, pollIntervalMs, wakes } = options;

  /** Repeats a call while its outcome says so, and the answer still matters. */
  const persist = async (call: Call, stopped: AbortSignal): Promise<ApiAnswer> => {
    const backoff = createBackoff(options.random);
    for (;;) {
      const answer = await call();
      if (answer.outcome !== "retry" || stopped.aborted) return answer;
      await sleep(clock, backoff.nextMs(answer.retryAfterMs), stopped);
    }
  };

  const waitForAnswer = async (id: string, stopped: AbortSignal): Promise<ChannelAnswer> => {
    const path = `/api/v1/approvals/${encodeURIComponent(id)}`;
    while (!stopped.aborted) {
      const answer = await persist(() => api.call("GET", path, { signal: stopped }), stopped);
      const approval = readApproval(answer);
      if (!approval) return { kind: "denied", approvalId: id, reason: `the approval was ${explain(answer)}` };
      const reason = approval.decisionReason ? { reason: approval.decisionReason } : {};
      if (approval.status === "approved") return { kind: "approved", approvalId: id };
      if (approval.status === "denied") return { kind: "denied", approvalId: id, ...reason };
      if (approval.status === "expired") return { kind: "expired", approvalId: id };
      await wakes.wait(id, pollIntervalMs, clock, stopped);
    }
    return { kind: "expired", approvalId: id };
  };

  return {
    async ask(context, stopped) {
      const body = describeQuestion(context);
      const answer = await persist(() => api.call("POST", "/api/v1/approvals", { body, signal: stopped }), stopped);
      const id = readApproval(answer)?.id;
      if (!id) return { kind: "denied", reason: `nobody can be asked: the request was ${explain(answer)}` };
      return waitForAnswer(id, stopped);
    },
    async confirm(given, action, stopped) {
      const path = `/api/v1/approvals/${encodeURIComponent(given.approvalId ?? "")}/verify`;
      const body = { actionContext: action };
      const answer = await persist(() => api.call("POST", path, { body, signal: stopped }), stopped);
      const data = (parseJson(answer.text) as { data?: { valid?: unknown; reason?: unknown } } | null | undefined)
        ?.data;
      if (answer.outcome === "ok" && data?.valid === true) return given;
      const reason = typeof data?.reason === "string" ? `: ${data.reason}` : "";
      return { ...given, kind: "denied", reason: `the approval could not be confirmed${reason}` };
    },
  };
}

function describeQuestion({ agentId, action, actionHash, violations }: ApprovalContext) {
  const holding = violations.filter(({ enforcementMode }) => enforcementMode === "require_approval");
  return {
    agentId,
    action,
    actionHash,
    policyIds: holding.map(({ policyId }) => policyId),
    message: holding.map(({ message }) => message).join("; "),
  };
}

function readApproval(answer: ApiAnswer): Approval | undefined {
  if (answer.outcome !== "ok") return undefined;
  const data = (parseJson(answer.text) as { data?: Record<string, unknown> } | null | undefined)?.data;
  // Other servers may say less than a whole approval: id and status are all that is needed.
  const { id, status, decisionReason } = data ?? {};
  const read = decodeMessage("Approval", { agentId: "", action: {}, actionHash: "", id, status, decisionReason });
  return read.ok && read.value.id ? read.value : undefined;
}

const explain = ({ outcome, problem }: ApiAnswer): string =>
  outcome === "ok" ? "answered with something else" : problem;

export function sleep(clock: PlatformClock, delayMs: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) return resolve();
    const done = (): void => {
      cancel();
      stopped.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.schedule(done, delayMs, { keepAlive: true });
    stopped.addEventListener("abort", done, { once: true });
  });
}
