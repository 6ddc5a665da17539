import { environmentDefault } from "../gen/tables";
import { findApplicable } from "./applicable";
import type { Plan } from "./plan";
import { bindRequest, type RequestView } from "./request";

/** One policy's texts that a classifier of the client has to score before the step is decided. */
export interface ClassifierQuestion {
  readonly policyId: string;
  /** The client's classifier. */
  readonly name: string;
  /** False where the scores may come with the request: then it is asked only where the client has it, or there is a `url`. */
  readonly isNamed: boolean;
  /** The scores that are wanted; an empty label for the only one. */
  readonly labels: readonly string[];
  /** Where the policy itself says that scores are had. */
  readonly url: string | undefined;
  /** The policy's own bound on the wait. */
  readonly timeoutMs: number | undefined;
  readonly texts: readonly string[];
}

const none: readonly ClassifierQuestion[] = Object.freeze([]);

/**
 * What the policies that apply to a step want of classifiers (clause K-3), in the order of evaluation. Scores that the request
 * brings under a label are not wanted again. Never throws.
 */
export function listClassifierQuestions(plan: Plan, request: unknown): readonly ClassifierQuestion[] {
  if (!plan.asksClassifiers) return none;
  try {
    const view = bindRequest(request, environmentDefault);
    return findApplicable(plan, view).steps.flatMap(({ compiled: { policy, operators } }) =>
      operators.flatMap(({ operator: { classifies: need } }): ClassifierQuestion[] => {
        if (!need || (!need.isNamed && isBrought(view, need.label))) return [];
        const texts = need.texts(view);
        if (texts.length === 0) return [];
        const { name, isNamed, label, labels = [label], url, timeoutMs } = need;
        return [{ policyId: policy.id, name, isNamed, labels, url, timeoutMs, texts }];
      }),
    );
  } catch {
    return none;
  }
}

const isBrought = (view: RequestView, label: string): boolean => view.extras.classifications.has(label);

/** The classifiers that active policies name, each once, in the order of evaluation. */
export function listClassifierNames(plan: Plan): readonly string[] {
  const named = plan.compiled.flatMap(({ operators }) =>
    operators.flatMap(({ operator: { classifies } }) => (classifies?.isNamed ? [classifies.name] : [])),
  );
  return [...new Set(named)];
}
