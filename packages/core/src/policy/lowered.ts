import { inCidr } from "../expr/cidr";
import { ErrorValue } from "../expr/errors";
import { glob } from "../expr/text-functions";
import { timestampPart } from "../expr/time";
import { CelTimestamp } from "../expr/values";
import { createGlobMatcher, type GlobMatcher } from "./glob-matcher";
import { isObject } from "./problems";

/** What the lowered conditions of the catalogue call. A value that CEL has none for is thrown as this error. */
export class ConditionError extends Error {
  override readonly name = "ConditionError";
}

const refuse = (message: string): never => {
  throw new ConditionError(message);
};

/** Anything but a condition without a value is a defect, and nobody's to absorb. */
function asFailure(error: unknown): ConditionError {
  if (error instanceof ConditionError) return error;
  throw error;
}

/** `&&` whose left side may fail: false decides, on either side. */
export function bothOf(left: () => boolean, right: () => boolean): boolean {
  let failed: ConditionError | undefined;
  try {
    if (!left()) return false;
  } catch (error) {
    failed = asFailure(error);
  }
  if (!right()) return false;
  if (failed !== undefined) throw failed;
  return true;
}

/** `||` whose left side may fail: true decides, on either side. */
export function eitherOf(left: () => boolean, right: () => boolean): boolean {
  let failed: ConditionError | undefined;
  try {
    if (left()) return true;
  } catch (error) {
    failed = asFailure(error);
  }
  if (right()) return true;
  if (failed !== undefined) throw failed;
  return false;
}

/** `all` whose condition may fail: one false decides. */
export function allOf<T>(list: readonly T[], holds: (item: T) => boolean): boolean {
  return !anyOf(list, (item) => !holds(item));
}

/** `exists` whose condition may fail: one true decides. */
export function anyOf<T>(list: readonly T[], holds: (item: T) => boolean): boolean {
  let failed: ConditionError | undefined;
  for (const item of list) {
    try {
      if (holds(item)) return true;
    } catch (error) {
      failed ??= asFailure(error);
    }
  }
  if (failed !== undefined) throw failed;
  return false;
}

export const asText = (value: unknown): string => (typeof value === "string" ? value : refuse("a value is not text"));

export const asBool = (value: unknown): boolean =>
  typeof value === "boolean" ? value : refuse("a value is not true or false");

export const asNumber = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) ? value : refuse("a value is not a finite number");

/** A result of arithmetic; past what a double can hold there is none. */
export const finite = (value: number): number => (Number.isFinite(value) ? value : refuse("a number is too large"));

export const divide = (a: number, b: number): number => (b === 0 ? refuse("division by zero") : finite(a / b));

/** Equality of JSON values that are no lists or objects; values of two types differ. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (typeof a === "object" && a !== null) return refuse("lists and objects cannot be compared");
  if (typeof b === "object" && b !== null) return refuse("lists and objects cannot be compared");
  return a === b;
};

export const includes = (list: readonly unknown[], item: unknown): boolean => list.includes(item);

export const includesSame = (list: readonly unknown[], item: unknown): boolean => list.some((one) => isSame(one, item));

export const itemAt = <T>(list: readonly T[], index: number): T => {
  const found = Number.isInteger(index) ? list[index] : undefined;
  return found === undefined ? refuse("a list has no such item") : found;
};

type Members<T> = ReadonlyMap<string, T> | Readonly<Record<string, T>>;

/** Whether there is a member; a member that is null is absent. */
export function hasKey(map: unknown, key: unknown): boolean {
  if (map instanceof Map) return map.has(key);
  if (!isObject(map)) return refuse("a value has no members");
  return typeof key === "string" && Object.hasOwn(map, key) && map[key] !== undefined && map[key] !== null;
}

export function lookUp<T>(map: Members<T>, key: string): T;
export function lookUp(map: unknown, key: unknown): unknown;
export function lookUp(map: unknown, key: unknown): unknown {
  if (Array.isArray(map) && typeof key === "number") return itemAt(map, key);
  if (!hasKey(map, key)) return refuse(`no such key \`${String(key).slice(0, 64)}\``);
  return map instanceof Map ? map.get(key) : (map as Record<string, unknown>)[key as string];
}

/** Code points of a text, items of a list, members of an object. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return codePoints(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  return isObject(value) ? Object.keys(value).length : refuse("a value has no size");
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** ASCII letters in lower case, all else as it is. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Globs of rules come again with every request: plain names and prefixes are made ready once. */
const globs = new Map<string, GlobMatcher | undefined>();
const mostGlobs = 4096;

export function globMatch(pattern: string, text: string): boolean {
  let matches = globs.get(pattern);
  if (matches === undefined && !globs.has(pattern)) {
    if (globs.size >= mostGlobs) globs.clear();
    // Others can fail, which a matcher does not tell.
    matches = /[?\\[{]|\*./.test(pattern) ? undefined : createGlobMatcher(pattern);
    globs.set(pattern, matches);
  }
  return matches ? matches(text) : truth(glob(pattern, text));
}

export const inRange = (ip: string, range: string): boolean => truth(inCidr(ip, range));

const truth = (value: boolean | ErrorValue): boolean =>
  value instanceof ErrorValue ? refuse(value.celMessage) : value;

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/**
 * Whether an instant lies in hours of certain days as a clock in a time zone shows them. From a time up to, not
 * including, another; past midnight when that is earlier, of a day that begins on the named one; the whole day when
 * both are the same. No days means every day.
 */
export function inHours(nowMs: number, wanted: readonly string[], from: string, to: string, timezone: string): boolean {
  const at = new CelTimestamp(BigInt(Math.floor(nowMs)) * 1_000_000n);
  const part = (name: string): number => {
    const value = timestampPart(at, name, timezone);
    return typeof value === "bigint" ? Number(value) : refuse(value.celMessage);
  };
  const minute = part("getHours") * 60 + part("getMinutes");
  const today = part("getDayOfWeek");
  const isWanted = (day: number): boolean => wanted.length === 0 || wanted.includes(days[(day + 7) % 7] as string);
  const [start, end] = [readTime(from), readTime(to)];
  if (start === end) return isWanted(today);
  if (start < end) return isWanted(today) && minute >= start && minute < end;
  return (isWanted(today) && minute >= start) || (isWanted(today - 1) && minute < end);
}

/** Minutes since midnight of `HH:MM`. */
function readTime(text: string): number {
  const found = /^([01][0-9]|2[0-4]):([0-5][0-9])$/.exec(text);
  const minutes = found ? Number(found[1]) * 60 + Number(found[2]) : 1441;
  return minutes <= 1440 ? minutes : refuse("a time of day is written as `HH:MM`");
}

/** A value as messages show it. */
export const show = (value: number | boolean | readonly unknown[] | undefined): string =>
  Array.isArray(value) ? value.join(", ") : String(value);
