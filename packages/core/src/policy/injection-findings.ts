import { combineWeights, raise } from "../detect/combine-weights";
import { scoreConversation } from "../detect/conversation";
import {
  type InjectionJudge,
  type InjectionScore,
  injectionFamilies,
  injectionLanguages,
  learnedFamily,
  listens,
  locateSignals,
  noInjection,
  scoreInjection,
  severityOfScore,
} from "../detect/injection";
import type { TextScan } from "../detect/text-scan";
import type { Evidence } from "../gen/messages";
import type { InjectionFindings, InjectionScanRule } from "../gen/policy-types";
import { limits } from "../gen/tables";
import { scoring } from "../gen/text-tables";
import { type ClassifierNeed, readScore } from "./classifier-scores";
import {
  type Evaluation,
  isFailure,
  type OperatorFailure,
  type PrepareContext,
  type PreparedOperator,
  type PrepareOperator,
} from "./operator";
import type { PatternPlan } from "./pattern-plan";
import { addUnknown } from "./problems";

/** `injection_findings`: the highest score over the texts that the rule scans. */
export const prepareInjectionFindings: PrepareOperator = (untyped, context) => {
  const { policy, patterns } = context;
  const written = untyped as unknown as InjectionScanRule;
  // A classifier takes the place of the learned model.
  const rule = written.classifier === "" ? written : { ...written, learned: false };
  refuseUnknownLanguages(rule, context);
  patterns.useInjection(rule);
  const own = new Set(
    rule.patterns.map((pattern, index) => addPattern(pattern, `own.${policy.id}.${index}`, patterns.addOwn)),
  );
  const shifted = scoring.severityScores[rule.min_severity] + scoring.sensitivityOffsets[rule.sensitivity];
  // Kept within the scores that a text can have, so that no choice of fields disarms the policy.
  const threshold = Math.min(100, Math.max(1, shifted));
  const roles = new Set<string>([
    ...(rule.scan_input ? ["input", "tool_arg"] : []),
    ...(rule.scan_history ? ["history"] : []),
    ...(rule.scan_tool_results ? ["tool_result"] : []),
    ...(rule.scan_output ? ["output"] : []),
  ]);
  const clean: InjectionFindings = {
    score: 0,
    threshold,
    severity: "low",
    path: "",
    signals: "",
    skipped: "",
    evidence: [],
  };
  const need: ClassifierNeed | undefined =
    rule.classifier === ""
      ? undefined
      : {
          name: rule.classifier,
          isNamed: true,
          label: rule.classifier_label,
          texts: (view) => view.texts.flatMap(({ role, value }) => (roles.has(role) ? [value] : [])),
        };

  const run = (evaluation: Evaluation): InjectionFindings | OperatorFailure => {
    const said = need ? readScore(evaluation.view, policy.id, need) : 0;
    if (typeof said !== "number" && isFailure(said)) {
      // What phrases show stands without any score.
      const found = scan(evaluation, 0, rule);
      return found.score >= threshold ? found : said;
    }
    if (typeof said === "number") return scan(evaluation, said, rule);
    return { ...scan(evaluation, 0, written), skipped: said.skipped };
  };

  /** What texts are judged with, made once for a plan. */
  let lastJudge: InjectionJudge | undefined;
  const judgeWith = ({ set, injection: signals }: PatternPlan, filter: InjectionScanRule): InjectionJudge => {
    if (lastJudge?.filter === filter && lastJudge.set === set && lastJudge.signals === signals) return lastJudge;
    const accepts = (pattern: number): boolean => signals[pattern]?.language !== "own" || own.has(pattern);
    return (lastJudge = { set, signals, filter, accepts });
  };

  const scan = (evaluation: Evaluation, said: number, filter: InjectionScanRule): InjectionFindings => {
    const judge = judgeWith(evaluation.patterns, filter);
    let best: InjectionScore = noInjection;
    let bestScan: TextScan | undefined;
    let path = "";
    let jointEvidence: readonly Evidence[] | undefined;
    const evidence: Evidence[] = [];
    const turns: { scan: TextScan; score: InjectionScore }[] = [];
    const scans = evaluation.scans();
    for (let index = 0; index < scans.length; index++) {
      const scan = scans[index] as TextScan;
      if (!roles.has(scan.text.role)) continue;
      const score = scoreInjection(scan, judge);
      if (scans.length > 1 && (scan.text.role === "input" || scan.text.role === "history")) turns.push({ scan, score });
      if (score === noInjection) continue;
      if (score.score >= threshold) evidence.push(...locateSignals(scan, score, judge));
      if (score.score > best.score) {
        best = score;
        path = scan.text.path;
        bestScan = scan;
      }
    }
    if (turns.length > 1) {
      const joint = scoreConversation(turns, judge);
      if (joint.score > best.score) {
        best = joint;
        path = joint.path;
        if (joint.score >= threshold) evidence.push(...joint.evidence);
        else jointEvidence = joint.evidence;
      }
    }
    const weight = weighScore(said);
    if (weight > 0) {
      const families = new Map(best.families);
      raise(families, injectionFamilies.indexOf(learnedFamily), weight);
      const score = combineWeights(families);
      if (best.score < threshold && score >= threshold)
        evidence.push(...(jointEvidence ?? (bestScan ? locateSignals(bestScan, best, judge) : [])));
      best = { ...best, score, families };
      path ||= evaluation.view.texts.find(({ role }) => roles.has(role))?.path ?? "";
    }
    if (best.score < threshold) return best.score === 0 ? clean : { ...clean, score: best.score };
    return {
      score: best.score,
      threshold,
      severity: severityOfScore(best.score),
      path,
      signals: injectionFamilies.filter((_, family) => best.families.has(family)).join(", "),
      skipped: "",
      evidence: evidence.slice(0, limits.maxEvidence),
    };
  };
  const hears: PreparedOperator["listens"] = (pattern, { injection }) => {
    const signal = injection[pattern];
    return signal !== undefined && listens(rule, signal.language) && (signal.language !== "own" || own.has(pattern));
  };
  return {
    reads: need ? ["classifierResults"] : [],
    passing: clean,
    listens: hears,
    ...(need ? { classifies: need } : {}),
    run,
  };
};

/** What a score from 0 to 1 weighs as evidence: as much as the learned model's of as many hundredths. */
function weighScore(score: number): number {
  const hundredths = Math.floor(100 * score + 0.5);
  return scoring.learnedWeights.find((row) => hundredths >= row.score)?.weight ?? 0;
}

/** A misspelt language would quietly listen to nothing. */
function refuseUnknownLanguages({ languages }: InjectionScanRule, { pointer, problems }: PrepareContext): void {
  languages.forEach((language, index) => {
    if (injectionLanguages.includes(language)) return;
    addUnknown(problems, `${pointer}/ruleDefinition/languages/${index}`, "language", language, injectionLanguages);
  });
}

/** `re:` begins an RE2 pattern; anything else is a phrase: any case, any white space between its words. */
function addPattern(pattern: string, id: string, add: (id: string, source: string, flags: string) => number): number {
  if (pattern.startsWith("re:")) return add(id, pattern.slice(3), "");
  const words = pattern
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return add(id, words.join("\\s+"), "i");
}
