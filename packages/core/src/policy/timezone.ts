/** Date of the proleptic Gregorian calendar; month from 1. */
export interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** True for a name of the IANA time zone database, spelled as there. */
export function isTimezone(name: string): boolean {
  // Intl takes names in any case, other languages do not: no name of the database has five capitals in a row.
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name) || /[A-Z]{5}/.test(name)) return false;
  const resolved = formatFor(name)?.resolvedOptions().timeZone;
  return resolved !== undefined && (resolved === name || resolved.toLowerCase() !== name.toLowerCase());
}

/** The calendar date in a time zone. */
export function localDate(nowMs: number, timezone: string): LocalDate {
  const shifted = new Date(nowMs + offsetMs(nowMs, timezone));
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate() };
}

/** The clock on the wall in a time zone. `weekday`: 0 is Monday. */
export function localTime(nowMs: number, timezone: string): { weekday: number; hour: number; minute: number } {
  const shifted = new Date(nowMs + offsetMs(nowMs, timezone));
  return { weekday: (shifted.getUTCDay() + 6) % 7, hour: shifted.getUTCHours(), minute: shifted.getUTCMinutes() };
}

/**
 * The instant at which a date begins in a time zone, ms since the epoch. Where a clock change skips midnight, the
 * instant of the change; where it repeats midnight, the first.
 */
export function startOfDate({ year, month, day }: LocalDate, timezone: string): number {
  const wall = Date.UTC(year, month - 1, day);
  const before = wall - offsetMs(wall - dayMs, timezone);
  if (offsetMs(before, timezone) === wall - before) return before;
  const after = wall - offsetMs(wall + dayMs, timezone);
  return offsetMs(after, timezone) === wall - after ? after : before;
}

function offsetMs(atMs: number, timezone: string): number {
  if (timezone === "UTC") return 0;
  const format = formatFor(timezone);
  if (!format) return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value);
  const wall = Date.UTC(
    parts["year"] ?? 0,
    (parts["month"] ?? 1) - 1,
    parts["day"] ?? 1,
    parts["hour"] ?? 0,
    parts["minute"] ?? 0,
    parts["second"] ?? 0,
  );
  return wall - Math.floor(atMs / 1000) * 1000;
}

function formatFor(timezone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(timezone)) formats.set(timezone, createFormat(timezone));
  return formats.get(timezone);
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
}
