import { type ClassifierQuestion, limits } from "@holdpoint/core";
import { isRecord } from "./check-scores";
import { type FoundClassifier, type LabelledScores, NoScoreError, type ReadyClassifier } from "./classifier";
import { askPolicyUrl } from "./endpoint-kinds";
import type { Endpoint } from "./post-endpoint";
import type { AskClock } from "./ways";

/** A step as it was sent. */
export type StepRequest = Readonly<Record<string, unknown>>;

/** What the core takes of one answer. */
export interface ClassifierResult {
  readonly scores?: LabelledScores;
  readonly error?: string;
  readonly open?: boolean;
}

export interface ClassifierRound {
  readonly clock: AskClock;
  readonly request: StepRequest;
  readonly questions: readonly ClassifierQuestion[];
  /** Who is asked; in its place, why nobody can be; undefined for a question that is left as it is. */
  readonly find: (question: ClassifierQuestion) => FoundClassifier | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks all classifiers of a step at once, each within its time (clauses K-2, K-7); the same question about the same texts
 * once. The answers by policy. Never rejects.
 */
export async function askClassifiers(round: ClassifierRound): Promise<Readonly<Record<string, ClassifierResult>>> {
  const running = new Map<string, Promise<ClassifierResult>>();
  const answers = round.questions.flatMap((question) => {
    const classifier = round.find(question);
    if (!classifier) return [];
    const key = JSON.stringify([question.name, question.url, question.timeoutMs, question.texts]);
    const asked = running.get(key) ?? askOne(round, classifier, question);
    running.set(key, asked);
    return [asked.then((result) => [question.policyId, result] as const)];
  });
  return Object.fromEntries(await Promise.all(answers));
}

async function askOne(
  { clock, request, signal: cancelled }: ClassifierRound,
  classifier: FoundClassifier,
  { policyId, timeoutMs = Number.POSITIVE_INFINITY, texts }: ClassifierQuestion,
): Promise<ClassifierResult> {
  if ("error" in classifier) return classifier;
  const open = classifier.failMode === "open";
  if (texts.length > limits.maxClassifierTexts) return { error: `there are ${texts.length} texts`, open };
  const limitMs = Math.min(timeoutMs, classifier.timeoutMs);
  const over = new AbortController();
  const signal = cancelled ? AbortSignal.any([cancelled, over.signal]) : over.signal;
  const ask = {
    policyId,
    phase: typeof request["phase"] === "string" ? request["phase"] : "input",
    agentId: String(request["agentId"]),
    texts,
    endMs: clock.monotonicMs() + limitMs,
    signal,
  };
  return new Promise((resolve) => {
    const settle = (result: ClassifierResult): void => {
      cancelTimer();
      resolve(result);
    };
    const late = `no answer within ${limitMs} ms`;
    const cancelTimer = clock.schedule(
      () => {
        over.abort(new NoScoreError(late));
        settle({ error: late, open });
      },
      limitMs,
      { keepAlive: true },
    );
    cancelled?.addEventListener("abort", () => settle({ error: "cancelled" }), { once: true });
    if (cancelled?.aborted) return settle({ error: "cancelled" });
    classifier.score(ask).then(
      (scores) => settle({ scores, open }),
      (error: unknown) => settle({ error: describe(error), open }),
    );
  });
}

/** The address that the policy itself names, as a classifier. */
export function findPolicyUrl(
  parts: Pick<Endpoint, "ways" | "mayReach">,
  { url, labels, timeoutMs }: ClassifierQuestion,
): ReadyClassifier | undefined {
  if (url === undefined) return undefined;
  const endpoint = { ...parts, url, apiKey: undefined, allowPrivate: false };
  return {
    timeoutMs: timeoutMs ?? limits.maxClassifierTimeoutMs,
    failMode: "closed",
    score: askPolicyUrl(endpoint, labels[0] ?? ""),
  };
}

const describe = (error: unknown): string =>
  error instanceof NoScoreError ? error.message.slice(0, limits.maxErrorChars) : "it could not be asked";

/** What these classifiers would say of a step that they have nothing against. */
export const bestScores = (questions: readonly ClassifierQuestion[]): Readonly<Record<string, ClassifierResult>> =>
  Object.fromEntries(
    questions.map(({ policyId, labels }) => [policyId, { scores: Object.fromEntries(labels.map((one) => [one, 0])) }]),
  );

/** Answers in place of whatever the request says of the asked policies (clauses V-3, K-5). */
export function putAnswers(
  request: StepRequest,
  member: "classifierResults" | "validatorResults",
  asked: readonly { readonly policyId: string }[],
  answers: Readonly<Record<string, unknown>>,
): StepRequest {
  const given = isRecord(request[member]) ? request[member] : {};
  const own = new Set(asked.map(({ policyId }) => policyId));
  const others = Object.fromEntries(Object.entries(given).filter(([id]) => !own.has(id)));
  return { ...request, [member]: { ...others, ...answers } };
}
