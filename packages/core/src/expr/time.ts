import { timeZonesMax } from "../gen/expr-limits";
import { type ErrorValue, fail } from "./errors";
import { CelDuration, CelTimestamp } from "./values";

const second = 1_000_000_000n;
const minTimestamp = -62135596800n * second;
const maxTimestamp = 253402300800n * second - 1n;
const maxDuration = 2n ** 63n - 1n;

export const toTimestamp = (nanos: bigint): CelTimestamp | ErrorValue =>
  nanos >= minTimestamp && nanos <= maxTimestamp
    ? new CelTimestamp(nanos)
    : fail("overflow", "timestamp is out of range");

export const toDuration = (nanos: bigint): CelDuration | ErrorValue =>
  nanos >= -maxDuration - 1n && nanos <= maxDuration
    ? new CelDuration(nanos)
    : fail("overflow", "duration is out of range");

const rfc3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/** RFC 3339, with a capital T and Z, up to nanoseconds. */
export function parseTimestamp(text: string): CelTimestamp | ErrorValue {
  const found = rfc3339.exec(text);
  const [year, month, day, hour, minute, seconds] = (found ?? []).slice(1, 7).map(Number) as number[];
  const offset = Number(found?.[9] ?? 0) * 60 + Number(found?.[10] ?? 0);
  if (
    found === null ||
    (month as number) < 1 ||
    (month as number) > 12 ||
    (day as number) < 1 ||
    (day as number) > daysInMonth(year as number, month as number) ||
    (hour as number) > 23 ||
    (minute as number) > 59 ||
    (seconds as number) > 59 ||
    Number(found[9] ?? 0) > 23 ||
    Number(found[10] ?? 0) > 59
  ) {
    return fail("invalid_argument", "text is not an RFC 3339 timestamp");
  }
  const days = daysFromCivil(year as number, month as number, day as number);
  const minutes = (hour as number) * 60 + (minute as number) - (found[8] === "-" ? -offset : offset);
  const nanos = BigInt((found[7] ?? "").padEnd(9, "0"));
  return toTimestamp(BigInt(days * 86400 + minutes * 60 + (seconds as number)) * second + nanos);
}

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31;

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

export function formatTimestamp(value: CelTimestamp): string {
  const seconds = floorDivide(value.celNanos, second);
  const { year, month, day } = civilFromDays(Math.floor(seconds / 86400));
  const rest = modulo(seconds, 86400);
  const two = (part: number): string => String(part).padStart(2, "0");
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}${fraction(value.celNanos - BigInt(seconds) * second)}Z`;
}

export function formatDuration(value: CelDuration): string {
  const size = value.celNanos < 0n ? -value.celNanos : value.celNanos;
  return `${value.celNanos < 0n ? "-" : ""}${size / second}${fraction(size % second)}s`;
}

const fraction = (nanos: bigint): string =>
  nanos === 0n ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;

const floorDivide = (a: bigint, b: bigint): number => Number(a / b - (a % b < 0n ? 1n : 0n));
const modulo = (a: number, b: number): number => ((a % b) + b) % b;

const units: Readonly<Record<string, bigint>> = {
  h: 3600n * second,
  m: 60n * second,
  s: second,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ns: 1n,
};

/** `1h30m`, `-1.5s`, `100ms`, `0`: the units h, m, s, ms, us and ns; what is finer than 1 ns is cut off. */
export function parseDuration(text: string): CelDuration | ErrorValue {
  const bad = fail("invalid_argument", "text is not a duration such as `1h30m` or `1.5s`");
  if (text.length > 128) return bad;
  const found = /^([+-]?)((?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|us|µs|μs|ns|m|s))+|0)$/.exec(text);
  if (found === null) return bad;
  let total = 0n;
  for (const part of (found[2] as string).matchAll(/([0-9]*)(?:\.([0-9]*))?(h|ms|us|µs|μs|ns|m|s)/g)) {
    const unit = units[part[3] as string] as bigint;
    const decimals = part[2] ?? "";
    total += BigInt(part[1] || "0") * unit + (BigInt(decimals || "0") * unit) / 10n ** BigInt(decimals.length);
  }
  return toDuration(found[1] === "-" ? -total : total);
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** Seconds east of UTC at an instant: `UTC`, `+02:00`, `02:00`, or a name of the IANA database. */
function zoneOffset(zone: string, seconds: number): number | ErrorValue {
  if (zone === "UTC") return 0;
  const fixed = /^([+-]?)([0-9]{2}):([0-9]{2})$/.exec(zone);
  if (fixed !== null) {
    const size = Number(fixed[2]) * 3600 + Number(fixed[3]) * 60;
    return fixed[1] === "-" ? -size : size;
  }
  const formatter = findZone(zone);
  if (formatter === undefined) return fail("invalid_argument", "unknown time zone");
  const found = /GMT([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?/.exec(formatter.format(seconds * 1000));
  if (found === null) return 0;
  const size = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0);
  return found[1] === "-" ? -size : size;
}

function findZone(zone: string): Intl.DateTimeFormat | undefined {
  let formatter = zones.get(zone);
  if (formatter !== undefined) return formatter;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(zone)) return undefined;
  try {
    formatter = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
  if (zones.size >= timeZonesMax) zones.delete(zones.keys().next().value as string);
  zones.set(zone, formatter);
  return formatter;
}

/** Undefined for a zone that exists. */
export function checkZone(zone: string): ErrorValue | undefined {
  const offset = zoneOffset(zone, 0);
  return typeof offset === "number" ? undefined : offset;
}

export type TimestampPart =
  | "getFullYear"
  | "getMonth"
  | "getDate"
  | "getDayOfMonth"
  | "getDayOfWeek"
  | "getDayOfYear"
  | "getHours"
  | "getMinutes"
  | "getSeconds"
  | "getMilliseconds";

/** A part of a timestamp as seen in a zone. Months, days of month (but getDate) and of year count from 0, Sunday is 0. */
export function timestampPart(value: CelTimestamp, part: string, zone: string): bigint | ErrorValue {
  const utc = floorDivide(value.celNanos, second);
  const offset = zoneOffset(zone, utc);
  if (typeof offset !== "number") return offset;
  const seconds = utc + offset;
  const days = Math.floor(seconds / 86400);
  const { year, month, day } = civilFromDays(days);
  switch (part as TimestampPart) {
    case "getFullYear":
      return BigInt(year);
    case "getMonth":
      return BigInt(month - 1);
    case "getDate":
      return BigInt(day);
    case "getDayOfMonth":
      return BigInt(day - 1);
    case "getDayOfWeek":
      return BigInt(modulo(days + 4, 7));
    case "getDayOfYear":
      return BigInt(days - daysFromCivil(year, 1, 1));
    case "getHours":
      return BigInt(Math.floor(modulo(seconds, 86400) / 3600));
    case "getMinutes":
      return BigInt(Math.floor(modulo(seconds, 3600) / 60));
    case "getSeconds":
      return BigInt(modulo(seconds, 60));
    case "getMilliseconds":
      return (value.celNanos - BigInt(utc) * second) / 1_000_000n;
  }
}

/** Whole hours, minutes or seconds of a duration; milliseconds are those beyond the last whole second. */
export function durationPart(value: CelDuration, part: string): bigint | ErrorValue {
  switch (part) {
    case "getHours":
      return value.celNanos / (3600n * second);
    case "getMinutes":
      return value.celNanos / (60n * second);
    case "getSeconds":
      return value.celNanos / second;
    case "getMilliseconds":
      return (value.celNanos % second) / 1_000_000n;
    default:
      return fail("type_mismatch", `a duration has no \`${part}\``);
  }
}
