import { UsageProblem } from "../print";
import { isObject } from "../read-input";
import type { LabelledRow } from "./measure";

/** The rows of a JSON Lines text, each with its line; a line that cannot be read ends the command with its number. */
export function readRows(source: string, file: string): { readonly line: number; readonly row: LabelledRow }[] {
  const rows: { line: number; row: LabelledRow }[] = [];
  source.split("\n").forEach((text, index) => {
    if (text.trim() === "") return;
    const line = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new UsageProblem(`${file}:${line}: is not JSON`);
    }
    if (!isObject(value) || typeof value["text"] !== "string")
      throw new UsageProblem(`${file}:${line}: expected an object with a field \`text\` that is a string`);
    rows.push({ line, row: value as unknown as LabelledRow });
  });
  return rows;
}
