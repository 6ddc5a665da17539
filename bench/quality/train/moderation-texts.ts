import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownModerationSets, readOwnModeration } from "../own-moderation";
import { readCorpus, readGiven } from "./texts";

/** A text to train on or to judge. What has one `group` is never in training when it is judged. */
export interface ModerationText {
  readonly text: string;
  readonly lang: string;
  readonly group: string;
  /** Categories of ours that it is of. */
  readonly labels: readonly string[];
  /** The categories that a person judged; without it all, but that near ones may be true as well. */
  readonly judged?: readonly string[];
}

/** The categories that have data enough, and those that a text of each may be of as well without a label that says so. */
export const taughtCategories: Readonly<Record<string, readonly string[]>> = {
  hate: ["harassment", "violence"],
  harassment: ["hate", "violence", "sexual"],
  sexual: ["harassment"],
  violence: ["harassment", "hate", "weapons", "self_harm"],
  self_harm: ["violence"],
  illicit: ["weapons", "violence", "harassment"],
  weapons: ["violence", "illicit"],
};

/** Our categories, by the labels of `moderation.jsonl`. */
const ours: Readonly<Record<string, readonly string[]>> = {
  hate: ["hate"],
  hate_threatening: ["hate", "violence"],
  harassment: ["harassment"],
  sexual: ["sexual"],
  violence: ["violence"],
  violence_graphic: ["violence"],
  self_harm: ["self_harm"],
};
const asOurs = (labels: readonly string[] = []): string[] => [...new Set(labels.flatMap((label) => ours[label] ?? []))];

interface Line {
  readonly text: string;
  readonly lang: string;
  readonly source: string;
  readonly labels?: readonly string[];
  readonly judged?: readonly string[];
}

/** `moderation.jsonl` of a folder but the questions of XSTest, which stay a test. */
export const readJudged = (folder: string): ModerationText[] =>
  readFileSync(join(folder, "moderation.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .filter(({ source }) => !source.includes("xstest"))
    .map(({ text, lang, labels, judged }) => ({
      text,
      lang,
      group: "judged",
      labels: asOurs(labels),
      judged: asOurs(judged),
    }));

/** Innocent texts of `injection.jsonl` in two halves. */
export const readInnocent = (folder: string): ModerationText[] =>
  readGiven(folder)
    .filter(({ isAttack }) => !isAttack)
    .map(({ text, lang }) => ({ text, lang, group: `innocent ${hash(text) % 2}`, labels: [] }));

/** Innocent texts of the corpus for injections, but those near harm: some are harmful enough. */
export const readInnocentCorpus = (): ModerationText[] =>
  readCorpus()
    .filter(({ isAttack, technique }) => !isAttack && !/harm/.test(technique))
    .map(({ text, lang }) => ({ text, lang, group: "corpus", labels: [] }));

const folder = fileURLToPath(new URL("./moderation/", import.meta.url));

/** Plain statements about groups: they judge a model and teach none. */
const notTaught = "groups-plain.txt";

/** Our own texts: the sets, and `moderation/`, where a line is a language, a label (`none`: innocent) and the text, tabs between. */
export const readOwnTexts = (): ModerationText[] => [
  ...ownModerationSets.flatMap((name) => readOwnModeration(name).map((row) => asText(row, "own sets"))),
  ...readdirSync(folder)
    .filter((name) => name !== notTaught)
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => {
          const [lang = "", label = "", text = ""] = line.split("\t");
          return asText({ lang, label, text }, basename(name, ".txt"));
        }),
    ),
];

const asText = (
  { lang, label, text }: { readonly lang: string; readonly label: string; readonly text: string },
  group: string,
): ModerationText => ({ text, lang, group, labels: label === "none" ? [] : [label] });

const hash = (text: string): number =>
  [...text.slice(0, 40)].reduce((sum, sign) => (31 * sum + (sign.codePointAt(0) ?? 0)) % 9973, 7);
