import {
  type AnyMap,
  CelDuration,
  CelMap,
  CelTimestamp,
  CelType,
  CelUint,
  compareStrings,
  isMap,
  mapGet,
  mapKeys,
  mapSize,
} from "./values";

type Numeric = number | bigint | CelUint;

const isNumeric = (value: unknown): value is Numeric =>
  typeof value === "number" || typeof value === "bigint" || value instanceof CelUint;

/**
 * Numbers of any two types on one line. An integer beside a double counts as the nearest double, as in the other CEL
 * implementations; integers are exact among themselves. NaN compares as neither: the result is NaN.
 */
function compareNumbers(a: Numeric, b: Numeric): number {
  const x = a instanceof CelUint ? a.celUint : a;
  const y = b instanceof CelUint ? b.celUint : b;
  if (typeof x === "bigint" && typeof y === "bigint") return x < y ? -1 : x > y ? 1 : 0;
  const p = Number(x);
  const q = Number(y);
  return p < q ? -1 : p > q ? 1 : p === q ? 0 : Number.NaN;
}

/** -1, 0, 1, NaN where nothing is less or greater, undefined where the types have no order. */
export function compareValues(a: unknown, b: unknown): number | undefined {
  if (isNumeric(a)) return isNumeric(b) ? compareNumbers(a, b) : undefined;
  if (typeof a === "string") return typeof b === "string" ? compareStrings(a, b) : undefined;
  if (typeof a === "boolean") return typeof b === "boolean" ? Number(a) - Number(b) : undefined;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp ? compareNumbers(a.celNanos, b.celNanos) : undefined;
  if (a instanceof CelDuration) return b instanceof CelDuration ? compareNumbers(a.celNanos, b.celNanos) : undefined;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? compareBytes(a, b) : undefined;
  return undefined;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a[index] as number;
    const y = b[index] as number;
    if (x !== y) return x < y ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** CEL equality: numbers across types, deep for lists and maps, false for values of different types. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (typeof a === "string" || typeof a === "boolean" || a === null) return a === b;
  if (isNumeric(a)) return isNumeric(b) && compareNumbers(a, b) === 0;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index]));
  }
  if (a instanceof CelType) return b instanceof CelType && a.celType === b.celType;
  const order = compareValues(a, b);
  if (order !== undefined) return order === 0;
  return isMap(a) && isMap(b) && equalMaps(a, b);
}

function equalMaps(a: AnyMap, b: AnyMap): boolean {
  if (mapSize(a) !== mapSize(b)) return false;
  return mapKeys(a).every((key) => {
    const other = mapGet(b, key);
    return other !== undefined && equalValues(a instanceof CelMap ? mapGet(a, key) : a[key as string], other);
  });
}
