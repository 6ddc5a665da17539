import {
  type ClassifierQuestion,
  type Decision,
  type EnforceRequest,
  isPublicAddress,
  listClassifierQuestions,
  listValidators,
  type Plan,
  type ValidatorQuestion,
} from "@holdpoint/core";
import {
  askClassifiers,
  askValidator,
  bestScores,
  buildQuestion,
  findPolicyUrl,
  isRecord,
  putAnswers,
  type StepRequest,
  untilAborted,
  type ValidatorResult,
} from "../../../endpoints/src/index";
import { defaults } from "../gen/constants";
import type { Snapshot } from "../publish/snapshots";
import { type EndpointBook, type KnownEndpoints, secretOf } from "./endpoint-book";

export interface AskedStep {
  readonly snapshot: Snapshot & { readonly plan: Plan };
  readonly request: EnforceRequest;
  readonly signal: AbortSignal;
  /** The verdict on a request, without any trace of it. */
  readonly probe: (request: EnforceRequest) => Promise<Decision>;
}

export interface AnsweredStep {
  readonly request: EnforceRequest;
  /** Questions to classifiers that this server does not have, and that the request does not answer. */
  readonly unanswered: readonly ClassifierQuestion[];
  /** False when nobody had to be waited for. */
  readonly waited: boolean;
}

/**
 * The step with what classifiers and validators say of it (clauses V-1 to V-4, K-2 to K-5), asked as a client asks them.
 * Rejects when the database does, and with the signal's reason once it is aborted.
 */
export type Asker = (step: AskedStep) => Promise<AnsweredStep>;

export function createAsker(book: EndpointBook, clock: () => number): Asker {
  return async ({ snapshot, request, signal, probe }) => {
    const { plan, bundle } = snapshot;
    const questions = listClassifierQuestions(plan, request);
    const validators = listValidators(plan, request);
    if (questions.length === 0 && validators.length === 0) return { request, unanswered: [], waited: false };
    const known = await book.get(bundle.organizationId, bundle.version);
    const find = (question: ClassifierQuestion) =>
      known.classifiers.get(question.name) ?? findPolicyUrl({ ways: known.ways, mayReach: isPublicAddress }, question);
    const asked = questions.filter((question) => find(question) !== undefined);
    const unanswered = questions.filter(
      (question) => !asked.includes(question) && !Object.hasOwn(request.classifierResults ?? {}, question.policyId),
    );
    const isStopped = async (step: StepRequest): Promise<boolean> => {
      const { verdict } = await probe(step as unknown as EnforceRequest);
      signal.throwIfAborted();
      return verdict === "block" || verdict === "paused";
    };
    const allowed = Object.fromEntries(validators.map(({ policyId }) => [policyId, { decision: "allow" }]));
    const withAllowed = (step: StepRequest): StepRequest =>
      validators.length === 0 ? step : putAnswers(step, "validatorResults", validators, allowed);

    let step = withoutBrought(request as unknown as StepRequest, questions, asked);
    let waited = false;
    const answered = (): AnsweredStep => ({ request: step as unknown as EnforceRequest, unanswered, waited });

    // Nothing that they say would let it pass: they are not shown it.
    if (await isStopped(withAllowed(putAnswers(step, "classifierResults", asked, bestScores(asked)))))
      return answered();
    if (asked.length > 0) {
      waited = true;
      const round = { clock: known.ways.clock, request: step, questions: asked, find, signal };
      step = putAnswers(step, "classifierResults", asked, await askClassifiers(round));
      signal.throwIfAborted();
      if (validators.length > 0 && (await isStopped(withAllowed(step)))) return answered();
    }
    if (validators.length > 0) {
      waited = true;
      const ask = { snapshot, known, step, signal, timestamp: new Date(clock()).toISOString() };
      const asking = Promise.all(
        validators.map(async (question) => [question.policyId, await askOwn(ask, question)] as const),
      );
      const answers = await untilAborted(asking, signal);
      step = putAnswers(step, "validatorResults", validators, Object.fromEntries(answers));
    }
    return answered();
  };
}

/**
 * What the request itself says counts only where a policy wants a classifier that this server does not have: not of policies
 * that are asked about here, and not of those that come while it asks, which nobody has been asked about.
 */
function withoutBrought(
  request: StepRequest,
  questions: readonly ClassifierQuestion[],
  asked: readonly ClassifierQuestion[],
): StepRequest {
  const { validatorResults: _, classifierResults, ...step } = request;
  if (!isRecord(classifierResults)) return step;
  const may = new Set(questions.filter((question) => !asked.includes(question)).map(({ policyId }) => policyId));
  const kept = Object.fromEntries(Object.entries(classifierResults).filter(([policyId]) => may.has(policyId)));
  return { ...step, classifierResults: kept };
}

interface Ask {
  readonly snapshot: AskedStep["snapshot"];
  readonly known: KnownEndpoints;
  readonly step: StepRequest;
  readonly signal: AbortSignal;
  readonly timestamp: string;
}

async function askOwn(
  { snapshot, known, step, signal, timestamp }: Ask,
  question: ValidatorQuestion,
): Promise<ValidatorResult> {
  const { policyId } = question;
  const { ways } = known;
  const endMs = ways.clock.monotonicMs() + question.timeoutMs;
  const secret = secretOf(known, policyId);
  if (secret === undefined) return { decision: "error", message: "its secret could not be had" };
  const body = buildQuestion(step, {
    policyId,
    organizationId: snapshot.bundle.organizationId,
    agentName: snapshot.plan.agents.get(String(step["agentId"]))?.name,
    environment: defaults.environment,
    timestamp,
  });
  return askValidator({
    ways,
    mayReach: isPublicAddress,
    question,
    secret: secret || question.secret,
    body,
    endMs,
    signal,
  });
}
