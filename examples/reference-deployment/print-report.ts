import { percentile, type Tally } from "./tally";

type Cell = string | number;

/** Rows as text, columns aligned: the first to the left, numbers to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 2 && Number.isNaN(Number(cell))
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const [first = [], ...rest] = cells;
  return [line(first), widths.map((width) => "─".repeat(width)).join("  "), ...rest.map(line)].join("\n");
}

const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);

/** Outcomes per agent and policy, what was caught and missed per tier, latencies. */
export function printReport(tally: Tally): void {
  console.log("\nRuns per agent");
  const outcomes = ["completed", "blocked", "held", "paused", "failed"] as const;
  console.log(
    formatTable(
      ["agent", ...outcomes],
      Object.entries(tally.outcomes).map(([agent, counts]) => [agent, ...outcomes.map((name) => counts[name])]),
    ),
  );

  console.log("\nPolicy outcomes per agent (every check of every phase)");
  const statuses = ["passed", "violated", "error", "skipped"];
  const verdicts = [...tally.verdicts].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(
    formatTable(
      ["agent", "policy", ...statuses],
      verdicts.map(([key, counts]) => [...key.split("\t"), ...statuses.map((name) => counts[name] ?? 0)]),
    ),
  );

  console.log("\nPrompt injection against the labels");
  console.log(formatTable(["label", "tier", "rows", "flagged", "missed", "share flagged"], tierRows(tally)));

  const sorted = [...tally.latenciesUs].sort((a, b) => a - b);
  const figures = [0.5, 0.95, 0.99].map((share) => `p${share * 100} ${percentile(sorted, share).toFixed(1)} µs`);
  console.log(`\nDecisions: ${sorted.length}, latency ${figures.join(", ")}`);
}

function tierRows(tally: Tally): Cell[][] {
  const entries = [...tally.tiers].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = entries.map(([key, { total, caught }]): Cell[] => [
    ...key.split("\t"),
    total,
    caught,
    key.startsWith("attack") ? total - caught : "",
    percent(caught, total),
  ]);
  for (const label of ["attack", "benign"]) {
    const own = entries.filter(([key]) => key.startsWith(label)).map(([, count]) => count);
    const total = own.reduce((sum, count) => sum + count.total, 0);
    const caught = own.reduce((sum, count) => sum + count.caught, 0);
    rows.push([label, "all", total, caught, label === "attack" ? total - caught : "", percent(caught, total)]);
  }
  return rows;
}
