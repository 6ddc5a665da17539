import { scoreLearned } from "../detect/learned-models";
import { countCodePoints } from "../detect/offsets";
import type { MeaningCheck, SemanticCheckRule } from "../gen/policy-types";
import { type ClassifierNeed, isSkipped, readScore } from "./classifier-scores";
import { type Evaluation, isFailure, type OperatorFailure, type PrepareOperator } from "./operator";
import { pointTo } from "./problems";
import type { RequestView } from "./request";

const passing: MeaningCheck = { score: 0, path: "", skipped: "", evidence: [] };

/** `meaning_check`: the score of the phase's text, by our own model, as the caller passed it in, or of a classifier. */
export const prepareMeaningCheck: PrepareOperator = (untyped, { policy, pointer, problems }) => {
  const rule = untyped as unknown as SemanticCheckRule;
  if (rule.model === "endpoint" && rule.classifier === "" && rule.url === undefined)
    problems.add(pointTo(pointTo(pointer, "ruleDefinition"), "url"), "missing field `url`");
  const label = rule.label || policy.id;
  const need = describeNeed(rule, label);

  const readBrought = ({ extras }: RequestView): number | OperatorFailure => {
    const score = extras.classifications.get(label);
    if (score !== undefined) return score;
    return { failure: "REQUEST_INVALID", message: `\`/classifications\` has no score \`${label.slice(0, 64)}\`` };
  };

  const run = ({ view }: Evaluation): MeaningCheck | OperatorFailure => {
    const [path, text] = findText(view);
    if (need) {
      const isAsked = need.isNamed || view.extras.classifierResults.has(policy.id);
      const found = isAsked ? readScore(view, policy.id, need) : readBrought(view);
      if (typeof found === "number")
        return found > rule.threshold ? { score: found, path, skipped: "", evidence: [] } : passing;
      if (isSkipped(found)) return { ...passing, skipped: found.skipped };
      return isFailure(found) && rule.on_timeout === "fail" ? found : { ...passing, skipped: found.message };
    }
    const found = scoreLearned(text);
    const score = found.score / 100;
    if (score <= rule.threshold) return passing;
    const start = countCodePoints(text, 0, found.start);
    const end = start + countCodePoints(text, found.start, found.end);
    return { score, path, skipped: "", evidence: [{ path, start, end, category: "semantic", score: found.score }] };
  };
  return {
    reads: need ? ["classifierResults", ...(need.isNamed ? [] : (["classifications"] as const))] : [],
    passing,
    ...(need ? { classifies: need } : {}),
    run,
  };
};

const findText = (view: RequestView): readonly [path: string, text: string] =>
  view.phase === "output" ? ["/output", view.output] : ["/input", view.input];

function describeNeed(rule: SemanticCheckRule, label: string): ClassifierNeed | undefined {
  const texts = (view: RequestView): readonly string[] => findText(view).slice(1).filter(Boolean);
  const timeoutMs = rule.timeout_ms;
  if (rule.classifier !== "") return { name: rule.classifier, isNamed: true, label: rule.label, timeoutMs, texts };
  if (rule.model === "builtin") return undefined;
  const url = rule.model === "endpoint" ? rule.url : undefined;
  return { name: label, isNamed: false, label, timeoutMs, texts, ...(url === undefined ? {} : { url }) };
}
