import { UsageProblem } from "../print";
import { isObject } from "../read-input";
import type { LabelledRow } from "./measure";
import { type Entry, readEntries } from "./read-entries";
import { hintOf, shorten } from "./read-rows";
import { readYesOrNo } from "./yes-no-labels";

export interface ReadLabelledOptions {
  /** The member or column that holds the text; otherwise the first of the usual names. */
  readonly field?: string;
  /** The same for the label. */
  readonly label?: string;
}

/** A labelled file: its rows, where they were read from, and how often each label was read as another word. */
export interface LabelledFile {
  readonly rows: readonly LabelledRow[];
  readonly field: string;
  readonly labelField: string | undefined;
  readonly readAs: readonly { readonly label: string; readonly as: string; readonly rows: number }[];
}

/** Names that public data sets give to their texts and to what says whether one is an attack, the likeliest first. */
const textFields =
  "text,prompt,input,content,question,query,message,instruction,sentence,user_input,prompt_text,user_prompt".split(",");
const labelFields =
  "label,labels,type,class,category,target,is_attack,is_injection,is_jailbreak,is_unsafe,is_malicious,injection,prompt_injection,jailbreak,unsafe,malicious".split(
    ",",
  );

/** The rows of a labelled file; one that cannot be read ends the command with its place. */
export async function readLabelled(
  source: string,
  file: string,
  options: ReadLabelledOptions = {},
): Promise<LabelledFile> {
  const entries = await readEntries(source, file);
  const field = options.field ?? findTextField(entries[0]) ?? "text";
  const labelField = options.label ?? findLabelField(entries, field);
  if (options.label !== undefined && !entries.some(({ value }) => Object.hasOwn(value, options.label ?? "")))
    throw new UsageProblem(`${file}: nothing is named \`${shorten(options.label)}\`${namesOf(entries[0])}`);
  const counts = new Map<string, { label: string; as: string; rows: number }>();
  const rows = entries.map(({ place, value }) => {
    const text = Object.hasOwn(value, field) ? value[field] : undefined;
    if (typeof text !== "string")
      throw new UsageProblem(
        `${place}: expected an object with a field \`${shorten(field)}\` that is a string${hintOf(value)}`,
      );
    const label = labelField !== undefined && Object.hasOwn(value, labelField) ? value[labelField] : undefined;
    const row = readLabels(labelField === undefined ? value : withLabel(value, label, labelField), text, place);
    const read = readYesOrNo(label);
    if (!read) return row;
    const as = read.isAttack ? "attack" : "benign";
    const key = String(label).slice(0, 32);
    const count = counts.get(key) ?? { label: key, as, rows: 0 };
    counts.set(key, { ...count, rows: count.rows + 1 });
    return { ...row, label: as, tier: row.tier ?? read.group };
  });
  const isPlain = labelField === "label" && [...counts.values()].every(({ label, as }) => label === as);
  return { rows, field, labelField, readAs: isPlain ? [] : [...counts.values()].sort((a, b) => b.rows - a.rows) };
}

function findTextField(first: Entry | undefined): string | undefined {
  const names = Object.entries(first?.value ?? {}).flatMap(([name, value]) =>
    typeof value === "string" ? [name] : [],
  );
  return firstOf(textFields, names);
}

/** The label's own name, or another one of which every value says yes or no: what else may stand there is no label. */
function findLabelField(entries: readonly Entry[], field: string): string | undefined {
  const saysMore = new Set<string>();
  const names = new Set<string>();
  for (const { value } of entries)
    for (const [name, one] of Object.entries(value)) {
      if (one === null || one === "" || name === field) continue;
      names.add(name);
      if (name !== "label" && !readYesOrNo(one)) saysMore.add(name);
    }
  return firstOf(
    labelFields,
    [...names].filter((name) => !saysMore.has(name)),
  );
}

/** The first of the wanted names that is there, capitals or not. */
function firstOf(wanted: readonly string[], names: readonly string[]): string | undefined {
  for (const one of wanted) {
    const found = names.find((name) => name === one) ?? names.find((name) => name.toLowerCase() === one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The entry with its label under that name, and no longer under another that would be read as something else. */
function withLabel(value: Entry["value"], label: unknown, labelField: string): Entry["value"] {
  const others = Object.entries(value).filter(([name]) => name !== labelField && name !== "label");
  return { ...Object.fromEntries(others), label };
}

const namesOf = (first: Entry | undefined): string => {
  const names = Object.keys(first?.value ?? {}).filter((name) => plainName.test(name));
  return names.length === 0 ? "" : ` (here: ${names.slice(0, 8).join(", ")})`;
};
const plainName = /^[A-Za-z_][\w.-]{0,31}$/;

/** What each kind of label looks like, and the words that say so. */
const shapes = {
  label: ["a string, a number, true or false", (value: unknown) => /^(?:string|number|boolean)$/.test(typeof value)],
  string: ["a string", (value: unknown) => typeof value === "string"],
  boolean: ["true or false", (value: unknown) => typeof value === "boolean"],
  strings: ["a list of strings", (value: unknown) => isListOf(value, (one) => typeof one === "string")],
  spans: ["a list of objects with `start`, `end` and `type`", (value: unknown) => isListOf(value, isSpan)],
} as const;

const shapeOf: Readonly<Record<Exclude<keyof LabelledRow, "text">, keyof typeof shapes>> = {
  label: "label",
  tier: "string",
  lang: "string",
  kind: "string",
  flagged: "boolean",
  labels: "strings",
  judged: "strings",
  annotated_types: "strings",
  spans: "spans",
};

/** The labels of a row; one that is `null` or, as tables have it, empty is not there. */
function readLabels(value: Readonly<Record<string, unknown>>, text: string, place: string): LabelledRow {
  const read: Record<string, unknown> = { text };
  for (const [name, shape] of Object.entries(shapeOf)) {
    const written = Object.hasOwn(value, name) ? value[name] : undefined;
    if (written === undefined || written === null || written === "") continue;
    const [words, fits] = shapes[shape];
    const label = shape === "label" || shape === "string" ? written : readCell(written);
    // Other data sets number their classes under this name.
    if (name === "labels" && typeof label !== "object" && !Object.hasOwn(value, "judged")) continue;
    if (!fits(label)) throw new UsageProblem(`${place}: expected \`${name}\` to be ${words}`);
    read[name] = shape === "label" ? String(label) : label;
  }
  return read as unknown as LabelledRow;
}

/** What a cell of a table says in JSON: lists have no other form there. */
function readCell(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value.toLowerCase() === "true" || value.toLowerCase() === "false" ? value.toLowerCase() : value);
  } catch {
    return value;
  }
}

const isListOf = (value: unknown, fits: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(fits);

const isSpan = (value: unknown): boolean =>
  isObject(value) &&
  Number.isSafeInteger(value["start"]) &&
  Number.isSafeInteger(value["end"]) &&
  Number(value["start"]) >= 0 &&
  Number(value["end"]) >= Number(value["start"]) &&
  typeof value["type"] === "string";
