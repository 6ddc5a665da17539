import { canonicalJson, type Decision, sha256Hex } from "@holdpoint/core";
import { ApprovalDeniedError, ApprovalTimeoutError } from "../gen/errors";
import type { PlatformClock } from "../platform/platform";
import { copyJson } from "../transport/copy-json";
import type { ApprovalContext } from "../types";

export interface Question {
  readonly request: unknown;
  readonly decision: Decision;
  readonly signal?: AbortSignal;
}

export interface Approver {
  /**
   * Returns when a human has approved exactly this step. Anything else throws: ApprovalDeniedError (no, or nobody can
   * be asked), ApprovalTimeoutError (no answer in time, or the wait was aborted).
   */
  ask(question: Question): Promise<void>;
}

/** A way to reach a human. */
export interface ApprovalChannel {
  /** Asks and waits. `stopped` fires when the answer no longer matters. */
  ask(context: ApprovalContext, stopped: AbortSignal): Promise<ChannelAnswer>;
  /** Makes sure of an approval, given the step as it is now. */
  confirm(answer: ChannelAnswer, action: unknown, stopped: AbortSignal): Promise<ChannelAnswer>;
}

export interface ChannelAnswer {
  readonly kind: "approved" | "denied" | "expired";
  readonly reason?: string;
  readonly approvalId?: string;
  readonly cause?: unknown;
}

export interface ApproverOptions {
  /** Undefined when nobody can be asked. */
  readonly channel: ApprovalChannel | undefined;
  readonly clock: PlatformClock;
  readonly timeoutMs: number;
}

interface Action {
  readonly value: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

export function createApprover({ channel, clock, timeoutMs }: ApproverOptions): Approver {
  return {
    async ask(question) {
      if (!channel) throw deny(question, "nobody can be asked");
      const action = readAction(question.request);
      if (!action) throw deny(question, "the step cannot be written down exactly, so nobody can approve it");
      const stop = new AbortController();
      const ended = waitForEnd(question.signal, clock, timeoutMs);
      try {
        const answer = await Promise.race([askAndConfirm(channel, question, action, stop.signal), ended.promise]);
        if (answer.kind === "approved") return;
        if (answer.kind === "expired") throw expire(question, answer);
        throw deny(question, answer.reason ?? "a human said no", answer);
      } finally {
        ended.cancel();
        stop.abort();
      }
    },
  };
}

async function askAndConfirm(
  channel: ApprovalChannel,
  { request, decision }: Question,
  action: Action,
  stopped: AbortSignal,
): Promise<ChannelAnswer> {
  const context: ApprovalContext = {
    agentId: decision.agentId,
    decision,
    violations: decision.violations,
    action: action.value,
    actionHash: action.hash,
    signal: stopped,
  };
  const answer = await channel.ask(context, stopped);
  if (answer.kind !== "approved") return answer;
  // The program may have changed the arguments while it waited: then this is not the step that was approved.
  const now = readAction(request);
  if (now?.hash !== action.hash) return { ...answer, kind: "denied", reason: "the step changed while it waited" };
  return channel.confirm(answer, now.value, stopped);
}

/** The step as plain JSON with its hash; undefined when it cannot be copied exactly. */
function readAction(request: unknown): Action | undefined {
  const copy = copyJson(request, { exact: true });
  if (!copy.ok || typeof copy.value !== "object" || copy.value === null) return undefined;
  return { value: copy.value as Record<string, unknown>, hash: sha256Hex(canonicalJson(copy.value)) };
}

function waitForEnd(signal: AbortSignal | undefined, clock: PlatformClock, timeoutMs: number) {
  let cancelTimer: () => void = () => undefined;
  let onAbort: () => void = () => undefined;
  const promise = new Promise<ChannelAnswer>((resolve) => {
    onAbort = () => resolve({ kind: "expired", reason: "the wait was aborted", cause: signal?.reason });
    cancelTimer = clock.schedule(() => resolve({ kind: "expired" }), timeoutMs, { keepAlive: true });
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  const cancel = (): void => {
    cancelTimer();
    signal?.removeEventListener("abort", onAbort);
  };
  return { promise, cancel };
}

function details({ decision }: Question, { approvalId, cause }: Partial<ChannelAnswer> = {}) {
  return { violations: decision.violations, decision, approvalId, ...(cause === undefined ? {} : { cause }) };
}

function nameHolder({ violations }: Decision): string {
  const holder = violations.find(({ enforcementMode }) => enforcementMode === "require_approval");
  return holder ? `held by policy \`${holder.policyName}\`` : "held";
}

function deny(question: Question, why: string, answer?: ChannelAnswer): ApprovalDeniedError {
  return new ApprovalDeniedError(`${nameHolder(question.decision)}: ${why}`, details(question, answer));
}

function expire(question: Question, answer: ChannelAnswer): ApprovalTimeoutError {
  const why = answer.reason ?? "nobody answered in time";
  return new ApprovalTimeoutError(`${nameHolder(question.decision)}: ${why}`, details(question, answer));
}
