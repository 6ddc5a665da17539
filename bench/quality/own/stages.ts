import { combineWeights, raise } from "../../../packages/core/src/detect/combine-weights";
import {
  type InjectionFilter,
  type InjectionScore,
  listInjectionPatterns,
  scoreInjection,
} from "../../../packages/core/src/detect/injection";
import { scanText } from "../../../packages/core/src/detect/text-scan";
import { scoring } from "../../../packages/core/src/gen/text-tables";
import { compileSet } from "../../../packages/core/src/match/index";

/** The parts of the injection scan, each added to those before. Without normalisation a text is matched as it was sent. */
export const stageNames = ["phrases", "+ structure", "+ normalisation", "+ learned"] as const;

export interface StagedScore {
  /** By stage. */
  readonly scores: readonly number[];
  /** What all but the learned part says. */
  readonly unlearned: InjectionScore;
}

/** A function that gives a text's score at each stage. */
export function createStageScorer(): (value: string) => StagedScore {
  const filter: InjectionFilter = { languages: [], structural: true, learned: true };
  const patterns = listInjectionPatterns([filter]);
  const compiled = compileSet(patterns.map(({ source }) => source));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { set } = compiled;
  const signals = patterns.map(({ signal }) => signal);
  const framed = new Set(["structural", "template"]);
  const asSent = (hits: readonly number[], structural: boolean): number => {
    const families = new Map<number, number>();
    for (const hit of hits) {
      const signal = signals[hit];
      if (signal && (structural || !framed.has(signal.language))) raise(families, signal.family, signal.weight);
    }
    return combineWeights(families);
  };
  return (value) => {
    const hits = set.scan(value);
    const scan = scanText({ role: "input", path: "/input", value }, set);
    const judge = (learned: boolean): InjectionScore =>
      scoreInjection(scan, { set, signals, filter: { ...filter, learned }, accepts: () => true });
    const unlearned = judge(false);
    const scores = [asSent(hits, false), asSent(hits, true), unlearned.score, judge(true).score];
    return { scores, unlearned };
  };
}

/** What is read of a labelled text. */
export interface StagedRow {
  readonly text: string;
  readonly label?: string;
  readonly tier?: string;
}

/** Flagged texts of one tier at each stage. */
export interface TierStages {
  readonly tier: string;
  readonly wanted: boolean;
  readonly rows: number;
  readonly flagged: readonly number[];
}

/** How many attacks and how many innocent texts have a score from `from` on, up to the next. */
export interface ScoreBand {
  readonly severity: string;
  readonly from: number;
  readonly attacks: number;
  readonly innocent: number;
}

/** What each stage flags, and how the last one's scores lie: a score is calibrated where more of it means more attacks. */
export function measureStages(rows: readonly StagedRow[]): {
  readonly tiers: readonly TierStages[];
  readonly bands: readonly ScoreBand[];
} {
  const scoreOf = createStageScorer();
  const tiers = new Map<string, { wanted: boolean; rows: number; flagged: number[] }>();
  const bounds = [["none", 0] as const, ...Object.entries(scoring.severityScores)];
  const bands = bounds.map(([severity, from]) => ({ severity, from, attacks: 0, innocent: 0 }));
  for (const { text, label, tier = "" } of rows) {
    if (label !== "attack" && label !== "benign") continue;
    const wanted = label === "attack";
    const { scores } = scoreOf(text);
    const key = `${wanted ? "" : "not: "}${tier}`;
    const known = tiers.get(key) ?? { wanted, rows: 0, flagged: stageNames.map(() => 0) };
    known.rows++;
    scores.forEach((score, stage) => {
      if (score >= scoring.severityScores.medium) known.flagged[stage] = (known.flagged[stage] ?? 0) + 1;
    });
    tiers.set(key, known);
    const band = bands.findLast(({ from }) => (scores.at(-1) ?? 0) >= from);
    if (band) band[wanted ? "attacks" : "innocent"]++;
  }
  return { tiers: [...tiers].map(([tier, counts]) => ({ tier, ...counts })), bands };
}
