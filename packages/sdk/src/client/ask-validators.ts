import type { Decision, ValidatorQuestion } from "@holdpoint/core";
import {
  askValidator,
  buildQuestion,
  isRecord,
  putAnswers,
  type StepRequest,
  untilAborted,
  type ValidatorResult,
} from "../../../endpoints/src/index";
import { EnforcementUnavailableError } from "../gen/errors";
import { isPublicAddress, listValidators } from "../platform/own-core";
import type { Platform } from "../platform/platform";
import type { Api } from "../transport/api";
import { createValidatorSecrets } from "../validators/validator-secrets";
import type { Snapshot } from "./snapshot";

export interface ValidatorGate {
  /**
   * The request with the answers of the validators that the step needs, or undefined when it needs none. Rejects when
   * the signal is aborted while one is asked, and with nothing else.
   */
  ask(current: Snapshot, request: unknown, signal: AbortSignal | undefined): Promise<unknown> | undefined;
  /** The same with classifiers alone. */
  askClassifiers?(current: Snapshot, request: unknown): Promise<unknown> | undefined;
}

export interface ValidatorGateParts {
  readonly platform: Platform;
  readonly api: Api | undefined;
  readonly clock: () => number;
  /** Filled into requests that name none. */
  readonly environment: string;
  /** The verdict on a request, without any trace of it. */
  readonly probe: (current: Snapshot, request: unknown) => Decision;
}

/** Asks own validators before the decision (clauses V-1 to V-4). A step without validators is not held up. */
export function createValidatorGate(parts: ValidatorGateParts): ValidatorGate {
  const { platform, api, clock } = parts;
  const secrets = api && createValidatorSecrets(api);

  const askOne = async (
    current: Snapshot,
    request: StepRequest,
    question: ValidatorQuestion,
    signal: AbortSignal | undefined,
  ): Promise<ValidatorResult> => {
    const { policyId } = question;
    const endMs = platform.clock.monotonicMs() + question.timeoutMs;
    try {
      const bundled = secrets && current.version > 0;
      const kept = bundled ? await within(platform, secrets.find(policyId, current.version), question.timeoutMs) : "";
      if (kept === undefined) return { decision: "error", message: "its secret could not be had" };
      const body = buildQuestion(request, {
        policyId,
        organizationId: current.bundle?.organizationId ?? "",
        agentName: current.plan?.agents.get(String(request["agentId"]))?.name,
        environment: parts.environment,
        timestamp: new Date(clock()).toISOString(),
      });
      return await askValidator({
        ways: platform,
        mayReach: isPublicAddress,
        question,
        secret: kept || question.secret,
        body,
        endMs,
        ...(signal ? { signal } : {}),
      });
    } catch {
      return { decision: "error", message: "it could not be asked" };
    }
  };

  const askAll = async (
    current: Snapshot,
    request: StepRequest,
    questions: readonly ValidatorQuestion[],
    signal: AbortSignal | undefined,
  ): Promise<unknown> => {
    const asking = Promise.all(
      questions.map(async (one) => [one.policyId, await askOne(current, request, one, signal)] as const),
    );
    // Only the signal rejects: no try, pause or secret is waited for longer than the caller waits.
    const answers = await untilAborted(asking, signal).catch((cause: unknown) => {
      throw new EnforcementUnavailableError("the step was cancelled while a validator was asked", { cause });
    });
    return putAnswers(request, "validatorResults", questions, Object.fromEntries(answers));
  };

  return {
    ask(current, request, signal) {
      if (!current.plan || !isRecord(request)) return undefined;
      const questions = listValidators(current.plan, request);
      if (questions.length === 0) return undefined;
      const allowed = Object.fromEntries(questions.map(({ policyId }) => [policyId, { decision: "allow" }]));
      const { verdict } = parts.probe(current, putAnswers(request, "validatorResults", questions, allowed));
      // Nothing that they say would let it pass: they are not shown it.
      if (verdict === "block" || verdict === "paused")
        return Promise.resolve(putAnswers(request, "validatorResults", questions, {}));
      return askAll(current, request, questions, signal);
    },
  };
}

/** A step as humans are asked about it: what validators and classifiers have said is no part of it. */
export function withoutAnswers(request: unknown): unknown {
  if (!isRecord(request)) return request;
  if (request["validatorResults"] === undefined && request["classifierResults"] === undefined) return request;
  const { validatorResults: _, classifierResults: __, ...action } = request;
  return action;
}

function within<T>({ clock }: Platform, promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(() => resolve(undefined), timeoutMs, { keepAlive: true });
    void promise.then((value) => {
      cancel();
      resolve(value);
    });
  });
}
