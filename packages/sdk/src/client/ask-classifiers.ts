import { type ClassifierQuestion, type CompileProblem, type Decision, limits, type Plan } from "@holdpoint/core";
import {
  askClassifiers,
  bestScores,
  findPolicyUrl,
  isRecord,
  putAnswers,
  type StepRequest,
} from "../../../endpoints/src/index";
import type { ReadyClassifiers } from "../classifiers/read-classifiers";
import { EnforcementUnavailableError } from "../gen/errors";
import { isPublicAddress, listClassifierNames, listClassifierQuestions, listValidators } from "../platform/own-core";
import type { Platform } from "../platform/platform";
import type { ValidatorGate } from "./ask-validators";
import type { Snapshot } from "./snapshot";

export interface ClassifierGateParts {
  readonly platform: Platform;
  readonly classifiers: ReadyClassifiers;
  /** The verdict on a request, without any trace of it. */
  readonly probe: (current: Snapshot, request: unknown) => Decision;
}

/** Asks classifiers before the decision (clauses K-2 to K-5). A step that wants none is not held up. */
export function createClassifierGate({ platform, classifiers, probe }: ClassifierGateParts): ValidatorGate {
  const parts = { ways: platform, mayReach: isPublicAddress };
  const find = (question: ClassifierQuestion) => {
    const { name, isNamed } = question;
    const found = classifiers.get(name) ?? findPolicyUrl(parts, question);
    if (found || !isNamed) return found;
    return { error: `this client has no classifier \`${name.slice(0, limits.maxClassifierNameChars)}\`` };
  };
  const askAll = async (
    request: StepRequest,
    questions: readonly ClassifierQuestion[],
    signal: AbortSignal | undefined,
  ): Promise<unknown> => {
    const answers = await askClassifiers({ clock: platform.clock, request, questions, find, signal });
    if (signal?.aborted)
      throw new EnforcementUnavailableError("the step was cancelled while a classifier was asked", {
        cause: signal.reason,
      });
    return putAnswers(request, "classifierResults", questions, answers);
  };

  return {
    ask(current, request, signal) {
      if (!current.plan?.asksClassifiers || !isRecord(request)) return undefined;
      const questions = listClassifierQuestions(current.plan, request);
      if (questions.length === 0) return undefined;
      const { verdict } = probe(current, answerBest(current.plan, request, questions));
      // Nothing that they say would let it pass: they are not shown it.
      if (verdict === "block" || verdict === "paused")
        return Promise.resolve(putAnswers(request, "classifierResults", questions, {}));
      return askAll(request, questions, signal);
    },
  };
}

/** Classifiers are asked first: what they say may already stop what validators would be shown. */
export function joinGates(first: ValidatorGate, second: ValidatorGate): ValidatorGate {
  return {
    askClassifiers: (current, request) => first.ask(current, request, undefined),
    ask(current, request, signal) {
      const asking = first.ask(current, request, signal);
      if (!asking) return second.ask(current, request, signal);
      return asking.then((answered) => second.ask(current, answered, signal) ?? answered);
    },
  };
}

/** Classifiers that policies name and the client does not have (clause K-8). */
export const findMissingClassifiers = (plan: Plan | undefined, classifiers: ReadyClassifiers): readonly string[] =>
  plan?.asksClassifiers ? listClassifierNames(plan).filter((name) => !classifiers.has(name)) : [];

export const describeMissing = (names: readonly string[]): readonly CompileProblem[] =>
  names.map((name) => ({
    pointer: "",
    message: `policies name the classifier \`${name.slice(0, limits.maxClassifierNameChars)}\`, which this client does not have: they are undecided`,
  }));

/** The request as if every classifier had given zeros and every validator had allowed. */
function answerBest(plan: Plan, request: StepRequest, questions: readonly ClassifierQuestion[]): StepRequest {
  const answered = putAnswers(request, "classifierResults", questions, bestScores(questions));
  const allowed = listValidators(plan, request).map(({ policyId }) => [policyId, { decision: "allow" }]);
  return allowed.length === 0 ? answered : { ...answered, validatorResults: Object.fromEntries(allowed) };
}
