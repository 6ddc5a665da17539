import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, evaluate } from "@holdpoint/core";
import { parse } from "yaml";

/** A text of our own; `label` is the category that it is of, or `none`. */
export interface OwnModerationRow {
  readonly lang: string;
  readonly label: string;
  readonly text: string;
}

export interface OwnModerationScore {
  readonly label: string;
  readonly lang: string;
  readonly texts: number;
  /** Flagged in the category that the text is of; of innocent ones, in any. */
  readonly flagged: number;
}

export const ownModerationSets = ["first", "second", "third", "fourth", "fifth", "sixth"] as const;

/**
 * Six languages, two or three kinds of each of four categories, and innocent neighbours: `first` was worked on, `second` written and
 * opened afterwards; `third` holds innocent texts of all languages beside seven that came last, `fourth` those seven again; `fifth` and
 * `sixth` are of eight languages and six categories (crimes and weapons too), both worked on after they were measured. A line is a language, a label and the text, tabs between.
 */
export function readOwnModeration(name: (typeof ownModerationSets)[number]): OwnModerationRow[] {
  const path = fileURLToPath(new URL(`./own/moderation/${name}.txt`, import.meta.url));
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [lang = "", label = "", text = ""] = line.split("\t");
      return { lang, label, text };
    });
}

/** The scores from which governance packs have a category violate, by pack. */
export function readPackThresholds(): {
  readonly pack: string;
  readonly categories: Readonly<Record<string, number>>;
}[] {
  const folder = fileURLToPath(new URL("../../spec/catalog/packs", import.meta.url));
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const { controls = [] } = parse(readFileSync(`${folder}/${name}`, "utf8")) as {
        readonly controls?: readonly {
          readonly type: string;
          readonly fields?: { readonly categories?: Readonly<Record<string, number>> };
        }[];
      };
      const categories = controls.find(({ type }) => type === "content_moderation")?.fields?.categories;
      return categories ? [{ pack: name.replace(".yaml", ""), categories }] : [];
    });
}

/** By label, the languages together (`all`) and each; thresholds are the defaults of the policy type where none are given. */
export function measureOwnModeration(
  rows: readonly OwnModerationRow[],
  onMistake?: (row: OwnModerationRow) => void,
  categories: Readonly<Record<string, number>> = {},
): OwnModerationScore[] {
  const compiled = compile([
    { id: "m", policyType: "content_moderation", enforcementMode: "monitor", ruleDefinition: { categories } },
  ]);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  const scores = new Map<string, { label: string; lang: string; texts: number; flagged: number }>();
  for (const row of rows) {
    const request = { agentId: "measured", input: row.text };
    const { violations } = evaluate(compiled.plan, request, { read: () => 0 }, () => 0);
    const message = violations[0]?.message ?? "";
    const isFlagged = row.label === "none" ? violations.length > 0 : new RegExp(`\\b${row.label} \\(`).test(message);
    if (isFlagged === (row.label === "none")) onMistake?.(row);
    for (const lang of ["all", row.lang]) {
      const key = `${row.label} ${lang}`;
      const score = scores.get(key) ?? { label: row.label, lang, texts: 0, flagged: 0 };
      score.texts++;
      if (isFlagged) score.flagged++;
      scores.set(key, score);
    }
  }
  return [...scores.values()].sort((a, b) => (a.label + a.lang < b.label + b.lang ? -1 : 1));
}
