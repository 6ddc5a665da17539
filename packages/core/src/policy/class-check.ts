import { scoreLearned } from "../detect/learned-models";
import type { ClassCheck, OutputClassifierRule } from "../gen/policy-types";
import { type ClassifierNeed, isSkipped, readClassifier } from "./classifier-scores";
import { type Evaluation, isFailure, type OperatorFailure, type PrepareOperator } from "./operator";
import { addUnknown, pointTo } from "./problems";

const passing: ClassCheck = { label: "", value: 0, most: 0, skipped: "", evidence: [] };

/** Labels that the built-in model knows. */
const builtin = ["injection"];

/** `class_check`: the first label, in the order of names, whose probability is over its limit. */
export const prepareClassCheck: PrepareOperator = (untyped, { policy, pointer, problems }) => {
  const rule = untyped as unknown as OutputClassifierRule;
  const labels = Object.entries(rule.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rule.classifier === "builtin") {
    const at = pointTo(pointTo(pointer, "ruleDefinition"), "labels");
    for (const [label] of labels)
      if (!builtin.includes(label)) addUnknown(problems, pointTo(at, label), "label", label, builtin);
  }
  const need: ClassifierNeed | undefined =
    rule.classifier === "builtin" || rule.classifier === "registered"
      ? undefined
      : {
          name: rule.classifier,
          isNamed: true,
          label: "",
          labels: labels.map(([label]) => label),
          texts: ({ output }) => (output === "" ? [] : [output]),
        };

  const judge = (scores: (label: string) => number | undefined, from: string): ClassCheck | OperatorFailure => {
    for (const [label, most] of labels) {
      const value = scores(label);
      if (value === undefined)
        return {
          failure: need ? "CLASSIFIER_UNAVAILABLE" : "REQUEST_INVALID",
          message: `${from} no label \`${label.slice(0, 64)}\``,
        };
      if (value > most) return { label, value, most, skipped: "", evidence: [] };
    }
    return passing;
  };
  const run = ({ view }: Evaluation): ClassCheck | OperatorFailure => {
    if (rule.classifier === "builtin") return judge(() => scoreLearned(view.output).score / 100, "");
    if (!need) return judge((label) => view.extras.classifications.get(label), "`/classifications` has");
    if (view.output === "") return passing;
    const found = readClassifier(view, policy.id, need);
    if (isFailure(found)) return found;
    if (isSkipped(found)) return { ...passing, skipped: found.skipped };
    const judged = judge((label) => found.get(label), "the classifier gave");
    const isOpen = view.extras.classifierResults.get(policy.id)?.open === true;
    return isFailure(judged) && isOpen ? { ...passing, skipped: judged.message } : judged;
  };
  return { reads: need ? ["classifierResults"] : [], passing, ...(need ? { classifies: need } : {}), run };
};
