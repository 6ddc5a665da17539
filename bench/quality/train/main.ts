import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { createFeatureReader } from "../../../packages/core/src/detect/learned-features";
import { normaliseText } from "../../../packages/core/src/match/index";
import { calibrate, scoreOf, weighEvenly } from "./calibrate";
import { defaultOptions, marginOfRow, trainLinear } from "./linear";
import { quantiseSparsely } from "./quantise";
import { listWindows } from "./rows";
import { corpusSource, groupOf, readCorpus, readGiven, readOwn, teaches } from "./texts";

/**
 * Trains the linear model of the injection scan on `injection.jsonl` of a folder, on our own texts and on `corpus/`, and writes it
 * as data. Validation leaves sources out; the score is calibrated on those margins, never on rows trained on. `slots.ts` reads the
 * margins (`--margins`: margin less three quarters of one for each doubling of the blocks, and text), since both are weighed together.
 */
const { values } = parseArgs({
  options: {
    data: { type: "string" },
    innocent: { type: "string" },
    out: { type: "string" },
    margins: { type: "string" },
  },
});
if (!values.data) {
  console.error(
    "usage: main.ts --data <folder> [--innocent <texts.jsonl>] [--out <model.json>] [--margins <file.jsonl>]",
  );
  process.exit(2);
}

const options = defaultOptions;
/** As coarse as costs nothing that can be measured. */
const step = 1;
const read = createFeatureReader(options.bits);
const rows = [...readGiven(values.data, values.innocent), ...readOwn(), ...readCorpus()].map((row) => ({
  ...row,
  windows: listWindows(normaliseText(row.text).text, read),
}));

const unseen = new Float64Array(rows.length).fill(Number.NaN);
for (const group of new Set(rows.filter(({ source }) => source !== corpusSource).map(groupOf))) {
  const model = trainLinear(
    rows.filter((row) => row.source === corpusSource || groupOf(row) !== group),
    options,
  );
  rows.forEach((row, index) => {
    if (row.source !== corpusSource && groupOf(row) === group && row.windows.length > 0)
      unseen[index] = marginOfRow(model, row);
  });
}
const model = trainLinear(rows, options);

const calibration = calibrate(
  weighEvenly(
    rows.flatMap((row, i) =>
      teaches(row) && Number.isFinite(unseen[i]) ? [{ isAttack: row.isAttack, margin: unseen[i] ?? 0 }] : [],
    ),
  ),
  { rate: 0.5, rounds: 4000 },
);
report();
if (values.margins)
  writeFileSync(
    values.margins,
    rows
      .flatMap(({ text, windows }, i) => {
        const margin = (unseen[i] ?? Number.NaN) - 0.75 * Math.floor(Math.log2(windows.length));
        return Number.isFinite(margin) ? [`${JSON.stringify([margin, text])}\n`] : [];
      })
      .join(""),
  );
if (values.out) {
  mkdirSync(dirname(values.out), { recursive: true });
  const data = quantiseSparsely(model, calibration, step);
  writeFileSync(values.out, `${JSON.stringify({ name: "injection", bits: options.bits, ...data })}\n`);
}

function report(): void {
  console.log("sources left out: share with a score of at least 50, 70, 80, 90, 95");
  const tiers = new Map<string, number[]>();
  rows.forEach((row, i) => {
    if (!Number.isFinite(unseen[i])) return;
    const own = row.source.startsWith("own") ? `own ${row.lang === "en" ? "English" : "others"}` : row.tier;
    const key = `${row.isAttack ? "attack" : "benign"} ${own}`;
    tiers.set(key, [...(tiers.get(key) ?? []), scoreOf(unseen[i] ?? 0, calibration)]);
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
