import {
  type Agent,
  type Clock,
  compile,
  type Decision,
  effectsFor,
  evaluate,
  type FailMode,
  type Plan,
  type Replacement,
  streamNeeds,
  type TokenVault,
} from "@holdpoint/core";
import type { Approver } from "../approvals/approver";
import { assumeScopes } from "../control/assume-scopes";
import type { PauseBook } from "../control/pause-book";
import type { Recorder } from "../events/recorder";
import type { UngovernedCounter } from "../events/ungoverned-counter";
import { freezeDecision } from "../freeze-decision";
import { EnforcementUnavailableError, isAgentPausedError, isHoldpointError } from "../gen/errors";
import type { HeldClock } from "../platform/held-clock";
import type { Judgement } from "../streams/text-flow";
import type { CallOptions, UsageStore } from "../types";
import type { Ledger } from "../usage/ledger";
import { type ValidatorGate, withoutAnswers } from "./ask-validators";
import { createHaltError, decideStale, decideUnreserved, decideWithoutPlan } from "./halt-errors";
import type { SnapshotHolder } from "./snapshot";

export interface EnforcerParts {
  readonly snapshot: SnapshotHolder;
  readonly usage: UsageStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Holds that clock while a step is decided. */
  readonly steps: Pick<HeldClock, "hold" | "release">;
  readonly failMode: FailMode;
  readonly recorder: Recorder;
  readonly approver: Approver;
  readonly pauses: Pick<PauseBook, "addLocal">;
  readonly ungoverned: Pick<UngovernedCounter, "add">;
  /** Agents that the program itself knows. */
  readonly agents?: () => readonly Agent[];
  /** Asks own validators; is given how to decide without leaving a trace. */
  readonly createGate?: (probe: (current: SnapshotHolder["current"], request: unknown) => Decision) => ValidatorGate;
}

export interface Enforcer {
  /** The verdict alone, with `explain` also why: nothing is recorded, reserved or thrown. */
  decide(request: unknown, explain?: boolean): Decision;
  /** The verdict alone, once the classifiers are asked that the step wants. Never rejects. */
  examine(request: unknown, explain?: boolean): Promise<Decision>;
  /** The decision of a step that may happen; otherwise rejects with a halt error, never with anything else. */
  enforce(request: unknown, options?: CallOptions): Promise<Decision>;
  /** The verdict on a text that flows, with what is replaced in it. Never throws. */
  judge(request: unknown, options?: CallOptions): Judgement;
  /** Records the decision of a step that is over, whatever it is; nobody is asked. Never throws. */
  observe(request: unknown, options?: CallOptions): void;
}

/** The plan of no policies: decides about pauses before there is any other plan. */
export function compileEmptyPlan(): Plan {
  const result = compile([]);
  if (!result.ok) throw new EnforcementUnavailableError("a plan of no policies does not compile");
  return result.plan;
}

const noOptions: CallOptions = Object.freeze({});

/** The path of one call: one snapshot, one synchronous decision, one promise at the edge. */
export function createEnforcer(parts: EnforcerParts): Enforcer {
  const { snapshot, usage, ledger, clock, steps, failMode, recorder, approver, pauses: pauseBook, ungoverned } = parts;
  const emptyPlan = compileEmptyPlan();
  const decideWith = (
    current: SnapshotHolder["current"],
    request: unknown,
    vault?: TokenVault,
    edits?: Replacement[],
    explain = false,
    startedMs?: number,
  ): Decision => {
    const { plan, pauses } = current;
    const options =
      edits || explain
        ? { pauses, explain, ...(edits ? { edits } : {}), ...(vault ? { vault } : {}) }
        : vault
          ? { pauses, vault }
          : current;
    const asked = plan ? request : assumeScopes(request, pauses, parts.agents?.() ?? [], clock());
    const decision = evaluate(plan ?? emptyPlan, asked, usage, clock, options);
    if (failMode === "open" || decision.verdict === "paused") return decision;
    if (!plan) return decideWithoutPlan(decision);
    const { staleAtMs } = current;
    if (staleAtMs === Number.POSITIVE_INFINITY) return decision;
    return (startedMs ?? recorder.startTimer()) >= staleAtMs ? decideStale(decision) : decision;
  };

  const gate = parts.createGate?.((current, request) => decideWith(current, request));

  const decideNow = (request: unknown, options: CallOptions): Decision => {
    const startedMs = steps.hold();
    try {
      const current = snapshot.current;
      const { plan } = current;
      const judged = decideWith(current, request, options.vault, undefined, false, startedMs);
      const decision = apply(plan, request, judged, options);
      if (decision.allowed) countUngoverned(current, startedMs);
      recorder.record(request, decision, current, startedMs, options.trace);
      return decision;
    } finally {
      steps.release();
    }
  };

  /** Of a step that goes ahead. */
  const countUngoverned = ({ plan, staleAtMs }: SnapshotHolder["current"], startedMs: number): void => {
    if (!plan) ungoverned.add("no_plan");
    else if (startedMs >= staleAtMs) ungoverned.add("stale");
  };

  /** What a step that may happen leaves behind, and the pause that a budget asks for. */
  const apply = (plan: Plan | undefined, request: unknown, decision: Decision, { trace }: CallOptions): Decision => {
    if (decision.requestedPause) pauseBook.addLocal(decision.requestedPause);
    if (!plan || !decision.allowed) return decision;
    const effects = effectsFor(plan, request, decision, clock);
    return ledger.apply(effects, recorder.reservationsOf(trace)) ? decision : decideUnreserved(decision);
  };

  /** A call made in a trace belongs to the trace's session and user unless it says otherwise. */
  const inTrace = (request: unknown, { trace }: CallOptions): unknown => {
    const names = trace && recorder.namesOf(trace);
    if (!names || !isRecord(request)) return request;
    // Written out: what is added to a copy takes a hundred times as long as the copy.
    const { sessionId, userId } = names;
    if (userId === undefined) return sessionId === undefined ? request : { sessionId, ...request };
    return sessionId === undefined ? { userId, ...request } : { sessionId, userId, ...request };
  };

  /** What was true when the question was asked may not be when it is answered: the step is decided once more. */
  const waitForApproval = async (request: unknown, held: Decision, options: CallOptions): Promise<Decision> => {
    await approver.ask({
      request: withoutAnswers(request),
      decision: held,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const startedMs = recorder.startTimer();
    const current = snapshot.current;
    const now = decideWith(current, request, options.vault);
    const sameQuestion = asksNoMore(now, held);
    const mayGoAhead = now.allowed || (now.verdict === "require_approval" && sameQuestion);
    const decision = apply(current.plan, request, mayGoAhead ? { ...now, allowed: true } : now, options);
    const { allowed } = decision;
    if (allowed) countUngoverned(current, startedMs);
    recorder.record(request, decision, current, startedMs, options.trace);
    if (!allowed) throw createHaltError(decision, "the policies changed while it waited");
    return decision;
  };

  const enforceNow = (request: unknown, options: CallOptions): Promise<Decision> => {
    const decision = decideNow(request, options);
    if (decision.allowed) return Promise.resolve(decision);
    freezeDecision(decision);
    if (decision.verdict !== "require_approval") {
      recorder.reportHalt(decision, options.trace);
      return Promise.reject(createHaltError(decision));
    }
    return waitForApproval(request, decision, options).catch((error: unknown) => {
      const now = decideWith(snapshot.current, request);
      const isPaused = now.verdict === "paused";
      recorder.reportHalt(isPaused ? now : decision, options.trace);
      // A control plane lets no approval of a paused agent be used: that it is paused is what the program is told.
      throw isPaused && !isAgentPausedError(error) ? createHaltError(now) : asHaltError(error);
    });
  };

  return {
    decide: (request, explain) => decideWith(snapshot.current, request, undefined, undefined, explain),
    async examine(request, explain) {
      const answered = (await gate?.askClassifiers?.(snapshot.current, request)) ?? request;
      return decideWith(snapshot.current, answered, undefined, undefined, explain);
    },
    enforce(request, options = noOptions) {
      try {
        const asked = inTrace(request, options);
        const asking = gate?.ask(snapshot.current, asked, options.signal);
        if (!asking) return enforceNow(asked, options);
        return asking
          .then((answered) => enforceNow(answered, options))
          .catch((error: unknown) => {
            throw asHaltError(error);
          });
      } catch (error) {
        return Promise.reject(asHaltError(error));
      }
    },
    judge(request, options = {}) {
      const asked = inTrace(request, options);
      const edits: Replacement[] = [];
      const decision = decideWith(snapshot.current, asked, options.vault, edits);
      return { decision, edits, needs: streamNeeds(snapshot.current.plan ?? emptyPlan, asked) };
    },
    observe(request, options = {}) {
      try {
        const decision = decideNow(inTrace(request, options), options);
        if (!decision.allowed) recorder.reportHalt(decision, options.trace);
      } catch {
        // A defect of ours: the text is out, and nobody waits for the answer.
      }
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const holds = ({ enforcementMode }: Decision["violations"][number]): boolean => enforcementMode === "require_approval";

/** True when every policy that holds the step now is one that the human was asked about. */
function asksNoMore(now: Decision, asked: Decision): boolean {
  const approved = new Set(asked.violations.filter(holds).map(({ policyId }) => policyId));
  return now.violations.filter(holds).every(({ policyId }) => approved.has(policyId));
}

/** A defect of ours holds the step: nothing fails open by accident. */
function asHaltError(error: unknown): Error {
  if (isHoldpointError(error)) return error;
  return new EnforcementUnavailableError("the step could not be decided", { cause: error });
}
