import type { Decision } from "../gen/messages";
import type { Plan } from "./plan";
import type { RequestView } from "./request";

/**
 * The request of the last decision, as it was read. What a step leaves behind is asked for right after its decision, and
 * need not be read a second time.
 */
const last: { decision: Decision | undefined; view: RequestView | undefined; plan: Plan | undefined } = {
  decision: undefined,
  view: undefined,
  plan: undefined,
};

export function rememberView(plan: Plan, view: RequestView, decision: Decision): Decision {
  last.decision = decision;
  last.view = view;
  last.plan = plan;
  return decision;
}

/** The view of a request that the last decision was about; undefined for any other. It is held no longer. */
export function recallView(plan: Plan, request: unknown, decision: Decision): RequestView | undefined {
  const { view } = last;
  const isLast = view !== undefined && decision === last.decision && plan === last.plan && view.source === request;
  last.decision = undefined;
  last.view = undefined;
  last.plan = undefined;
  return isLast ? view : undefined;
}
