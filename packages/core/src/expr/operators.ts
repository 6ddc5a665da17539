import { compareValues, equalValues } from "./compare";
import { ErrorValue, fail } from "./errors";
import { toDuration, toTimestamp } from "./time";
import {
  bound,
  CelDuration,
  CelTimestamp,
  CelUint,
  friendlyTypeName,
  isMap,
  mapGet,
  mapSize,
  mismatch,
  textSize,
  toInt,
  toUint,
} from "./values";

const dividedByZero = fail("division_by_zero", "division by zero");

function noOverload(name: string, a: unknown, b: unknown): ErrorValue {
  if (a instanceof ErrorValue) return a;
  if (b instanceof ErrorValue) return b;
  return fail("type_mismatch", `\`${name}\` cannot take ${friendlyTypeName(a)} and ${friendlyTypeName(b)}`);
}

export function add(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (typeof a === "bigint" && typeof b === "bigint") return toInt(a + b);
  if (a instanceof CelUint && b instanceof CelUint) return toUint(a.celUint + b.celUint);
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (a instanceof Uint8Array && b instanceof Uint8Array) return joinBytes(a, b);
  if (a instanceof CelDuration && b instanceof CelDuration) return toDuration(a.celNanos + b.celNanos);
  if (a instanceof CelTimestamp && b instanceof CelDuration) return toTimestamp(a.celNanos + b.celNanos);
  if (a instanceof CelDuration && b instanceof CelTimestamp) return toTimestamp(a.celNanos + b.celNanos);
  return noOverload("+", a, b);
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

export function subtract(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "bigint" && typeof b === "bigint") return toInt(a - b);
  if (a instanceof CelUint && b instanceof CelUint) return toUint(a.celUint - b.celUint);
  if (a instanceof CelDuration && b instanceof CelDuration) return toDuration(a.celNanos - b.celNanos);
  if (a instanceof CelTimestamp && b instanceof CelDuration) return toTimestamp(a.celNanos - b.celNanos);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return toDuration(a.celNanos - b.celNanos);
  return noOverload("-", a, b);
}

export function multiply(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (typeof a === "bigint" && typeof b === "bigint") return toInt(a * b);
  if (a instanceof CelUint && b instanceof CelUint) return toUint(a.celUint * b.celUint);
  return noOverload("*", a, b);
}

export function divide(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a / b;
  if (typeof a === "bigint" && typeof b === "bigint") return b === 0n ? dividedByZero : toInt(a / b);
  if (a instanceof CelUint && b instanceof CelUint)
    return b.celUint === 0n ? dividedByZero : toUint(a.celUint / b.celUint);
  return noOverload("/", a, b);
}

export function remainder(a: unknown, b: unknown): unknown {
  if (typeof a === "bigint" && typeof b === "bigint") return b === 0n ? dividedByZero : toInt(a % b);
  if (a instanceof CelUint && b instanceof CelUint)
    return b.celUint === 0n ? dividedByZero : toUint(a.celUint % b.celUint);
  return noOverload("%", a, b);
}

export function negate(a: unknown): unknown {
  if (typeof a === "number") return -a;
  if (typeof a === "bigint") return toInt(-a);
  return mismatch("int or double", a);
}

export type Order = "<" | "<=" | ">" | ">=";

export function compareWith(name: Order, a: unknown, b: unknown): boolean | ErrorValue {
  const order = compareValues(a, b);
  if (order === undefined) return noOverload(name, a, b);
  // SPECIFICATION E-12: false would let a request through that nobody has judged.
  if (Number.isNaN(order)) return fail("not_a_number", `\`${name}\` cannot compare what is not a number`);
  if (name === "<") return order < 0;
  if (name === "<=") return order <= 0;
  return name === ">" ? order > 0 : order >= 0;
}

export function equal(a: unknown, b: unknown): boolean | ErrorValue {
  if (a instanceof ErrorValue) return a;
  return b instanceof ErrorValue ? b : equalValues(a, b);
}

export function isIn(item: unknown, container: unknown): boolean | ErrorValue {
  if (item instanceof ErrorValue) return item;
  if (Array.isArray(container)) return container.some((other) => equalValues(item, other));
  return isMap(container) ? mapGet(container, item) !== undefined : mismatch("a list or map", container);
}

export function indexInto(container: unknown, key: unknown): unknown {
  if (container instanceof ErrorValue) return container;
  if (key instanceof ErrorValue) return key;
  if (Array.isArray(container)) {
    const index = key instanceof CelUint ? key.celUint : key;
    if (typeof index !== "bigint" && typeof index !== "number") return mismatch("int", key);
    if (typeof index === "number" && !Number.isInteger(index))
      return fail("invalid_argument", "a list index must be whole");
    const item = index >= 0 && index < container.length ? bound(container[Number(index)]) : undefined;
    return item === undefined ? fail("out_of_range", "list index is out of range") : item;
  }
  if (!isMap(container)) return mismatch("a list or map", container);
  const value = mapGet(container, key);
  return value === undefined ? fail("no_such_key", "no such key") : value;
}

export function sizeOf(value: unknown): unknown {
  if (typeof value === "string") return BigInt(textSize(value));
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  return isMap(value) ? BigInt(mapSize(value)) : mismatch("a string, bytes, list or map", value);
}
