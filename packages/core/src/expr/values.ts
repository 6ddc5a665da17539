import { ErrorValue, fail } from "./errors";

/*
 * CEL values in TypeScript: null, boolean, string as they are; double is `number`; int is `bigint`; the classes below
 * for the rest, whose fields have names that no binding uses. Lists are arrays. Maps are CelMap when an expression built them, plain objects when a binding did.
 */

/** An unsigned 64-bit integer. */
export class CelUint {
  readonly celUint: bigint;
  constructor(value: bigint) {
    this.celUint = value;
  }
}

/** Nanoseconds since 1970-01-01T00:00:00Z, years 1 to 9999. */
export class CelTimestamp {
  readonly celNanos: bigint;
  constructor(nanos: bigint) {
    this.celNanos = nanos;
  }
}

/** A span in nanoseconds, within 64 bits. */
export class CelDuration {
  readonly celNanos: bigint;
  constructor(nanos: bigint) {
    this.celNanos = nanos;
  }
}

/** What `type(x)` gives. */
export class CelType {
  readonly celType: string;
  constructor(name: string) {
    this.celType = name;
  }
}

/** A map with CEL keys (bool, int, uint, string), in insertion order; 1, 1u and 1.0 are one key. */
export class CelMap {
  readonly celEntries = new Map<string, readonly [key: unknown, value: unknown]>();
}

const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

export const toInt = (value: bigint): bigint | ErrorValue =>
  value >= -int64Max - 1n && value <= int64Max ? value : fail("overflow", "integer overflow");

export const toUint = (value: bigint): CelUint | ErrorValue =>
  value >= 0n && value <= uint64Max ? new CelUint(value) : fail("overflow", "unsigned integer overflow");

/** The name of a value's run-time type, "unknown" for what is no CEL value. */
export function typeName(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "double";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "object":
      if (value === null) return "null_type";
      if (Array.isArray(value)) return "list";
      if (value instanceof CelUint) return "uint";
      if (value instanceof CelTimestamp) return "google.protobuf.Timestamp";
      if (value instanceof CelDuration) return "google.protobuf.Duration";
      if (value instanceof Uint8Array) return "bytes";
      if (value instanceof CelType) return "type";
      if (value instanceof ErrorValue) return "error";
      return "map";
    default:
      return "unknown";
  }
}

/** The name a writer of expressions knows: `timestamp`, not the protobuf name. */
export function friendlyTypeName(value: unknown): string {
  const name = typeName(value);
  if (name === "google.protobuf.Timestamp") return "timestamp";
  if (name === "google.protobuf.Duration") return "duration";
  return name === "null_type" ? "null" : name;
}

/** A type_mismatch that names both types; an error passes through. */
export function mismatch(expected: string, value: unknown): ErrorValue {
  if (value instanceof ErrorValue) return value;
  return fail("type_mismatch", `expected ${expected}, found ${friendlyTypeName(value)}`);
}

/** The identity of a map key, undefined for what can be no key or equals none. */
export function keyId(key: unknown): string | undefined {
  switch (typeof key) {
    case "string":
      return `s${key}`;
    case "bigint":
      return `n${key}`;
    case "boolean":
      return key ? "t" : "f";
    case "number":
      return Number.isInteger(key) ? `n${BigInt(key)}` : undefined;
    default:
      return key instanceof CelUint ? `n${key.celUint}` : undefined;
  }
}

export type AnyMap = CelMap | Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is AnyMap {
  return typeof value === "object" && typeName(value) === "map";
}

/** The value under a key, undefined when there is none. A NaN out of a binding is an error value. */
export function mapGet(map: AnyMap, key: unknown): unknown {
  if (map instanceof CelMap) {
    const id = keyId(key);
    return id === undefined ? undefined : map.celEntries.get(id)?.[1];
  }
  if (typeof key !== "string" || !Object.hasOwn(map, key)) return undefined;
  return bound(map[key]);
}

/** What a binding holds, as a CEL value: NaN fails closed, functions and symbols are no values. */
export function bound(value: unknown): unknown {
  if (typeof value === "number") return Number.isNaN(value) ? notANumber : value;
  if (typeof value === "function" || typeof value === "symbol") return mismatch("a value", value);
  return value;
}

export const notANumber = fail("not_a_number", "a value is not a number");

/** Keys in a fixed order: as written for maps an expression built, by code point for bindings. */
export function mapKeys(map: AnyMap): unknown[] {
  if (map instanceof CelMap) return Array.from(map.celEntries.values(), (entry) => entry[0]);
  return ownKeys(map).sort(compareStrings);
}

export function mapSize(map: AnyMap): number {
  return map instanceof CelMap ? map.celEntries.size : ownKeys(map).length;
}

/** A key whose value is undefined is not there: JSON has no undefined. */
const ownKeys = (map: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(map).filter((key) => map[key] !== undefined);

/** -1, 0 or 1 by code point; `<` on strings is by UTF-16 unit, which differs above the BMP. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) < rank(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** Surrogates stand for code points above every other unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const surrogate = /[\ud800-\udfff]/;

/** Code points in a text; a lone surrogate counts as one. */
export function textSize(text: string): number {
  if (!surrogate.test(text)) return text.length;
  let size = text.length;
  for (let index = 1; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xdc00 && unit <= 0xdfff) {
      const before = text.charCodeAt(index - 1);
      if (before >= 0xd800 && before <= 0xdbff) size--;
    }
  }
  return size;
}
