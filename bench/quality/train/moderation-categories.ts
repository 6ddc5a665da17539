import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createFeatureReader } from "../../../packages/core/src/detect/learned-features";
import { normaliseText } from "../../../packages/core/src/match/index";
import { calibrate, weighEvenly } from "./calibrate";
import { defaultOptions, type LinearModel, marginOfRow, trainLinear } from "./linear";
import {
  type ModerationText,
  readInnocent,
  readInnocentCorpus,
  readJudged,
  readOwnTexts,
  taughtCategories,
} from "./moderation-texts";
import { quantiseSparsely } from "./quantise";
import { listWindows, type Row } from "./rows";

/**
 * Trains small linear models of categories from texts that strangers wrote, pairs of a harmful line and its innocent twins, plain statements about groups
 * and composed texts. **None of them ships** (decision `moderation-first-line`): they take how one speaks, and of whom, for what one says. Groups of texts
 * that people wrote are left out in turn, each with a half of the innocent texts of `injection.jsonl`: from what models that have not seen them
 * say, score 50 is put where so few innocent ones reach it. Rows are never printed.
 */
const { values } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string" },
    /** Categories, commas between; `all` for all seven. */
    only: { type: "string", default: "all" },
  },
});
if (!values.data) {
  console.error("usage: moderation-categories.ts --data <folder> [--out <folder>] [--only <categories>]");
  process.exit(2);
}

/** Score 50 is reached by at most such a share: of innocent texts near the subject, and of all others. */
const mostNear = 0.003;
const mostFar = 0.0004;
const step = 0.1;
const options = { ...defaultOptions, bits: 18, epochs: 12, kept: 12_000, minRows: 3 };
const leftOut = ["own sets", "en-written", "far-written", "pairs-en", "pairs-far"];

const read = createFeatureReader(options.bits);
const windows = new Map<ModerationText, Row["windows"]>();
const asRow = (text: ModerationText, isAttack: boolean): Row => {
  const known = windows.get(text) ?? listWindows(normaliseText(text.text).text, read);
  windows.set(text, known);
  return {
    isAttack,
    tier: isAttack ? "explicit" : "ordinary",
    lang: text.lang,
    source: "",
    technique: "",
    text: text.text,
    windows: known,
  };
};

const own = readOwnTexts();
const innocent = readInnocent(values.data);
const all = [...own, ...readJudged(values.data), ...innocent, ...readInnocentCorpus()];
const isHarm = ({ labels }: ModerationText): boolean => labels.some((label) => Object.hasOwn(taughtCategories, label));

/** The texts that teach a category: what is near it is no counterexample. */
function rowsFor(category: string, texts: readonly ModerationText[]): Row[] {
  const near = taughtCategories[category] ?? [];
  return texts.flatMap((text) => {
    const isOf = text.labels.includes(category);
    const mayBe = text.judged
      ? isHarm(text) && !text.judged.includes(category)
      : text.labels.some((one) => near.includes(one));
    return isOf || !mayBe ? [asRow(text, isOf)] : [];
  });
}

interface Unseen {
  readonly text: ModerationText;
  readonly margins: Readonly<Record<string, number>>;
}

const categories = Object.keys(taughtCategories).filter(
  (category) => values.only === "all" || values.only.split(",").includes(category),
);
const groups = leftOut.filter((name) => own.some(({ group }) => group === name));
const unseen: Unseen[] = groups.flatMap((group, index) => {
  const isLeftOut = (text: ModerationText): boolean => text.group === group || text.group === `innocent ${index % 2}`;
  const taught = all.filter((text) => !isLeftOut(text));
  const models = categories.map((category) => [category, trainLinear(rowsFor(category, taught), options)] as const);
  // Each half of the innocent texts is judged once.
  const judged = all.filter((text) => text.group === group || (index < 2 && isLeftOut(text)));
  return judged.map((text) => ({ text, margins: marginsOf(text, models) }));
});

function marginsOf(text: ModerationText, models: readonly (readonly [string, LinearModel])[]): Record<string, number> {
  return Object.fromEntries(models.map(([category, model]) => [category, marginOfRow(model, asRow(text, true))]));
}

/** The margin that at most such a share of texts goes beyond. */
function cutOf(category: string, texts: readonly Unseen[], share: number): number {
  const margins = texts.map((one) => one.margins[category] ?? 0).sort((a, b) => b - a);
  return margins[Math.floor(margins.length * share)] ?? 0;
}

const near = unseen.filter(({ text }) => !isHarm(text) && !text.group.startsWith("innocent"));
const far = unseen.filter(({ text }) => text.group.startsWith("innocent"));
const cuts = new Map(
  categories.map((category) => [
    category,
    Math.max(cutOf(category, near, mostNear), cutOf(category, far, mostFar)) + 1e-6,
  ]),
);
const reaches = ({ margins }: Unseen, category: string): boolean =>
  (margins[category] ?? 0) >= (cuts.get(category) ?? 0);
const share = (texts: readonly Unseen[], test: (one: Unseen) => boolean): string =>
  `${texts.filter(test).length} of ${texts.length}`;

for (const category of categories) {
  const ofIt = unseen.filter(({ text }) => text.labels.includes(category));
  const [english, others] = [true, false].map((isEnglish) =>
    share(
      ofIt.filter(({ text }) => (text.lang === "en") === isEnglish),
      (one) => reaches(one, category),
    ),
  );
  console.log(
    `${category}: found ${english} in English, ${others} in other languages; wrongly ${share(near, (one) => reaches(one, category))} near, ${share(far, (one) => reaches(one, category))} far`,
  );
}
const any = (one: Unseen): boolean => categories.some((category) => reaches(one, category));
console.log(
  `any: harmful ${share(
    unseen.filter(({ text }) => isHarm(text)),
    any,
  )}; innocent ${share(near, any)} near, ${share(far, any)} far`,
);

for (const category of values.out ? categories : []) {
  const seen = unseen.filter(({ text }) => text.labels.includes(category) || !isHarm(text));
  const { slope } = calibrate(
    weighEvenly(
      seen.map(({ text, margins }) => ({ isAttack: text.labels.includes(category), margin: margins[category] ?? 0 })),
    ),
    { rate: 1, rounds: 3000 },
  );
  const calibration = { slope, offset: -slope * (cuts.get(category) ?? 0) };
  const model = trainLinear(rowsFor(category, all), options);
  const { bias, cuts: scores, weightBits, weights, gaps } = quantiseSparsely(model, calibration, step);
  const name = `moderation_${category}`;
  writeFileSync(
    join(values.out ?? "", `${name}.json`),
    `${JSON.stringify({ name, bits: options.bits, bias, cuts: scores, weightBits, gaps, weights })}\n`,
  );
}
