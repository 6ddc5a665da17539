import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { defaultOptions, type LinearModel, marginOfRow, trainLinear } from "./linear";
import { groupOf, type Row, readRows } from "./rows";

/**
 * Trains the linear model of the injection scan on `injection.jsonl` of a folder and writes it as data.
 * Validation leaves one source out at a time; the score is calibrated on those margins, never on rows trained on.
 */
const { values } = parseArgs({
  options: { data: { type: "string" }, out: { type: "string" }, margins: { type: "string" } },
});
if (!values.data) {
  console.error("usage: main.ts --data <folder> [--out <model.json>] [--margins <file.jsonl>]");
  process.exit(2);
}

const options = defaultOptions;
const rows = readRows(values.data, options.bits);
const groups = rows.map(groupOf);
const unseen = new Float64Array(rows.length);
for (const group of new Set(groups)) {
  const model = trainLinear(
    rows.filter((_, index) => groups[index] !== group),
    options,
  );
  rows.forEach((row, index) => {
    if (groups[index] === group) unseen[index] = marginOfRow(model, row);
  });
}
const model = trainLinear(rows, options);
const seen = Float64Array.from(rows, (row) => marginOfRow(model, row));

const { slope, offset } = calibrate(rows, unseen);
report("sources left out", unseen);
report("rows trained on", seen);
if (values.margins)
  writeFileSync(
    values.margins,
    rows.map((_, i) => `${JSON.stringify([scoreOf(unseen[i] ?? 0), scoreOf(seen[i] ?? 0)])}\n`).join(""),
  );
if (values.out) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(quantise(model))}\n`);
}

function scoreOf(margin: number): number {
  return Math.floor(100 / (1 + Math.exp(-(slope * margin + offset))));
}

/** Platt's scaling: how a margin of a text from an unseen source becomes a chance; attacks and others weigh the same. */
function calibrate(list: readonly Row[], margins: Float64Array): { slope: number; offset: number } {
  const taken = list.flatMap(({ isAttack, tier }, i) =>
    tier === "semantic" || tier === "obfuscated" || !Number.isFinite(margins[i] ?? Number.NaN)
      ? []
      : [{ isAttack, margin: margins[i] ?? 0 }],
  );
  const attacks = taken.filter(({ isAttack }) => isAttack).length;
  let [a, b] = [1, 0];
  for (let round = 0; round < 4000; round++) {
    let [da, db] = [0, 0];
    for (const { isAttack, margin } of taken) {
      const error = 1 / (1 + Math.exp(-(a * margin + b))) - (isAttack ? 1 : 0);
      const weight = isAttack ? 0.5 / attacks : 0.5 / (taken.length - attacks);
      da += weight * error * margin;
      db += weight * error;
    }
    a -= 0.5 * da;
    b -= 0.5 * db;
  }
  return { slope: a, offset: b };
}

/** Weights as signed bytes, and for each score from 1 to 100 the least margin that has it. */
function quantise({ weights, bias }: LinearModel): unknown {
  const most = weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
  const unit = most / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / unit));
  const toWhole = (margin: number): number => Math.round((256 * margin) / unit);
  const cuts = Array.from({ length: 99 }, (_, i) => {
    const chance = (i + 1) / 100;
    return toWhole((Math.log(chance / (1 - chance)) - offset) / slope);
  });
  return {
    name: "injection",
    bits: options.bits,
    bias: toWhole(bias),
    cuts,
    weights: Buffer.from(bytes.buffer).toString("base64"),
  };
}

function report(title: string, margins: Float64Array): void {
  console.log(`\n${title}: share with a score of at least 50, 70, 80, 90, 95`);
  const tiers = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const key = `${row.isAttack ? "attack" : "benign"} ${row.tier}`;
    tiers.set(key, [...(tiers.get(key) ?? []), scoreOf(margins[i] ?? 0)]);
  });
  for (const [tier, scores] of [...tiers].sort())
    console.log(
      `  ${tier.padEnd(24)} ${String(scores.length).padStart(5)} ${[50, 70, 80, 90, 95]
        .map((least) =>
          ((100 * scores.filter((score) => score >= least).length) / scores.length).toFixed(1).padStart(6),
        )
        .join("")}`,
    );
}
