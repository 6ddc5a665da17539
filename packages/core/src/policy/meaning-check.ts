import { scoreLearned } from "../detect/learned-models";
import { countCodePoints } from "../detect/offsets";
import type { MeaningCheck, SemanticCheckRule } from "../gen/policy-types";
import type { Evaluation, OperatorFailure, PrepareOperator } from "./operator";
import { pointTo } from "./problems";

const passing: MeaningCheck = { score: 0, path: "", evidence: [] };

/** `meaning_check`: the score of the phase's text, by our own model or as the caller passed it in. */
export const prepareMeaningCheck: PrepareOperator = (untyped, { policy, pointer, problems }) => {
  const rule = untyped as unknown as SemanticCheckRule;
  if (rule.model === "endpoint" && rule.url === undefined)
    problems.add(pointTo(pointTo(pointer, "ruleDefinition"), "url"), "missing field `url`");
  const label = rule.label || policy.id;

  const run = ({ view }: Evaluation): MeaningCheck | OperatorFailure => {
    const [path, text] = view.phase === "output" ? ["/output", view.output] : ["/input", view.input];
    if (rule.model !== "builtin") {
      const score = view.extras.classifications.get(label);
      if (score !== undefined) return score > rule.threshold ? { score, path, evidence: [] } : passing;
      if (rule.on_timeout === "allow") return passing;
      return { failure: "REQUEST_INVALID", message: `\`/classifications\` has no score \`${label.slice(0, 64)}\`` };
    }
    const found = scoreLearned(text);
    const score = found.score / 100;
    if (score <= rule.threshold) return passing;
    const start = countCodePoints(text, 0, found.start);
    const end = start + countCodePoints(text, found.start, found.end);
    return { score, path, evidence: [{ path, start, end, category: "semantic", score: found.score }] };
  };
  return { reads: [], passing, run };
};
