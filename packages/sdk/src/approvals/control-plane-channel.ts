import { type Approval, type CertificateProblem, decodeMessage } from "@holdpoint/core";
import type { PlatformClock } from "../platform/platform";
import { type Api, type ApiAnswer, parseJson } from "../transport/api";
import { createBackoff } from "../transport/backoff";
import type { ApprovalContext } from "../types";
import type { Action } from "./action";
import type { ApprovalWakes } from "./approval-wakes";
import type { ApprovalChannel, ChannelAnswer } from "./approver";
import type { CertificateChecker } from "./certificate-checker";
import { certificateProblems } from "./certificate-problems";

/** The bundle in force: whose it is, and the SHA-256 of its payload. */
export interface BundleInForce {
  readonly organizationId: string;
  readonly digest: string;
}

export interface ControlPlaneChannelOptions {
  readonly api: Api;
  readonly clock: PlatformClock;
  readonly random: () => number;
  readonly randomUuid: () => string;
  readonly pollIntervalMs: number;
  readonly wakes: ApprovalWakes;
  readonly checker: CertificateChecker;
  /** Undefined before the first bundle. */
  readonly bundle: () => BundleInForce | undefined;
}

type Call = () => Promise<ApiAnswer>;

/**
 * Asks through the control plane: creates a request bound to the hash of the exact step, waits for a human's word, uses
 * the approval up, and lets the step pass only with a certificate that it has checked by itself. Network failures are
 * waited out; whatever is not a clear yes denies.
 */
export function createControlPlaneChannel(options: ControlPlaneChannelOptions): ApprovalChannel {
  const { api, clock, pollIntervalMs, wakes, checker } = options;
  // Two UUIDs of version 4 hold 244 bits that no one can guess (RFC 9562 section 5.4).
  const createNonce = (): string => `${options.randomUuid()}${options.randomUuid()}`.replaceAll("-", "");

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
    const watch = wakes.watch(id);
    try {
      while (!stopped.aborted) {
        const answer = await persist(() => api.call("GET", path, { signal: stopped }), stopped);
        const word = readWord(id, answer);
        if (word) return word;
        await watch.next(pollIntervalMs, clock, stopped);
      }
    } finally {
      watch.end();
    }
    return { kind: "expired", approvalId: id };
  };

  /** Uses the approval up. The nonce is made for this one use: no certificate that exists already can carry it. */
  const confirm = async (
    approvalId: string,
    { agentId }: ApprovalContext,
    bundleDigest: string,
    action: Action,
    stopped: AbortSignal,
  ): Promise<ChannelAnswer> => {
    const nonce = createNonce();
    const path = `/api/v1/approvals/${encodeURIComponent(approvalId)}/verify`;
    const body = { actionContext: action.value, nonce };
    const answer = await persist(() => api.call("POST", path, { body, signal: stopped }), stopped);
    const data = readData(answer);
    if (answer.outcome !== "ok" || data?.["valid"] !== true) return refuseUse(approvalId, answer, data?.["reason"]);
    const organizationId = options.bundle()?.organizationId;
    const demand = { approvalId, organizationId, agentId, actionHash: action.hash, nonce, bundleDigest };
    const checked = await checker.check(data["certificate"], demand);
    if (!checked.ok) return refuse(approvalId, checked.problem);
    return { kind: "approved", approvalId, proof: checked.proof };
  };

  return {
    async ask(context, stopped) {
      const bundleDigest = options.bundle()?.digest ?? "";
      const body = {
        ...describeQuestion(context),
        ...(bundleDigest ? { bundleDigest } : {}),
        requestId: createNonce(),
      };
      const answer = await persist(() => api.call("POST", "/api/v1/approvals", { body, signal: stopped }), stopped);
      const id = readApproval(answer)?.id;
      if (!id) return { kind: "denied", reason: `nobody can be asked: the request was ${explain(answer)}` };
      const word = await waitForAnswer(id, stopped);
      if (word.kind !== "approved") return word;
      return { ...word, confirm: (action) => confirm(id, context, bundleDigest, action, stopped) };
    },
  };
}

/** What a human has said; undefined while nobody has. */
function readWord(approvalId: string, answer: ApiAnswer): ChannelAnswer | undefined {
  const approval = readApproval(answer);
  if (!approval) return { kind: "denied", approvalId, reason: `the approval was ${explain(answer)}` };
  const { status, decisionReason } = approval;
  if (status === "approved" || status === "expired") return { kind: status, approvalId };
  if (status !== "denied") return undefined;
  return { kind: "denied", approvalId, ...(decisionReason ? { reason: decisionReason } : {}) };
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

const refuse = (approvalId: string, problem: CertificateProblem): ChannelAnswer => ({
  kind: "denied",
  approvalId,
  problem,
  reason: certificateProblems[problem],
});

/** What the reasons of a control plane come to. */
const useProblems: Readonly<Record<string, CertificateProblem>> = {
  used: "replayed",
  nonce_reused: "replayed",
  action_mismatch: "wrong_action",
};

function refuseUse(approvalId: string, answer: ApiAnswer, reason: unknown): ChannelAnswer {
  if (answer.outcome === "ok" && reason === "expired") return { kind: "expired", approvalId };
  const problem = answer.outcome === "ok" && typeof reason === "string" ? useProblems[reason] : undefined;
  if (problem) return refuse(approvalId, problem);
  const why = answer.outcome === "ok" ? (typeof reason === "string" ? `: ${reason}` : "") : `: ${answer.problem}`;
  return { kind: "denied", approvalId, problem: "missing", reason: `the approval could not be confirmed${why}` };
}

function readData(answer: ApiAnswer): Readonly<Record<string, unknown>> | undefined {
  const data = (parseJson(answer.text) as { data?: unknown } | null | undefined)?.data;
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : undefined;
}

function readApproval(answer: ApiAnswer): Approval | undefined {
  if (answer.outcome !== "ok") return undefined;
  // Other servers may say less than a whole approval: id and status are all that is needed.
  const { id, status, decisionReason } = readData(answer) ?? {};
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
