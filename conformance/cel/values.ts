import {
  CelDuration,
  CelMap,
  CelTimestamp,
  CelType,
  CelUint,
  compileExpression,
} from "../../packages/core/src/expr/index";
import type { EncodedValue } from "./cases";

/** A value of the suite as the engine has it. */
export function decodeValue(encoded: EncodedValue): unknown {
  const [kind, value] = Object.entries(encoded)[0] as [string, never];
  switch (kind) {
    case "int64Value":
      return BigInt(value);
    case "uint64Value":
      return new CelUint(BigInt(value));
    case "doubleValue":
      return Number(value);
    case "bytesValue":
      return Uint8Array.from(Buffer.from(value, "base64"));
    case "typeValue":
      return new CelType(value);
    case "nullValue":
      return null;
    case "listValue":
      return ((value as { values?: EncodedValue[] }).values ?? []).map(decodeValue);
    case "mapValue":
      return decodeMap((value as { entries?: { key: EncodedValue; value: EncodedValue }[] }).entries ?? []);
    case "objectValue":
      return decodeObject(value);
    default:
      return value;
  }
}

function decodeMap(entries: readonly { readonly key: EncodedValue; readonly value: EncodedValue }[]): CelMap {
  const map = new CelMap();
  for (const entry of entries) {
    const key = decodeValue(entry.key);
    const number = key instanceof CelUint ? key.celUint : key;
    const id = typeof key === "string" ? `s${key}` : typeof key === "boolean" ? (key ? "t" : "f") : `n${number}`;
    map.celEntries.set(id, [key, decodeValue(entry.value)]);
  }
  return map;
}

function decodeObject(object: { "@type": string; value: string }): unknown {
  const name = object["@type"].endsWith("Duration") ? "duration" : "timestamp";
  const compiled = compileExpression(`${name}(text)`, { variables: { text: "string" } });
  const result = compiled.ok ? compiled.program.evaluate({ text: object.value }) : undefined;
  return result?.ok ? result.value : undefined;
}

/** A text that two values share only if type and value are the same; map entries in any order, NaN equal to NaN. */
export function canonicalText(value: unknown): string {
  if (typeof value === "bigint") return `int ${value}`;
  // The suite's JSON writes -0 as 0.
  if (typeof value === "number") return `double ${value === 0 ? 0 : value}`;
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(", ")}]`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (value instanceof CelUint) return `uint ${value.celUint}`;
  if (value instanceof CelTimestamp) return `timestamp ${value.celNanos}`;
  if (value instanceof CelDuration) return `duration ${value.celNanos}`;
  if (value instanceof CelType) return `type ${value.celType}`;
  const entries = value instanceof CelMap ? [...value.celEntries.values()] : Object.entries(value as object);
  return `{${entries
    .map(([key, item]) => `${canonicalText(key)}: ${canonicalText(item)}`)
    .sort()
    .join(", ")}}`;
}
