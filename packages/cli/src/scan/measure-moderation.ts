import { compile, evaluate } from "@holdpoint/core";
import type { LabelledRow } from "./measure";

export interface ModerationQuality {
  readonly category: string;
  /** Texts judged for this category, and those of it. */
  readonly rows: number;
  readonly positives: number;
  readonly found: number;
  readonly wrong: number;
  readonly precision: number;
  readonly recall: number;
  /** How often a text of the category scores higher than one that is not; 0.5 is chance. */
  readonly auc: number;
}

/** A category of ours, and the labels of labelled files that speak for it. */
const labelsOf: Readonly<Record<string, readonly string[]>> = {
  hate: ["hate", "hate_threatening"],
  harassment: ["harassment"],
  sexual: ["sexual"],
  sexual_minors: ["sexual_minors"],
  violence: ["violence", "violence_graphic", "hate_threatening"],
  self_harm: ["self_harm"],
  illicit: ["illicit"],
  weapons: ["weapons"],
};
const thresholdOf = (category: string): number => (category === "sexual_minors" ? 30 : 50);

/** Precision, recall and AUC of each category that some text was judged for; thresholds are the defaults of the policy type. */
export function measureModeration(rows: readonly LabelledRow[], learned = true): ModerationQuality[] {
  const score = createScorer(learned);
  const scored = rows.map((row) => ({ row, scores: score(row.text) }));
  return Object.entries(labelsOf).flatMap(([category, labels]) => {
    const judged = scored.filter(({ row }) => labels.some((label) => row.judged?.includes(label)));
    const [of, other] = [true, false].map((wanted) =>
      judged
        .filter(({ row }) => labels.some((label) => row.labels?.includes(label)) === wanted)
        .map(({ scores }) => scores.get(category) ?? 0),
    ) as [number[], number[]];
    if (of.length === 0) return [];
    const found = of.filter((value) => value >= thresholdOf(category)).length;
    const wrong = other.filter((value) => value >= thresholdOf(category)).length;
    return [
      {
        category,
        rows: judged.length,
        positives: of.length,
        found,
        wrong,
        precision: found + wrong === 0 ? 1 : found / (found + wrong),
        recall: found / of.length,
        auc: measureAuc(of, other),
      },
    ];
  });
}

/** How many of the texts that ask for harm (or, `false`, only sound like it) are flagged in any category. */
export function measureRequests(rows: readonly LabelledRow[], unsafe: boolean): { rows: number; flagged: number } {
  const score = createScorer(true);
  const asked = rows.filter(
    ({ judged, labels }) => judged?.includes("unsafe_request") && (labels ?? []).includes("unsafe_request") === unsafe,
  );
  const isFlagged = ({ text }: LabelledRow): boolean =>
    [...score(text)].some(([category, value]) => value >= thresholdOf(category));
  return { rows: asked.length, flagged: asked.filter(isFlagged).length };
}

/** Every score of a text, read from the message of a policy whose thresholds are next to nothing. */
function createScorer(learned: boolean): (text: string) => Map<string, number> {
  const categories = Object.fromEntries(Object.keys(labelsOf).map((name) => [name, 0.01]));
  const rule = { categories, learned };
  const compiled = compile([
    { id: "m", policyType: "content_moderation", enforcementMode: "monitor", ruleDefinition: rule },
  ]);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  return (input) => {
    const { violations } = evaluate(compiled.plan, { agentId: "m", input }, { read: () => 0 }, () => 0);
    const found = [...(violations[0]?.message ?? "").matchAll(/(\w+) \((\d)\.(\d\d)\)/g)];
    return new Map(found.map(([, name = "", whole, part]) => [name, Number(whole) * 100 + Number(part)]));
  };
}

function measureAuc(of: readonly number[], other: readonly number[]): number {
  let won = 0;
  for (const a of of) for (const b of other) won += a > b ? 1 : a === b ? 0.5 : 0;
  return of.length * other.length === 0 ? 0.5 : won / (of.length * other.length);
}
