import { UsageProblem } from "../print";
import { isObject } from "../read-input";
import { readLine } from "./read-entries";

/** One line of JSON Lines: its number, all that it holds, and its text. */
export interface ReadRow {
  readonly line: number;
  readonly written: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The rows of a JSON Lines text, each with its line; a line that cannot be read ends the command with its number. */
export function readRows(source: string, file: string, field = "text"): ReadRow[] {
  const rows: ReadRow[] = [];
  source.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    const place = `${file}:${index + 1}`;
    const value = readLine(line, place);
    const text = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
    if (!isObject(value) || typeof text !== "string")
      throw new UsageProblem(
        `${place}: expected an object with a field \`${shorten(field)}\` that is a string${hintOf(value)}`,
      );
    rows.push({ line: index + 1, written: value, text });
  });
  return rows;
}

export const shorten = (name: string): string => (name.length > 32 ? `${name.slice(0, 32)}…` : name);
const plainName = /^[A-Za-z_][\w.-]{0,31}$/;

/** Names of the members that could be meant; values are never shown. */
export function hintOf(value: unknown): string {
  if (!isObject(value)) return "";
  const names = Object.keys(value).filter((name) => plainName.test(name) && typeof value[name] === "string");
  return names.length === 0 ? "" : `, \`--field\` names another (here: ${names.slice(0, 5).join(", ")})`;
}
