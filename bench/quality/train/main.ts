import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { calibrate, scoreOf, weighEvenly } from "./calibrate";
import { defaultOptions, marginOfRow, trainLinear } from "./linear";
import { quantiseModel } from "./quantise";
import { groupOf, readRows } from "./rows";

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

const calibration = calibrate(
  weighEvenly(
    rows.flatMap(({ isAttack, tier }, i) =>
      tier === "semantic" || tier === "obfuscated" || !Number.isFinite(unseen[i] ?? Number.NaN)
        ? []
        : [{ isAttack, margin: unseen[i] ?? 0 }],
    ),
  ),
  { rate: 0.5, rounds: 4000 },
);
report("sources left out", unseen);
report("rows trained on", seen);
if (values.margins)
  writeFileSync(
    values.margins,
    rows
      .map((_, i) => `${JSON.stringify([scoreOf(unseen[i] ?? 0, calibration), scoreOf(seen[i] ?? 0, calibration)])}\n`)
      .join(""),
  );
if (values.out) {
  mkdirSync(dirname(values.out), { recursive: true });
  const { bias, cuts, weights } = quantiseModel(model, calibration);
  writeFileSync(values.out, `${JSON.stringify({ name: "injection", bits: options.bits, bias, cuts, weights })}\n`);
}

function report(title: string, margins: Float64Array): void {
  console.log(`\n${title}: share with a score of at least 50, 70, 80, 90, 95`);
  const tiers = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const key = `${row.isAttack ? "attack" : "benign"} ${row.tier}`;
    tiers.set(key, [...(tiers.get(key) ?? []), scoreOf(margins[i] ?? 0, calibration)]);
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
