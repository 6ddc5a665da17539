import type { CsvError as CsvProblem, Info } from "csv-parse/sync";
import { UsageProblem } from "../print";
import type { Entry } from "./read-entries";

/**
 * The rows of a table whose first line names its columns, with commas, semicolons or tabs between the cells. The reader is loaded
 * here: other commands do without.
 */
export async function readTable(source: string, file: string): Promise<Entry[]> {
  const { parse, CsvError } = await import("csv-parse/sync");
  let records: { readonly record: readonly string[]; readonly info: Info }[];
  try {
    records = parse(source, {
      bom: true,
      delimiter: delimiterOf(source, file),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageProblem(`${file}:${lineOf(error)}: ${reasons[error.code] ?? "is not a table of cells"}`);
  }
  const [head, ...rows] = records;
  const names = (head?.record ?? []).map((name) => name.trim());
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageProblem(`${file}:1: has two columns of one name`);
  let lastLine = head?.info.lines ?? 1;
  return rows.map(({ record, info }) => {
    const place = `${file}:${lastLine + 1}`;
    lastLine = info.lines;
    if (record.length !== names.length)
      throw new UsageProblem(`${place}: has ${record.length} cells, the first line ${names.length}`);
    const cells = names.map((name, index) => [name, record[index] ?? ""] as const);
    return { place, value: Object.fromEntries(cells.filter(([name]) => name !== "")) };
  });
}

const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote that begins here or before is not closed",
  CSV_INVALID_CLOSING_QUOTE: "something follows the closing quote of a cell",
  INVALID_OPENING_QUOTE: "a quote stands within a cell that does not begin with one",
};

const lineOf = (error: CsvProblem): number => {
  const lines = (error as unknown as Record<string, unknown>)["lines"];
  return typeof lines === "number" ? lines : 1;
};

/** What stands between the names of the first line: programs of some countries write semicolons. */
function delimiterOf(source: string, file: string): string {
  if (/\.tsv$/i.test(file)) return "\t";
  const head = source.slice(0, source.indexOf("\n") + 1 || source.length);
  const count = (sign: string): number => head.split(sign).length;
  return count(";") > count(",") ? ";" : count("\t") > count(",") ? "\t" : ",";
}
