import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import {
  formatGroups,
  formatModeration,
  formatPii,
  formatTable,
  type GroupScore,
  type LabelledRow,
  measureModeration,
  measurePii,
  measureRequests,
  measureTexts,
  type PiiRow,
  percent,
  summarise,
} from "../../packages/cli/src/index";
import { measureHostile } from "./hostile";
import { measureOwn } from "./own/measure";
import { ownPiiSets, readOwnPii } from "./own/pii-rows";
import { laterSets, readOwnRows } from "./own/rows";
import { measureStages, stageNames } from "./own/stages";
import { measureOwnModeration, ownModerationSets, readOwnModeration, readPackThresholds } from "./own-moderation";
import { measureChecked, measurePiiValues, measureSpans, type PiiValueRow } from "./pii";

/**
 * Measures every detector on labelled files of a folder: recall and false positives by tier and language, precision by category,
 * what each part adds, and the time hostile texts take. Files that are not there are left out and named. Rows are never printed.
 */
const { values } = parseArgs({
  options: { data: { type: "string" }, out: { type: "string" }, "no-save": { type: "boolean", default: false } },
});
if (!values.data || !existsSync(values.data)) {
  console.error(
    "usage: npm run quality -- --data <folder with injection.jsonl, pii.jsonl, secrets.jsonl.gz, …> [--out <file>] [--no-save]",
  );
  process.exit(2);
}
const folder = values.data;
const result: Record<string, unknown> = { data: {} };
const counted = result["data"] as Record<string, number>;

/** The rows of `name`, packed or not; undefined when the folder has no such file. */
function read<T>(name: string): T[] | undefined {
  for (const file of [name, `${name}.gz`]) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n").filter(Boolean);
    const rows = lines.map((line, index) => parseRow(line, `${file}:${index + 1}`) as T);
    counted[file] = rows.length;
    return rows;
  }
  console.log(`\n${name}: not in this folder`);
  return undefined;
}

function parseRow(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    console.error(`${place}: is not JSON`);
    return process.exit(2);
  }
}

const say = (title: string, lines: readonly string[]): void => console.log(["", title, ...lines].join("\n"));

function sayGroups(title: string, scores: readonly GroupScore[]): void {
  const { precision, recall, falsePositives } = summarise(scores);
  const found = scores.some(({ wanted }) => wanted)
    ? `precision ${percent(precision)}, recall ${percent(recall)}, `
    : "";
  say(`${title}: ${found}false positives ${percent(falsePositives)}`, formatGroups(scores));
}

/** Recall of English, and of the other languages together: the goals speak of these two. */
function poolLanguages(scores: readonly GroupScore[]): (string | number)[][] {
  const tiers = [...new Set(scores.filter(({ wanted }) => wanted).map(({ group }) => group))];
  return tiers.flatMap((tier) => {
    const rows = scores.filter(({ group, wanted, lang }) => group === tier && wanted && lang !== "*");
    const pool = (isEnglish: boolean): (string | number)[] => {
      const own = rows.filter(({ lang }) => (lang === "en") === isEnglish);
      const [texts, flagged] = [own.reduce((n, one) => n + one.rows, 0), own.reduce((n, one) => n + one.flagged, 0)];
      return [tier, isEnglish ? "en" : "others", texts, texts === 0 ? "-" : percent(flagged / texts)];
    };
    return rows.length > 1 ? [pool(true), pool(false)] : [];
  });
}

/** What each part adds, and how far a score can be relied on. */
function sayStages(rows: readonly LabelledRow[]): ReturnType<typeof measureStages> {
  const found = measureStages(rows);
  say(
    "what each part adds (share of flagged texts; without normalisation a text is matched as it was sent; the learned part has seen the rows it was trained on: only other files tell what it is worth)",
    formatTable([
      ["tier", "texts", ...stageNames],
      ...found.tiers.map(({ tier, rows: all, flagged }) => [tier, all, ...flagged.map((one) => percent(one / all))]),
    ]),
  );
  const sum = (side: "attacks" | "innocent"): number =>
    Math.max(
      1,
      found.bands.reduce((all, band) => all + band[side], 0),
    );
  say(
    "scores by severity: the share of attacks among texts of that score, were there as many innocent ones",
    formatTable([
      ["severity", "from", "attacks", "innocent", "share of attacks"],
      ...found.bands.map(({ severity, from, attacks, innocent }) => {
        const [wanted, other] = [attacks / sum("attacks"), innocent / sum("innocent")];
        return [severity, from, attacks, innocent, wanted + other === 0 ? "-" : percent(wanted / (wanted + other))];
      }),
    ]),
  );
  return found;
}

const injection = read<LabelledRow>("injection.jsonl");
if (injection) {
  const scores = measureTexts("injection", injection);
  sayGroups(`injection, ${injection.length} texts`, scores);
  const pooled = poolLanguages(scores);
  if (pooled.length > 0) say("recall by language", formatTable([["tier", "language", "texts", "recall"], ...pooled]));
  result["injection"] = { scores, pooled, ...sayStages(injection) };
}
const obfuscated = read<LabelledRow>("injection_obfuscated.jsonl");
if (obfuscated) {
  const scores = measureTexts("injection", obfuscated);
  sayGroups(`injection put through obfuscators, ${obfuscated.length} texts`, scores);
  result["obfuscated"] = { scores, ...sayStages(obfuscated) };
}
const contextual = read<LabelledRow>("injection_contextual.jsonl");
if (contextual) {
  const scores = measureTexts(
    "injection",
    contextual.map((row) => ({ label: "attack", tier: "contextual", ...row })),
  );
  sayGroups(`tasks that are an attack only by where they stand (no target), ${contextual.length} texts`, scores);
  result["contextual"] = { scores };
}
const pii = read<PiiRow>("pii.jsonl");
if (pii) {
  const scores = measureSpans(pii);
  say(`personal data, ${pii.length} texts`, formatPii(scores));
  const checked = measureChecked(pii);
  say("numbers with check digits (of persons, companies, tax and health, together)", [
    `expected ${checked.expected}, reported ${checked.reported}, found ${checked.found}: F1 ${checked.f1.toFixed(3)}`,
  ]);
  result["pii"] = scores;
  result["piiChecked"] = checked;
}
const ownPii = ownPiiSets.map((name) => {
  const rows = readOwnPii(name);
  const scores = measurePii(rows).filter(({ lang }) => lang === "*");
  const sum = (field: "expected" | "reported" | "found"): number => scores.reduce((all, row) => all + row[field], 0);
  const [expected, reported, found] = [sum("expected"), sum("reported"), sum("found")];
  say(`own texts with personal data, ${name} set, ${rows.length} texts`, [
    `expected ${expected}, reported ${reported}, found ${found}: precision ${percent(found / reported)}, recall ${percent(found / expected)}`,
  ]);
  return { name, rows: rows.length, expected, reported, found };
});
result["ownPii"] = ownPii;
const piiValues = read<PiiValueRow>("pii_values.jsonl");
if (piiValues) {
  const scores = measurePiiValues(piiValues);
  const total = scores.reduce((sum, row) => sum + row.values, 0);
  const right = (field: "rightAsked" | "rightAlone" | "rightNamed"): string =>
    percent(scores.reduce((sum, row) => sum + row[field], 0) / Math.max(1, total));
  say(
    `single values, ${total} of known kinds: right alone by a rule that asks for that kind ${right("rightAsked")}, by one that asks for all ${right("rightAlone")}; after a word that names them ${right("rightNamed")}`,
    formatTable([
      ["kind", "label", "values", "asked for", "among all", "right named"],
      ...scores.map((row) => [
        row.kind,
        row.label,
        row.values,
        percent(row.rightAsked / row.values),
        percent(row.rightAlone / row.values),
        percent(row.rightNamed / row.values),
      ]),
    ]),
  );
  result["piiValues"] = scores;
}
const secrets = read<LabelledRow>("secrets.jsonl");
if (secrets) {
  const scores = measureTexts("secrets", secrets);
  sayGroups(`secrets, ${secrets.length} texts`, scores);
  const benign = injection
    ? measureTexts(
        "secrets",
        injection.filter(({ label }) => label === "benign").map(({ lang: _, ...row }) => row),
      )
    : [];
  if (benign.length > 0) sayGroups("secrets on the benign texts of injection.jsonl", benign);
  result["secrets"] = { scores, benign };
}
const ownModeration = ownModerationSets.map((name) => {
  const scores = measureOwnModeration(readOwnModeration(name));
  const rows = scores.map((row) => [row.label, row.lang, row.texts, row.flagged]);
  say(
    `own texts for moderation, ${name} set (innocent ones are \`none\`)`,
    formatTable([["category", "language", "texts", "flagged"], ...rows]),
  );
  return { name, scores };
});
result["ownModeration"] = ownModeration;
const allModeration = ownModerationSets.flatMap(readOwnModeration);
const packModeration = [{ pack: "(defaults)", categories: {} }, ...readPackThresholds()].map(
  ({ pack, categories }) => ({
    pack,
    scores: measureOwnModeration(allModeration, undefined, categories).filter(({ lang }) => lang === "all"),
  }),
);
say(
  "own texts for moderation, all sets, by the thresholds of each governance pack: flagged",
  formatTable([
    ["pack", ...(packModeration[0]?.scores ?? []).map(({ label, texts }) => `${label} (${texts})`)],
    ...packModeration.map(({ pack, scores }) => [pack, ...scores.map(({ flagged }) => flagged)]),
  ]),
);
result["packModeration"] = packModeration;
const moderation = read<LabelledRow>("moderation.jsonl");
if (moderation) {
  const [phrases, all] = [measureModeration(moderation, false), measureModeration(moderation, true)];
  say(`moderation, ${moderation.length} texts, phrases only`, formatModeration(phrases));
  say("moderation, phrases and learned model (which has seen the rows it was trained on)", formatModeration(all));
  const [unsafe, safe] = [measureRequests(moderation, true), measureRequests(moderation, false)];
  say("requests", [
    `flagged of ${unsafe.rows} that ask for harm without a banned word: ${unsafe.flagged}; of ${safe.rows} that only sound like it: ${safe.flagged}`,
  ]);
  result["moderation"] = { phrases, all, unsafe, safe };
}
const ownRows = readOwnRows();
const later = laterSets.map((half) => ({ half, groups: measureOwn(ownRows, half) }));
const own = {
  a: measureOwn(ownRows, "a"),
  b: measureOwn(ownRows, "b"),
  ...Object.fromEntries(later.map(({ half, groups }) => [half, groups])),
};
say(
  `own texts, ${ownRows.length}: share flagged in the half that was worked on (a) and in the one that was not (b); both are of one hand, so b is kinder than the world`,
  formatTable([
    ["group", "a: texts", "a: flagged", "b: texts", "b: flagged"],
    ...own.a.map(({ group, isAttack, rows, flagged }) => {
      const other = own.b.find((one) => one.group === group);
      const share = (hits: number, all: number): string => (all === 0 ? "-" : percent(hits / all));
      return [
        isAttack ? group : `not: ${group}`,
        rows,
        share(flagged, rows),
        other?.rows ?? 0,
        share(other?.flagged ?? 0, other?.rows ?? 0),
      ];
    }),
  ]),
);
say(
  `later sets of own texts (c to ${laterSets.at(-1)}), each written and measured before it was worked on: share flagged now`,
  formatTable([
    ["set", "group", "texts", "flagged"],
    ...later.flatMap(({ half, groups }) =>
      groups.map(({ group, isAttack, rows, flagged }) => [
        half,
        isAttack ? group : `not: ${group}`,
        rows,
        percent(flagged / rows),
      ]),
    ),
  ]),
);
result["own"] = own;
const hostile = measureHostile();
say(
  "hostile texts of 40,000 characters, milliseconds (best of ten when warm; goal: 1)",
  formatTable([
    ["text", "injection", "pii", "secrets", "all three"],
    ...hostile.map((row) => [row.name, ...row.times.map(({ ms }) => ms.toFixed(2))]),
  ]),
);
result["hostile"] = hostile;

console.log(
  `\n${Object.entries(counted)
    .map(([file, rows]) => `${file}: ${rows} rows`)
    .join(", ")}`,
);
if (!values["no-save"]) {
  const out = values.out ?? fileURLToPath(new URL("../results/quality.json", import.meta.url));
  mkdirSync(join(out, ".."), { recursive: true });
  writeFileSync(out, `${JSON.stringify(result, shorten, 1)}\n`);
  console.log(`kept in ${out.split(/[\\/]/).slice(-3).join("/")}`);
}

function shorten(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
