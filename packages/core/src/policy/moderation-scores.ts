import { readUnescaped } from "../detect/escapes";
import { type ModerationScore, scoreModeration } from "../detect/moderation";
import { toOriginalSpan } from "../detect/original-span";
import type { TextScan } from "../detect/text-scan";
import type { Evidence } from "../gen/messages";
import type { ContentModerationRule, ModerationScores } from "../gen/policy-types";
import { limits, type Severity, severityValues } from "../gen/tables";
import { scoring } from "../gen/text-tables";
import { type ClassifierNeed, isSkipped, readClassifier } from "./classifier-scores";
import { type Evaluation, isFailure, type OperatorFailure, type PrepareOperator } from "./operator";

const nothing: ModerationScores = { count: 0, categories: "", severity: "low", skipped: "", evidence: [] };
const roles = new Set(["input", "output"]);

/** `moderation_scores`: the categories whose score reaches its threshold, by the highest score of the texts. */
export const prepareModerationScores: PrepareOperator = (untyped, { policy, patterns }) => {
  const rule = untyped as unknown as ContentModerationRule;
  patterns.useModeration();
  const thresholds = Object.entries(rule.categories);

  const need: ClassifierNeed | undefined =
    rule.classifier === ""
      ? undefined
      : {
          name: rule.classifier,
          isNamed: true,
          label: "",
          labels: thresholds.map(([category]) => category),
          texts: ({ texts }) => texts.flatMap(({ role, value }) => (roles.has(role) ? [value] : [])),
        };

  const run = (evaluation: Evaluation): ModerationScores | OperatorFailure => {
    const { view } = evaluation;
    const brought = rule.use_classifications ? view.extras.classifications : undefined;
    if (!need) return score(evaluation, brought);
    const said = readClassifier(view, policy.id, need);
    if (isSkipped(said)) return { ...score(evaluation, brought), skipped: said.skipped };
    if (!isFailure(said) && (said.size === 0 || thresholds.some(([category]) => said.has(category))))
      return score(evaluation, said);
    // What phrases and our own model show stands without any score.
    const found = score(evaluation, brought);
    if (found.count > 0) return found;
    if (isFailure(said)) return said;
    const message = "the classifier gave none of the categories";
    if (view.extras.classifierResults.get(policy.id)?.open === true) return { ...found, skipped: message };
    return { failure: "CLASSIFIER_UNAVAILABLE", message };
  };

  const score = (evaluation: Evaluation, given: ReadonlyMap<string, number> | undefined): ModerationScores => {
    const { moderation, set } = evaluation.patterns;
    const best = new Map<string, { score: number; scan: TextScan | undefined; patterns: readonly number[] }>();
    const take = ({ category, score, patterns: found }: ModerationScore, scan: TextScan | undefined): void => {
      if (score > (best.get(category)?.score ?? 0)) best.set(category, { score, scan, patterns: found });
    };
    const judge = (scan: TextScan): void => {
      for (const score of scoreModeration(scan, moderation, rule.learned))
        if (!given?.has(score.category)) take(score, scan);
    };
    for (const scan of evaluation.scans()) {
      if (!roles.has(scan.text.role)) continue;
      judge(scan);
      const reading = readUnescaped(scan, set);
      if (reading) judge(reading);
    }
    for (const [category] of thresholds) {
      const score = given?.get(category);
      if (score !== undefined) take({ category, score: Math.floor(100 * score + 0.5), patterns: [] }, undefined);
    }
    const reached: string[] = [];
    const evidence: Evidence[] = [];
    let highest = 0;
    for (const [category, threshold] of thresholds) {
      const found = best.get(category);
      if (!found || found.score / 100 < threshold) continue;
      reached.push(`${category} (${writeScore(found.score)})`);
      highest = Math.max(highest, found.score);
      if (!found.scan) continue;
      for (const pattern of found.patterns) {
        // What is found beyond what is shown need not be looked for.
        if (moderation[pattern]?.category !== category || evidence.length >= limits.maxEvidence) continue;
        for (const { start, end } of set.spans(found.scan.normalised.text, pattern)) {
          const place = toOriginalSpan(found.scan, start, end);
          evidence.push({ ...place, category, score: (moderation[pattern]?.weight ?? 0) / 100 });
          if (evidence.length >= limits.maxEvidence) break;
        }
      }
    }
    if (reached.length === 0) return nothing;
    return {
      count: reached.length,
      categories: reached.join(", "),
      severity: severityOf(highest),
      skipped: "",
      evidence: evidence.slice(0, limits.maxEvidence),
    };
  };
  return {
    reads: need ? ["classifierResults"] : [],
    ...(need ? { classifies: need } : {}),
    passing: nothing,
    listens: (pattern, plan) => plan.moderation[pattern] !== undefined,
    run,
  };
};

/** Two digits after the point. */
const writeScore = (score: number): string => (score >= 100 ? "1.00" : `0.${String(score).padStart(2, "0")}`);

function severityOf(score: number): Severity {
  let severity: Severity = "low";
  for (const name of severityValues) if (score >= scoring.severityScores[name]) severity = name;
  return severity;
}
