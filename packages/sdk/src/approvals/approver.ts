import type { CertificateProblem, Decision } from "@holdpoint/core";
import { ApprovalDeniedError, ApprovalTimeoutError } from "../gen/errors";
import type { PlatformClock } from "../platform/platform";
import type { ApprovalContext, ApprovalEvent, ApprovalProof } from "../types";
import { type Action, readAction } from "./action";

export interface Question {
  readonly request: unknown;
  readonly decision: Decision;
  readonly signal?: AbortSignal;
}

export interface Approver {
  /**
   * Returns when a human has approved exactly this step. Anything else throws: ApprovalDeniedError (no, nobody can be
   * asked, or no good certificate), ApprovalTimeoutError (no answer in time, or the wait was ended).
   */
  ask(question: Question): Promise<void>;
  /** Ends every wait; the steps are held. */
  close(): void;
}

/** A way to reach a human. */
export interface ApprovalChannel {
  /** Asks and waits. `stopped` fires when the answer no longer matters. */
  ask(context: ApprovalContext, stopped: AbortSignal): Promise<ChannelAnswer>;
}

export interface ChannelAnswer {
  readonly kind: "approved" | "denied" | "expired";
  readonly reason?: string;
  readonly approvalId?: string;
  readonly cause?: unknown;
  /** What was wrong with the certificate of an approval. */
  readonly problem?: CertificateProblem;
  readonly proof?: ApprovalProof;
  /** Where an approval is to be made sure of: does so, given the step as it is now. */
  readonly confirm?: (action: Action) => Promise<ChannelAnswer>;
}

export interface ApproverOptions {
  /** Undefined when nobody can be asked. */
  readonly channel: ApprovalChannel | undefined;
  readonly clock: PlatformClock;
  readonly timeoutMs: number;
  /** Once for each question that could be asked; never throws. */
  readonly onEnd: (event: ApprovalEvent) => void;
}

export function createApprover({ channel, clock, timeoutMs, onEnd }: ApproverOptions): Approver {
  const closing = new AbortController();
  return {
    async ask(question) {
      if (!channel) throw deny(question, { kind: "denied", reason: "nobody can be asked" });
      const action = readAction(question.request);
      if (!action) {
        const reason = "the step cannot be written down exactly, so nobody can approve it";
        throw deny(question, { kind: "denied", reason });
      }
      const stop = new AbortController();
      const ended = waitForEnd([question.signal, closing.signal], clock, timeoutMs);
      try {
        const answer = await Promise.race([askAndConfirm(channel, question, action, stop.signal), ended.promise]);
        onEnd(describeEnd(question, action, answer));
        if (answer.kind === "approved") return;
        throw answer.kind === "expired" ? expire(question, answer) : deny(question, answer);
      } finally {
        ended.cancel();
        stop.abort();
      }
    },
    close: () => closing.abort(new Error("the client was closed")),
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
  if (now?.hash !== action.hash) {
    const { approvalId } = answer;
    const reason = "the step changed while it waited";
    return { kind: "denied", reason, ...(approvalId === undefined ? {} : { approvalId }) };
  }
  return answer.confirm ? answer.confirm(now) : answer;
}

function waitForEnd(signals: readonly (AbortSignal | undefined)[], clock: PlatformClock, timeoutMs: number) {
  let cancelTimer: () => void = () => undefined;
  const stops: (() => void)[] = [];
  const promise = new Promise<ChannelAnswer>((resolve) => {
    cancelTimer = clock.schedule(() => resolve({ kind: "expired" }), timeoutMs, { keepAlive: true });
    for (const signal of signals) {
      const onAbort = () => resolve({ kind: "expired", reason: "the wait was aborted", cause: signal?.reason });
      if (signal?.aborted) onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      stops.push(() => signal?.removeEventListener("abort", onAbort));
    }
  });
  const cancel = (): void => {
    cancelTimer();
    for (const stop of stops) stop();
  };
  return { promise, cancel };
}

function describeEnd({ decision }: Question, action: Action, answer: ChannelAnswer): ApprovalEvent {
  const { kind, problem, approvalId, reason, proof } = answer;
  return {
    agentId: decision.agentId,
    actionHash: action.hash,
    approvalId,
    outcome: problem === undefined ? kind : "refused",
    problem,
    reason,
    proof,
  };
}

function details({ decision }: Question, { approvalId, cause }: ChannelAnswer) {
  return { violations: decision.violations, decision, approvalId, ...(cause === undefined ? {} : { cause }) };
}

function nameHolder({ violations }: Decision): string {
  const holder = violations.find(({ enforcementMode }) => enforcementMode === "require_approval");
  return holder ? `held by policy \`${holder.policyName}\`` : "held";
}

function deny(question: Question, answer: ChannelAnswer): ApprovalDeniedError {
  const why = answer.reason ?? "a human said no";
  return new ApprovalDeniedError(`${nameHolder(question.decision)}: ${why}`, details(question, answer));
}

function expire(question: Question, answer: ChannelAnswer): ApprovalTimeoutError {
  const why = answer.reason ?? "nobody answered in time";
  return new ApprovalTimeoutError(`${nameHolder(question.decision)}: ${why}`, details(question, answer));
}
