import type { Decision, EnforceInput, Holdpoint } from "@holdpoint/sdk";

/** True of what a classifier would decide that nobody has asked. */
export const isUndecided = ({ reason }: Decision["violations"][number]): boolean => reason === "CLASSIFIER_UNAVAILABLE";

/** What policies say of a step, without a record of it: at once, unless a classifier has to be asked. */
export function askWhereUndecided(hp: Holdpoint, step: EnforceInput): Decision | Promise<Decision> {
  const decision = hp.evaluate(step);
  return decision.violations.some(isUndecided) ? hp.examine(step) : decision;
}
