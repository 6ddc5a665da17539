import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { countDoublings, readSlotUnits, slotFeatures } from "../../../packages/core/src/detect/slots";
import { normaliseText } from "../../../packages/core/src/match/index";
import { calibrate, scoreOf, weighEvenly } from "./calibrate";
import { createRandom } from "./linear";
import { quantiseModel, readCuts } from "./quantise";
import { corpusSource, groupOf, type LabelledText, readGiven, readOwn, teaches } from "./texts";

/**
 * Trains what pairs of slots weigh (SPECIFICATION T-64) on `injection.jsonl` of a folder and our own texts. Validation leaves out
 * one source, or one own set, at a time (halves a and b together). The score is that of both models together: it is calibrated on
 * these margins with those of `main.ts --margins` added, for which a margin of 1 is `one` of `main.ts --out`.
 */
const { values } = parseArgs({
  options: {
    data: { type: "string" },
    innocent: { type: "string" },
    letters: { type: "string" },
    model: { type: "string" },
    out: { type: "string" },
    margins: { type: "string" },
  },
});
if (!values.data || !values.letters || !values.model) {
  console.error(
    "usage: slots.ts --data <folder> --letters <margins.jsonl> --model <model.json> [--innocent <texts.jsonl>] [--out <weights.json>] [--margins <file.jsonl>]",
  );
  process.exit(2);
}

interface Row extends LabelledText {
  readonly units: readonly Int32Array[];
}

interface Model {
  readonly weights: Float64Array;
  readonly bias: number;
}

/** Of what slots say so much counts, beside the letters' whole: at the same false alarms more than seven tenths, or than three. */
const share = 0.4;
const epochs = 30;
const rate = 0.3;
const shrink = 2e-4;

const readUnits = (text: string): Int32Array[] =>
  readSlotUnits(normaliseText(text).text).map(({ features }) => Int32Array.from(features));

const rows: Row[] = [...readOwn(), ...readGiven(values.data, values.innocent)]
  .filter(({ source }) => source !== corpusSource)
  .map((row) => ({ ...row, units: readUnits(row.text) }));

/** What `main.ts` said of a text when its source was left out. */
const letters = new Map(
  readFileSync(values.letters, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as [number, string])
    .map(([margin, text]) => [text, margin]),
);
const { one: oneOfLetters } = JSON.parse(readFileSync(values.model, "utf8")) as { one: number };

const unseen = new Float64Array(rows.length);
for (const group of new Set(rows.map(groupOf))) {
  const model = train(rows.filter((row) => groupOf(row) !== group && teaches(row)));
  rows.forEach((row, index) => {
    if (groupOf(row) === group) unseen[index] = marginOfRow(model, row, share) + (letters.get(row.text) ?? Number.NaN);
  });
}
const model = train(rows.filter(teaches));
const calibration = calibrate(
  weighEvenly(
    rows.flatMap((row, i) =>
      teaches(row) && Number.isFinite(unseen[i]) ? [{ isAttack: row.isAttack, margin: unseen[i] ?? 0 }] : [],
    ),
  ),
  { rate: 0.1, rounds: 4000 },
);
report();
if (values.margins)
  writeFileSync(
    values.margins,
    rows.map(({ text }, i) => `${JSON.stringify([scoreOf(unseen[i] ?? 0, calibration), text])}\n`).join(""),
  );
if (values.out) {
  const { bias, one: whole, weights } = quantiseModel(model, calibration);
  const one = Math.round(whole / share);
  const cuts = readCuts(calibration, (margin) => Math.round(256 * margin));
  writeFileSync(values.out, `${JSON.stringify({ bias, one, oneOfLetters, cuts, weights })}\n`);
}

function marginIn({ weights, bias }: Model, unit: Int32Array): number {
  let sum = 0;
  for (const feature of unit) sum += weights[feature] ?? 0;
  return sum / Math.sqrt(unit.length) + bias;
}

function marginOfRow(trained: Model, { units }: Row, part = 1): number {
  if (units.length === 0) return part * trained.bias;
  const most = units.reduce((best, unit) => Math.max(best, marginIn(trained, unit)), Number.NEGATIVE_INFINITY);
  return part * most - countDoublings(units.length);
}

/** Logistic regression by AdaGrad: all units of an innocent row; of an attack the one that looks most like one so far. */
function train(taught: readonly Row[]): Model {
  const trained = { weights: new Float64Array(slotFeatures), bias: -1 };
  const squares = new Float64Array(slotFeatures).fill(1e-2);
  const random = createRandom();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const lessons = taught.flatMap(({ isAttack, units }) => {
      if (!isAttack) return units.map((unit) => ({ unit, target: 0, weight: 1 / Math.sqrt(units.length) }));
      if (epoch === 0) return units.map((unit) => ({ unit, target: 1, weight: 1.5 / units.length }));
      const best = units.reduce<Int32Array | undefined>(
        (most, unit) => (most && marginIn(trained, most) >= marginIn(trained, unit) ? most : unit),
        undefined,
      );
      return best ? [{ unit: best, target: 1, weight: 1.5 }] : [];
    });
    for (let i = lessons.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [lessons[i], lessons[j]] = [lessons[j] as (typeof lessons)[0], lessons[i] as (typeof lessons)[0]];
    }
    for (const { unit, target, weight } of lessons) {
      const error = (1 / (1 + Math.exp(-marginIn(trained, unit))) - target) * weight;
      if (Math.abs(error) < 1e-3) continue;
      trained.bias -= 0.02 * error;
      const factor = 1 / Math.sqrt(unit.length);
      for (const feature of unit) {
        const old = trained.weights[feature] ?? 0;
        const gradient = error * factor + shrink * old;
        const square = (squares[feature] ?? 0) + gradient * gradient;
        squares[feature] = square;
        trained.weights[feature] = old - (rate * gradient) / Math.sqrt(square);
      }
    }
  }
  return trained;
}

function report(): void {
  const cuts = [80, 85, 90, 93, 95, 96, 97, 98, 99];
  console.log(`sources left out: share with a score of at least ${cuts.join(", ")}`);
  const groups = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const own = row.source.startsWith("own");
    const lang = row.lang === "en" ? "English" : row.lang === "" ? "structure" : "others";
    const key = `${row.isAttack ? "attack" : "benign"} ${own ? `${row.source} ${lang}` : row.tier}`;
    groups.set(key, [...(groups.get(key) ?? []), scoreOf(unseen[i] ?? 0, calibration)]);
    if (own) {
      const all = `${row.isAttack ? "attack" : "benign"} own, all ${lang}`;
      groups.set(all, [...(groups.get(all) ?? []), scoreOf(unseen[i] ?? 0, calibration)]);
    }
  });
  for (const [key, scores] of [...groups].sort())
    console.log(
      `  ${key.padEnd(34)} ${String(scores.length).padStart(5)} ${cuts
        .map((least) =>
          ((100 * scores.filter((score) => score >= least).length) / scores.length).toFixed(1).padStart(6),
        )
        .join("")}`,
    );
}
