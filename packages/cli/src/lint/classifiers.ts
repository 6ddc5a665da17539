import { listClassifierNames } from "@holdpoint/core";
import { type Finding, type LintRule, shown } from "./finding";

/** Types whose rule may name a classifier, and what the field says when it names none. */
const fields: Readonly<Record<string, readonly string[]>> = {
  injection_scan: [""],
  semantic_check: [""],
  content_moderation: [""],
  output_classifier: ["builtin", "registered"],
};

/** Policies that name a classifier which the client does not have, where it is known what it has. */
export const findUnknownClassifiers: LintRule = ({ plan, policies, classifiers, pointerOf }) => {
  if (!classifiers) return [];
  const named = new Set(listClassifierNames(plan));
  return policies.flatMap(({ id, policyType, ruleDefinition }): Finding[] => {
    const none = fields[policyType];
    const name: unknown = ruleDefinition?.["classifier"];
    if (!none || typeof name !== "string" || none.includes(name) || !named.has(name) || classifiers.includes(name))
      return [];
    const message = `the client has no classifier ${shown(name)}: the policy cannot be decided`;
    return [{ kind: "classifier", policyId: id, pointer: `${pointerOf(id)}/ruleDefinition/classifier`, message }];
  });
};
