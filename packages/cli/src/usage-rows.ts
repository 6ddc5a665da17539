import type { Counter, SessionState, UsageReader } from "@holdpoint/core";
import { UsageProblem } from "./print";
import { isObject } from "./read-input";

const names = ["metric", "scope", "scopeId", "window", "start"] as const;

/**
 * A usage reader of rows as a file states them: `{metric, scope, scopeId, window, start?, amount | amountUsd}`. A row
 * without `start` stands for every window of its kind; a counter that no row names reads zero.
 */
export function createUsage(rows: unknown, sessions: unknown, file: string): UsageReader {
  if (rows !== undefined && !Array.isArray(rows)) throw new UsageProblem(`${file}: \`usage\` expected a list`);
  const known = ((rows ?? []) as unknown[]).map((row) => readRow(row, file));
  const bySession = isObject(sessions) ? sessions : {};
  return {
    read: (counter) => known.find(({ matches }) => matches(counter))?.amount ?? 0,
    session: (sessionId) =>
      Object.hasOwn(bySession, sessionId) ? (bySession[sessionId] as SessionState | undefined) : undefined,
  };
}

function readRow(row: unknown, file: string): { amount: number; matches(counter: Counter): boolean } {
  if (!isObject(row)) throw new UsageProblem(`${file}: a row of \`usage\` is not an object`);
  const { amount, amountUsd } = row;
  const micros = typeof amountUsd === "number" ? Math.floor(amountUsd * 1_000_000 + 0.5) : undefined;
  const value = micros ?? (amount === null ? Number.NaN : amount);
  if (typeof value !== "number")
    throw new UsageProblem(`${file}: a row of \`usage\` needs \`amount\` (a count or micro-dollars) or \`amountUsd\``);
  return {
    amount: value,
    matches: (counter) => names.every((name) => row[name] === undefined || row[name] === counter[name]),
  };
}
