import { type LocalDate, localDate, startOfDate } from "./timezone";

/** A stretch of time in which something is counted: from `startMs` up to, not including, `endMs`. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** The calendar day in UTC that holds an instant. */
export function dayWindow(nowMs: number): Window {
  const startMs = Math.floor(nowMs / 86_400_000) * 86_400_000;
  return { startMs, endMs: startMs + 86_400_000 };
}

/**
 * The month that holds an instant: from `resetDay` of one month to that of the next, in a time zone; in a month that
 * has no such day, its last day.
 */
export function monthWindow(nowMs: number, resetDay: number, timezone: string): Window {
  const { year, month, day } = localDate(nowMs, timezone);
  const begun = day >= Math.min(resetDay, daysIn(year, month));
  const start = resetDate(year, begun ? month : month - 1, resetDay);
  const end = resetDate(year, begun ? month + 1 : month, resetDay);
  return { startMs: startOfDate(start, timezone), endMs: startOfDate(end, timezone) };
}

function resetDate(year: number, month: number, resetDay: number): LocalDate {
  const index = year * 12 + month - 1;
  const y = Math.floor(index / 12);
  const m = index - y * 12 + 1;
  return { year: y, month: m, day: Math.min(resetDay, daysIn(y, m)) };
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
