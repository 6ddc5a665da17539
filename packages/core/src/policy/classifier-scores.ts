import { limits } from "../gen/tables";
import { isFailure, type OperatorFailure } from "./operator";
import type { RequestView } from "./request";

/** What a policy wants a classifier of the client to score. */
export interface ClassifierNeed {
  readonly name: string;
  /** Whether the policy names the classifier; else scores may come with the request, and the client asks only where it can. */
  readonly isNamed: boolean;
  /** The score that it wants; empty for the only one. */
  readonly label: string;
  /** Those that it wants, where they are several. */
  readonly labels?: readonly string[];
  /** Where the policy itself says that scores are had. */
  readonly url?: string;
  readonly timeoutMs?: number;
  /** The texts to score; without any, nobody is asked. */
  texts(view: RequestView): readonly string[];
}

/** No scores, and the policy is decided without them: why. */
export interface SkippedScores {
  readonly skipped: string;
}

export type ClassifierScores = ReadonlyMap<string, number>;

const none: ClassifierScores = new Map();

export const isSkipped = (found: object): found is SkippedScores => "skipped" in found;

/** What the classifier has said before evaluation; nothing is asked from here (clauses K-6, K-7). */
export function readClassifier(
  view: RequestView,
  policyId: string,
  need: ClassifierNeed,
): ClassifierScores | SkippedScores | OperatorFailure {
  if (need.texts(view).length === 0) return none;
  const result = view.extras.classifierResults.get(policyId);
  const shown = need.name.slice(0, limits.maxClassifierNameChars);
  if (result === undefined)
    return { failure: "CLASSIFIER_UNAVAILABLE", message: `the classifier \`${shown}\` was not asked` };
  if (result.scores.size > 0 && result.error === "") return result.scores;
  const why = result.error === "" ? "" : `: ${result.error.slice(0, limits.maxErrorChars)}`;
  return giveNone(`the classifier \`${shown}\` gave no score${why}`, result.open);
}

/** One score of those: the one of a label, for the empty label the only one there is; who names no classifier takes a score without a label too. */
export function readScore(
  view: RequestView,
  policyId: string,
  need: ClassifierNeed,
): number | SkippedScores | OperatorFailure {
  const found = readClassifier(view, policyId, need);
  if (isSkipped(found) || isFailure(found)) return found;
  if (found === none) return 0;
  const [first] = found.values();
  const named = need.label === "" && found.size === 1 ? first : found.get(need.label);
  const score = named ?? (need.isNamed ? undefined : found.get(""));
  if (score !== undefined) return score;
  const shown = need.name.slice(0, limits.maxClassifierNameChars);
  const label = need.label === "" ? "single score" : `label \`${need.label.slice(0, 64)}\``;
  const isOpen = view.extras.classifierResults.get(policyId)?.open === true;
  return giveNone(`the classifier \`${shown}\` gave no ${label}`, isOpen);
}

const giveNone = (message: string, isOpen: boolean): SkippedScores | OperatorFailure =>
  isOpen ? { skipped: message } : { failure: "CLASSIFIER_UNAVAILABLE", message };
