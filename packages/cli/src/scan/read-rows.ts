import { UsageProblem } from "../print";
import { isObject } from "../read-input";
import type { LabelledRow } from "./measure";

export interface ReadRowsOptions {
  /** The member that holds the text; default `text`. */
  readonly field?: string;
  /** Whether labels are going to be read: those of another shape are refused then, and of no account otherwise. */
  readonly labels?: boolean;
}

/** One line of JSON Lines: its number, all that it holds, and what is read of it. */
export interface ReadRow {
  readonly line: number;
  readonly written: Readonly<Record<string, unknown>>;
  readonly row: LabelledRow;
}

/** The rows of a JSON Lines text, each with its line; a line that cannot be read ends the command with its number. */
export function readRows(source: string, file: string, options: ReadRowsOptions = {}): ReadRow[] {
  const { field = "text", labels = false } = options;
  const rows: ReadRow[] = [];
  source.split("\n").forEach((text, index) => {
    if (text.trim() === "") return;
    const line = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new UsageProblem(`${file}:${line}: is not JSON`);
    }
    const read = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
    if (!isObject(value) || typeof read !== "string")
      throw new UsageProblem(
        `${file}:${line}: expected an object with a field \`${shorten(field)}\` that is a string${hintOf(value)}`,
      );
    rows.push({ line, written: value, row: labels ? readLabels(value, read, `${file}:${line}`) : { text: read } });
  });
  return rows;
}

const shorten = (name: string): string => (name.length > 32 ? `${name.slice(0, 32)}…` : name);
const plainName = /^[A-Za-z_][\w.-]{0,31}$/;

/** Names of the members that could be meant; values are never shown. */
function hintOf(value: unknown): string {
  if (!isObject(value)) return "";
  const names = Object.keys(value).filter((name) => plainName.test(name) && typeof value[name] === "string");
  return names.length === 0 ? "" : `, \`--field\` names another (here: ${names.slice(0, 5).join(", ")})`;
}

/** What each kind of label looks like, and the words that say so. */
const shapes = {
  string: ["a string", (value: unknown) => typeof value === "string"],
  boolean: ["true or false", (value: unknown) => typeof value === "boolean"],
  strings: ["a list of strings", (value: unknown) => isListOf(value, (one) => typeof one === "string")],
  spans: ["a list of objects with `start`, `end` and `type`", (value: unknown) => isListOf(value, isSpan)],
} as const;

const shapeOf: Readonly<Record<Exclude<keyof LabelledRow, "text">, keyof typeof shapes>> = {
  label: "string",
  tier: "string",
  lang: "string",
  kind: "string",
  flagged: "boolean",
  labels: "strings",
  judged: "strings",
  annotated_types: "strings",
  spans: "spans",
};

/** The labels of a row; one that is `null` is not there. */
function readLabels(value: Readonly<Record<string, unknown>>, text: string, place: string): LabelledRow {
  const read: Record<string, unknown> = { text };
  for (const [name, shape] of Object.entries(shapeOf)) {
    const label = Object.hasOwn(value, name) ? value[name] : undefined;
    if (label === undefined || label === null) continue;
    const [words, fits] = shapes[shape];
    if (!fits(label)) throw new UsageProblem(`${place}: expected \`${name}\` to be ${words}`);
    read[name] = label;
  }
  return read as unknown as LabelledRow;
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
