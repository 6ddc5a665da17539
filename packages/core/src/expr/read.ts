import { ErrorValue, fail } from "./errors";
import type { Frame, Val } from "./frame";
import { parseDuration, parseTimestamp, toDuration, toTimestamp } from "./time";
import { formatType, type Type } from "./types";
import {
  bound,
  CelDuration,
  CelMap,
  CelTimestamp,
  CelType,
  CelUint,
  friendlyTypeName,
  isMap,
  keyId,
  mapGet,
  mapKeys,
  toInt,
  toUint,
} from "./values";

/** A raw value of a binding as a CEL value of the declared type, or an error. `label` is for messages. */
export function fromBinding(value: unknown, type: Type, label: string, frame: Frame): unknown {
  if (Number.isNaN(value)) return fail("not_a_number", `\`${label}\` is not a number`);
  const converted = convertBinding(value, type, label, frame);
  if (converted !== undefined) return converted;
  return fail("type_mismatch", `expected ${formatType(type)} for \`${label}\`, found ${friendlyTypeName(value)}`);
}

/** The value as the type has it, undefined when it does not fit. */
function convertBinding(value: unknown, type: Type, label: string, frame: Frame): unknown {
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? value : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "double":
      return typeof value === "number" ? value : undefined;
    case "null":
      return value === null ? null : undefined;
    case "int":
      if (typeof value === "bigint") return toInt(value);
      return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
    case "uint":
      if (value instanceof CelUint) return value;
      if (typeof value === "bigint") return toUint(value);
      return Number.isSafeInteger(value) && (value as number) >= 0 ? new CelUint(BigInt(value as number)) : undefined;
    case "bytes":
      return value instanceof Uint8Array ? value : undefined;
    case "timestamp":
      if (value instanceof CelTimestamp) return value;
      if (typeof value === "string") return parseTimestamp(value);
      if (value instanceof Date && Number.isFinite(value.getTime())) return fromMillis(value.getTime());
      return Number.isSafeInteger(value) ? fromMillis(value as number) : undefined;
    case "duration":
      if (value instanceof CelDuration) return value;
      if (typeof value === "string") return parseDuration(value);
      return Number.isSafeInteger(value) ? toDuration(BigInt(value as number) * 1_000_000n) : undefined;
    case "type":
      return value instanceof CelType ? value : undefined;
    case "list":
      return Array.isArray(value) ? listFromBinding(value, type.item, label, frame) : undefined;
    case "map":
      return isMap(value) ? mapFromBinding(value, type.key, type.value, label, frame) : undefined;
    case "record":
      return isMap(value) ? recordFromBinding(value, type.fields, label, frame) : undefined;
    default:
      return bound(value);
  }
}

const fromMillis = (millis: number): unknown => toTimestamp(BigInt(millis) * 1_000_000n);

const isAny = (type: Type): boolean => type.kind === "dyn" || type.kind === "free" || type.kind === "error";

/** The array itself when its items are what they must be, else a converted copy. */
function listFromBinding(items: readonly unknown[], type: Type, label: string, frame: Frame): unknown {
  if (isAny(type)) return items;
  frame.steps += items.length;
  if (frame.steps > frame.stepsMax) return fail("cost_exceeded", "expression takes too many steps");
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (type.kind === "string" && typeof item === "string") continue;
    const converted = fromBinding(item, type, label, frame);
    if (isError(converted)) return converted;
    if (converted !== item) (copy ??= [...items])[index] = converted;
  }
  return copy ?? items;
}

function mapFromBinding(map: object, keyType: Type, valueType: Type, label: string, frame: Frame): unknown {
  if (isAny(valueType) && (isAny(keyType) || keyType.kind === "string")) return map;
  const converted = new CelMap();
  const keys = mapKeys(map as CelMap);
  frame.steps += keys.length;
  if (frame.steps > frame.stepsMax) return fail("cost_exceeded", "expression takes too many steps");
  for (const key of keys) {
    const newKey = fromBinding(key, keyType, label, frame);
    if (isError(newKey)) return newKey;
    const value = fromBinding(rawGet(map, key), valueType, label, frame);
    if (isError(value)) return value;
    converted.celEntries.set(keyId(newKey) as string, [newKey, value]);
  }
  return converted;
}

/** A record as a whole: its declared fields with their declared types; others are not visible. */
function recordFromBinding(map: object, fields: Readonly<Record<string, Type>>, label: string, frame: Frame): unknown {
  const converted = new CelMap();
  for (const name of mapKeys(map as CelMap)) {
    const type = typeof name === "string" ? fields[name] : undefined;
    if (type === undefined) continue;
    const value = fromBinding(rawGet(map, name), type, `${label}.${name}`, frame);
    if (isError(value)) return value;
    converted.celEntries.set(`s${name}`, [name, value]);
  }
  return converted;
}

const rawGet = (map: object, key: unknown): unknown =>
  map instanceof CelMap ? mapGet(map, key) : (map as Record<string, unknown>)[key as string];

const isError = (value: unknown): value is ErrorValue => value instanceof ErrorValue;

/** A variable and the fields to follow from it. */
export interface Path {
  readonly variable: string;
  readonly keys: readonly string[];
}

/**
 * Names that every object has, or that our own value classes have: reading them off an object without asking whether
 * they are its own would find what no binding put there.
 */
const inherited = new Set(
  [Object.prototype, Array.prototype, Uint8Array.prototype, Date.prototype, Map.prototype]
    .flatMap((prototype) => [
      ...Object.getOwnPropertyNames(prototype),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(prototype) ?? {}),
    ])
    .concat("length", "celUint", "celNanos", "celType", "celEntries", "celReason", "celMessage"),
);

/** The value at a path as the bindings have it, not yet checked; an error when it is not there. */
export function compilePath(path: Path): Val {
  const { variable } = path;
  const missingVariable = fail("no_such_key", `no value for \`${variable}\``);
  const root: Val = inherited.has(variable)
    ? (frame) => {
        const value = Object.hasOwn(frame.bindings, variable) ? frame.bindings[variable] : undefined;
        return value === undefined ? missingVariable : value;
      }
    : (frame) => {
        const value = frame.bindings[variable];
        return value === undefined ? missingVariable : value;
      };
  let read = root;
  let label = variable;
  for (const key of path.keys) {
    read = compileField(read, key, label);
    label += `.${key}`;
  }
  return read;
}

/** Reads a field of a raw map. */
function compileField(operand: Val, key: string, label: string): Val {
  const slow = (of: unknown): unknown => {
    if (isError(of)) return of;
    if (!isMap(of))
      return fail("type_mismatch", `cannot read field \`${key}\` of ${friendlyTypeName(of)} at \`${label}\``);
    const value = of instanceof CelMap ? mapGet(of, key) : Object.hasOwn(of, key) ? of[key] : undefined;
    return value === undefined ? fail("no_such_key", `no such key \`${key}\``) : value;
  };
  if (inherited.has(key)) return (frame) => slow(operand(frame));
  return (frame) => {
    const of = operand(frame);
    if (typeof of === "object" && of !== null) {
      const value = (of as Record<string, unknown>)[key];
      if (value !== undefined) return value;
    }
    return slow(of);
  };
}
