import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  combineWeights,
  type InjectionFilter,
  type InjectionScore,
  injectionFamilies,
  learnedFamily,
  listInjectionPatterns,
  obfuscationFamily,
  scoreInjection,
} from "../../../packages/core/src/detect/injection";
import { scanText } from "../../../packages/core/src/detect/text-scan";
import { scoring } from "../../../packages/core/src/gen/text-tables";
import { compileSet, type PatternSet } from "../../../packages/core/src/match/index";

/**
 * What each part of the injection scan adds, by tier: phrases, structure, further readings, the learned model. With
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

const filter: InjectionFilter = { languages: [], structural: true, learned: true };
const patterns = listInjectionPatterns([filter]);
const compiled = compileSet(patterns.map(({ source }) => source));
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const set: PatternSet = compiled.set;
const signals = patterns.map(({ signal }) => signal);
const accepts = (): boolean => true;
const threshold = scoring.severityScores.medium;
const learned = injectionFamilies.indexOf(learnedFamily);
const obfuscation = injectionFamilies.indexOf(obfuscationFamily);

const parts = ["phrases", "+ structure", "+ readings", "+ learned"] as const;

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
      const row = tally.get(key) ?? [0, ...parts.map(() => 0)];
      row[0] = (row[0] ?? 0) + 1;
      found.forEach((hit, part) => {
        row[part + 1] = (row[part + 1] ?? 0) + (hit ? 1 : 0);
      });
      tally.set(key, row);
    }
  });
  console.log(
    `\n${path}${margins ? " (learned: sources left out)" : ""}\n${"".padEnd(30)} rows${parts.map((part) => part.padStart(13)).join("")}`,
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
  const scores = texts.map((value) => {
    const scan = scanText({ role: "input", path: "/input", value }, set);
    const of = (changes: Partial<InjectionFilter>): InjectionScore =>
      scoreInjection(scan, { set, signals, filter: { ...filter, ...changes }, accepts });
    const readings = of({ learned: false });
    const withModel = unseen === undefined ? of({}).score : addLearned(readings, unseen);
    return [asWritten(of({ structural: false, learned: false })), asWritten(readings), readings.score, withModel];
  });
  return parts.map((_, part) => scores.some((score) => (score[part] ?? 0) >= threshold));
}

/** The score of what the text itself shows. */
function asWritten({ patterns: found }: InjectionScore): number {
  const families = new Map<number, number>();
  for (const index of found) {
    const signal = signals[index];
    if (signal && signal.family !== obfuscation)
      families.set(signal.family, Math.max(signal.weight, families.get(signal.family) ?? 0));
  }
  return combineWeights(families);
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
