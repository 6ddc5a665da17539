import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { combineWeights } from "../../../packages/core/src/detect/combine-weights";
import { type InjectionScore, injectionFamilies, learnedFamily } from "../../../packages/core/src/detect/injection";
import { scoring } from "../../../packages/core/src/gen/text-tables";
import { createStageScorer, stageNames } from "../own/stages";

/**
 * What each part of the injection scan adds, by tier: phrases, structure, normalisation with further readings, the learned model. With
 * `--margins` (written by `slots.ts`) the learned scores are those of models that had not seen the row's source; without,
 * those of the shipped model, which has seen the rows of `injection.jsonl`.
 */
const { values } = parseArgs({
  options: { data: { type: "string" }, own: { type: "string" }, margins: { type: "string" } },
});
if (!values.data) {
  console.error("usage: ablations.ts --data <folder> [--own <conversations.jsonl>] [--margins <file.jsonl>]");
  process.exit(2);
}

interface Line {
  readonly text: string;
  readonly label: string;
  readonly tier: string;
  readonly lang: string;
  readonly toolResult?: unknown;
}

const scoreOf = createStageScorer();
const threshold = scoring.severityScores.medium;
const learned = injectionFamilies.indexOf(learnedFamily);

report(join(values.data, "injection.jsonl"), values.margins);
report(join(values.data, "injection_obfuscated.jsonl"));
if (values.own) report(values.own);

function report(path: string, margins?: string): void {
  const lines = readLines<Line>(path);
  const unseen = margins
    ? new Map(readLines<[number, string]>(margins).map(([score, text]) => [text, score]))
    : undefined;
  const tally = new Map<string, number[]>();
  lines.forEach((line) => {
    const found = judge(line, unseen?.get(line.text));
    const keys = [`${line.label} ${line.tier}`];
    if (line.tier === "explicit") keys.push(`${line.label} ${line.tier}, ${line.lang === "en" ? "English" : "others"}`);
    for (const key of keys) {
      const row = tally.get(key) ?? [0, ...stageNames.map(() => 0)];
      row[0] = (row[0] ?? 0) + 1;
      found.forEach((hit, part) => {
        row[part + 1] = (row[part + 1] ?? 0) + (hit ? 1 : 0);
      });
      tally.set(key, row);
    }
  });
  console.log(
    `\n${path}${margins ? " (learned: sources left out)" : ""}\n${"".padEnd(30)} rows${stageNames.map((part) => part.padStart(13)).join("")}`,
  );
  for (const [key, [rows = 0, ...hits]] of [...tally].sort())
    console.log(
      `${key.padEnd(30)}${String(rows).padStart(5)}${hits.map((hit) => `${((100 * hit) / rows).toFixed(1)} %`.padStart(13)).join("")}`,
    );
}

/** Whether the row reaches medium with each part added to the ones before. */
function judge(line: Line, unseen: number | undefined): boolean[] {
  const texts = [line.text];
  // A planted order counts where it stands: in what the tool gave back.
  if (line.toolResult !== undefined)
    texts.push(typeof line.toolResult === "string" ? line.toolResult : JSON.stringify(line.toolResult));
  const staged = texts.map((value) => {
    const { scores, unlearned } = scoreOf(value);
    return unseen === undefined ? scores : [...scores.slice(0, -1), addLearned(unlearned, unseen)];
  });
  return stageNames.map((_, stage) => staged.some((scores) => (scores[stage] ?? 0) >= threshold));
}

function addLearned({ families }: InjectionScore, score: number): number {
  const band = scoring.modelWeights.find((row) => score >= row.score);
  return combineWeights(band ? new Map([...families, [learned, band.weight]]) : families);
}

function readLines<T>(path: string): T[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
