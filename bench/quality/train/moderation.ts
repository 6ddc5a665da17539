import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createFeatureReader } from "../../../packages/core/src/detect/learned-features";
import { normaliseText } from "../../../packages/core/src/match/index";
import { calibrate, chanceOf } from "./calibrate";
import { defaultOptions, marginOfRow, trainLinear } from "./linear";
import { quantiseModel } from "./quantise";
import { listWindows, type Row } from "./rows";

/**
 * Trains one small linear model for each judged category of `moderation.jsonl`, beside the benign texts of `injection.jsonl`, and
 * writes `moderation_<category>.json` where the model ranks unseen texts well enough (`leastAuc`). Scores are calibrated on five
 * folds, never on texts trained on.
 */
const { values } = parseArgs({ options: { data: { type: "string" }, out: { type: "string" } } });
if (!values.data) {
  console.error("usage: moderation.ts --data <folder> [--out <folder>]");
  process.exit(2);
}

/** A category of ours, and the labels that speak for it. */
const labelsOf: Readonly<Record<string, readonly string[]>> = {
  hate: ["hate", "hate_threatening"],
  harassment: ["harassment"],
  sexual: ["sexual"],
  violence: ["violence", "violence_graphic", "hate_threatening"],
  self_harm: ["self_harm"],
};
const folds = 5;
/** Below this a model of so few texts is no help beside the phrases. */
const leastAuc = 0.8;
const options = {
  ...defaultOptions,
  bits: 12,
  minRows: 3,
  shrink: 2e-4,
  epochs: 15,
  dropped: 0,
  averaged: 1,
  rarity: 0,
  kept: Number.POSITIVE_INFINITY,
};

const read = createFeatureReader(options.bits);

interface Line {
  readonly text: string;
  readonly lang?: string;
  readonly label?: string;
  readonly labels?: readonly string[];
  readonly judged?: readonly string[];
}

const readLines = (name: string): Line[] =>
  readFileSync(join(values.data ?? "", name), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

const asRow = ({ text, lang = "" }: Line, isAttack: boolean): Row => ({
  isAttack,
  tier: isAttack ? "explicit" : "ordinary",
  lang,
  source: "moderation",
  technique: "",
  text,
  windows: listWindows(normaliseText(text).text, read),
});

const lines = readLines("moderation.jsonl");
const innocent = readLines("injection.jsonl").filter(({ label }) => label === "benign");
const others = innocent.map((line) => asRow(line, false));
for (const [category, labels] of Object.entries(labelsOf)) {
  const judged = lines.filter((line) => labels.some((label) => line.judged?.includes(label)));
  const rows = judged.map((line) =>
    asRow(
      line,
      labels.some((label) => line.labels?.includes(label)),
    ),
  );
  const unseen = new Float64Array(rows.length);
  const unseenOthers = new Float64Array(others.length);
  for (let fold = 0; fold < folds; fold++) {
    const isTaught = (_: Row, index: number): boolean => index % folds !== fold;
    const model = trainLinear([...rows.filter(isTaught), ...others.filter(isTaught)], options);
    rows.forEach((row, index) => {
      if (index % folds === fold) unseen[index] = marginOfRow(model, row);
    });
    others.forEach((row, index) => {
      if (index % folds === fold) unseenOthers[index] = marginOfRow(model, row);
    });
  }
  // A text that is one of three hundred should not count as much as one of three: every text weighs the same.
  const calibration = calibrate(
    rows.map(({ isAttack }, i) => ({ isAttack, margin: unseen[i] ?? 0, weight: 1 / rows.length })),
    { rate: 1, rounds: 3000 },
  );
  const chance = (margin: number): number => chanceOf(margin, calibration);
  const hits = rows.filter((row, i) => row.isAttack && chance(unseen[i] ?? 0) >= 0.5).length;
  const wrong = rows.filter((row, i) => !row.isAttack && chance(unseen[i] ?? 0) >= 0.5).length;
  const wrongOthers = unseenOthers.filter((margin) => chance(margin) >= 0.5).length;
  const auc = measureAuc(rows, unseen);
  console.log(
    `${category}: ${rows.length} texts, ${rows.filter((row) => row.isAttack).length} of it; unseen folds: found ${hits}, wrongly ${wrong}, of ${others.length} others ${wrongOthers}, AUC ${auc.toFixed(3)}`,
  );
  if (values.out && auc >= leastAuc) {
    const { bias, cuts, weightBits, weights } = quantiseModel(trainLinear([...rows, ...others], options), calibration);
    const name = `moderation_${category}`;
    writeFileSync(
      join(values.out, `${name}.json`),
      `${JSON.stringify({ name, bits: options.bits, bias, cuts, weightBits, weights })}\n`,
    );
  }
}

function measureAuc(rows: readonly Row[], margins: Float64Array): number {
  const [hits, others] = [true, false].map((wanted) =>
    rows.flatMap(({ isAttack }, i) => (isAttack === wanted ? [margins[i] ?? 0] : [])),
  ) as [number[], number[]];
  let won = 0;
  for (const a of hits) for (const b of others) won += a > b ? 1 : a === b ? 0.5 : 0;
  return won / (hits.length * others.length);
}
