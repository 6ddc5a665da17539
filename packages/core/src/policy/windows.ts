import type { UsageWindow } from "../gen/tables";
import { type LocalDate, localDate, startOfDate } from "./timezone";

/** A stretch of time in which something is counted: from `startMs` up to, not including, `endMs`. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** How long a sliding window of a name is; a month has 30 days then. */
export const windowLengthMs: Readonly<Record<Exclude<UsageWindow, "session">, number>> = {
  "1m": 60_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
  "1mo": 2_592_000_000,
};

/** A sliding window is looked at in so many whole slots, and the one that now is in. */
export const slidingSlots = 60;

/** A session has no end that is known, and starts for every counter at the same time: that of the epoch. */
const sessionWindow: Window = { startMs: 0, endMs: Number.POSITIVE_INFINITY };

/** The calendar minute, hour or day in UTC, or the month in a time zone, that holds an instant. */
export function calendarWindow(name: UsageWindow, nowMs: number, resetDay = 1, timezone = "UTC"): Window {
  if (name === "session") return sessionWindow;
  if (name === "1mo") return monthWindow(nowMs, resetDay, timezone);
  const startMs = Math.floor(nowMs / windowLengthMs[name]) * windowLengthMs[name];
  return { startMs, endMs: startMs + windowLengthMs[name] };
}

/**
 * The sliding window that ends with the slot that an instant is in: 60 whole slots and that one, so that any stretch as
 * long as the window's name says lies within it.
 */
export function slidingWindow(name: UsageWindow, nowMs: number): Window {
  if (name === "session") return sessionWindow;
  const slotMs = windowLengthMs[name] / slidingSlots;
  const slot = Math.floor(nowMs / slotMs);
  return { startMs: (slot - slidingSlots) * slotMs, endMs: (slot + 1) * slotMs };
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
