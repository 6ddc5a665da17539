import type { Decision } from "../gen/messages";
import type { Applicable } from "./applicable";
import type { RunningEvaluation } from "./evaluation";
import type { Plan } from "./plan";

/** The last decision, with what was found out for it. */
interface LastDecision {
  decision: Decision | undefined;
  plan: Plan | undefined;
  evaluation: RunningEvaluation | undefined;
}

/**
 * The request of the last decision, as it was read, and the policies that applied. What a step leaves behind is asked for
 * right after its decision, and need not be found out a second time.
 */
const last: LastDecision = { decision: undefined, plan: undefined, evaluation: undefined };

export function rememberEvaluation(
  plan: Plan,
  evaluation: RunningEvaluation,
  applicable: Applicable,
  decision: Decision,
): Decision {
  evaluation.applicable = applicable;
  last.decision = decision;
  last.plan = plan;
  last.evaluation = evaluation;
  return decision;
}

/** The evaluation that the last decision came from; undefined for any other. It is held no longer. */
export function recallEvaluation(plan: Plan, request: unknown, decision: Decision): RunningEvaluation | undefined {
  const { evaluation } = last;
  const isLast = decision === last.decision && plan === last.plan && evaluation?.view.source === request;
  last.decision = undefined;
  last.plan = undefined;
  last.evaluation = undefined;
  return isLast ? evaluation : undefined;
}
