import { UsageProblem } from "../print";
import { isObject } from "../read-input";
import { readTable } from "./read-table";

/** One entry of a labelled file: where it stands, and what stands there. */
export interface Entry {
  readonly place: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The entries of a file: a table (`.csv`, `.tsv`), one JSON list of objects, or JSON Lines. */
export async function readEntries(source: string, file: string): Promise<Entry[]> {
  if (/\.[ct]sv$/i.test(file)) return readTable(source, file);
  const list = /^\s*\[/.test(source) ? readList(source) : undefined;
  if (list)
    return list.map((value, index) => ({ place: `${file}: entry ${index + 1}`, value: asObject(value, file, index) }));
  return source.split("\n").flatMap((text, index) => {
    if (text.trim() === "") return [];
    const place = `${file}:${index + 1}`;
    const value = readLine(text, place);
    if (!isObject(value)) throw new UsageProblem(`${place}: expected an object`);
    return [{ place, value }];
  });
}

/** A line of JSON Lines; one that is not JSON ends the command with its place. */
export function readLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageProblem(`${place}: is not JSON`);
  }
}

/** Undefined where the whole is no list: then its lines may be told apart, and the one that is wrong named. */
function readList(source: string): readonly unknown[] | undefined {
  try {
    const value = JSON.parse(source) as unknown;
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown, file: string, index: number): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new UsageProblem(`${file}: entry ${index + 1}: expected an object`);
}
