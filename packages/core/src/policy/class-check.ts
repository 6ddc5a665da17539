import { scoreLearned } from "../detect/learned-models";
import type { ClassCheck, OutputClassifierRule } from "../gen/policy-types";
import type { Evaluation, OperatorFailure, PrepareOperator } from "./operator";
import { addUnknown, pointTo } from "./problems";

const passing: ClassCheck = { label: "", value: 0, most: 0, evidence: [] };

/** Labels that the built-in model knows. */
const builtin = ["injection"];

/** `class_check`: the first label, in the order of names, whose probability is over its limit. */
export const prepareClassCheck: PrepareOperator = (untyped, { pointer, problems }) => {
  const rule = untyped as unknown as OutputClassifierRule;
  const labels = Object.entries(rule.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rule.classifier === "builtin") {
    const at = pointTo(pointTo(pointer, "ruleDefinition"), "labels");
    for (const [label] of labels)
      if (!builtin.includes(label)) addUnknown(problems, pointTo(at, label), "label", label, builtin);
  }

  const run = ({ view }: Evaluation): ClassCheck | OperatorFailure => {
    for (const [label, most] of labels) {
      const value =
        rule.classifier === "builtin" ? scoreLearned(view.output).score / 100 : view.extras.classifications.get(label);
      if (value === undefined)
        return { failure: "REQUEST_INVALID", message: `\`/classifications\` has no label \`${label.slice(0, 64)}\`` };
      if (value > most) return { label, value, most, evidence: [] };
    }
    return passing;
  };
  return { reads: [], passing, run };
};
