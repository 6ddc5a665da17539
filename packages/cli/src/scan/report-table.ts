import type { GroupScore } from "./measure";
import type { ModerationQuality } from "./measure-moderation";
import type { PiiScore } from "./measure-pii";

/** Lines of a table: the first row is its head; columns that hold numbers stand at their right edge. */
export function formatTable(rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  return texts.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || (typeof rows[1]?.[column] === "string" && !/%$/.test(String(rows[1]?.[column])))
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Recall of what should be found, then false positives of what should not. */
export function formatGroups(scores: readonly GroupScore[]): string[] {
  return formatTable([
    ["group", "language", "texts", "flagged", "share", "meaning"],
    ...scores.map(({ group, lang, wanted, rows, flagged, share }) => [
      group,
      lang === "*" ? "all" : lang,
      rows,
      flagged,
      percent(share),
      wanted ? "recall" : "false positives",
    ]),
  ]);
}

export function formatModeration(rows: readonly ModerationQuality[]): string[] {
  return formatTable([
    ["category", "texts", "of it", "found", "wrongly", "precision", "recall", "AUC"],
    ...rows.map((row) => [
      row.category,
      row.rows,
      row.positives,
      row.found,
      row.wrong,
      percent(row.precision),
      percent(row.recall),
      row.auc.toFixed(3),
    ]),
  ]);
}

export function formatPii(rows: readonly PiiScore[]): string[] {
  return formatTable([
    ["kind", "language", "expected", "reported", "found", "precision", "recall", "F1"],
    ...rows.map((row) => [
      row.kind,
      row.lang === "*" ? "all" : row.lang,
      row.expected,
      row.reported,
      row.found,
      percent(row.precision),
      percent(row.recall),
      row.f1.toFixed(3),
    ]),
  ]);
}
