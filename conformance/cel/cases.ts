import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tests as suite } from "@bufbuild/cel-spec/testdata/conformance.js";
import { parse } from "yaml";

/** A value as the conformance suite writes it: one key such as `int64Value`, `listValue`, `mapValue`. */
export type EncodedValue = Readonly<Record<string, unknown>>;

/** One case, the same for every implementation. */
export interface CelCase {
  /** File, section and name; stable over runs. */
  readonly id: string;
  readonly expr: string;
  /** Types as `ExprEnv` writes them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly bindings: Readonly<Record<string, EncodedValue>>;
  /** Names and types are not checked before the evaluation. */
  readonly unchecked: boolean;
  readonly expected: { readonly value: EncodedValue } | "error";
  /** The type a checker deduces, where the suite tells. */
  readonly type?: string;
}

export interface Exceptions {
  readonly core: readonly string[];
  readonly leftOut: readonly { readonly file: string; readonly why: string }[];
  readonly messages: string;
  readonly failing: readonly { readonly id: string; readonly why: string }[];
}

interface Original {
  readonly name?: string;
  readonly expr: string;
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type: Encoded } }[];
  readonly bindings?: Readonly<Record<string, { readonly value: EncodedValue }>>;
  readonly disableCheck?: boolean;
  readonly value?: EncodedValue;
  readonly evalError?: unknown;
  readonly file?: string;
  readonly section?: string;
}
type Encoded = Readonly<Record<string, unknown>>;

export function readExceptions(): Exceptions {
  return parse(readFileSync(fileURLToPath(new URL("exceptions.yaml", import.meta.url)), "utf8")) as Exceptions;
}

/** The core cases of the dev dependency, or of a file of JSON lines with `file` and `section` beside each case. */
export function readCases(path: string | undefined, exceptions: Exceptions): { cases: CelCase[]; leftOut: number } {
  const all = path === undefined ? fromSuite() : fromLines(path);
  const messages = new RegExp(exceptions.messages);
  const known = new Set([...exceptions.core, ...exceptions.leftOut.map((entry) => entry.file)]);
  const cases = new Map<string, CelCase>();
  let leftOut = 0;
  for (const { original, file, section, type } of all) {
    if (!known.has(file)) throw new Error(`file \`${file}\` is neither core nor left out`);
    const needsMessages =
      messages.test(original.expr) || JSON.stringify(original.typeEnv ?? []).includes("conformance.proto");
    if (!exceptions.core.includes(file) || needsMessages) {
      leftOut++;
      continue;
    }
    const base = `${file}/${section}/${original.name ?? original.expr}`;
    let id = base;
    for (let copy = 2; cases.has(id); copy++) id = `${base}#${copy}`;
    cases.set(id, toCase(id, original, type));
  }
  return { cases: [...cases.values()], leftOut };
}

function toCase(id: string, original: Original, type: string | undefined): CelCase {
  const variables: Record<string, string> = {};
  for (const { name, ident } of original.typeEnv ?? []) if (ident) variables[name] = typeText(ident.type);
  const bindings = Object.fromEntries(
    Object.entries(original.bindings ?? {}).map(([name, bound]) => [name, bound.value]),
  );
  const expected = original.evalError === undefined ? { value: original.value ?? { boolValue: true } } : "error";
  const common = { id, expr: original.expr, variables, bindings, unchecked: original.disableCheck === true, expected };
  return type === undefined ? (common as CelCase) : ({ ...common, type } as CelCase);
}

function typeText(type: Encoded): string {
  if ("primitive" in type)
    return { INT64: "int", UINT64: "uint" }[type.primitive as string] ?? (type.primitive as string).toLowerCase();
  if ("listType" in type) return `list(${typeText((type.listType as { elemType: Encoded }).elemType)})`;
  if ("mapType" in type) {
    const { keyType, valueType } = type.mapType as { keyType: Encoded; valueType: Encoded };
    return `map(${typeText(keyType)}, ${typeText(valueType)})`;
  }
  if ("null" in type) return "null";
  if (type.messageType === "google.protobuf.Duration" || type.wellKnown === "DURATION") return "duration";
  if (type.messageType === "google.protobuf.Timestamp" || type.wellKnown === "TIMESTAMP") return "timestamp";
  return "dyn";
}

interface Found {
  readonly original: Original;
  readonly file: string;
  readonly section: string;
  readonly type: string | undefined;
}

function fromSuite(): Found[] {
  const found: Found[] = [];
  for (const file of suite.suites ?? []) {
    for (const section of file.suites ?? []) {
      for (const test of section.tests ?? []) {
        found.push({ original: test.original as Original, file: file.name, section: section.name, type: test.type });
      }
    }
  }
  return found;
}

function fromLines(path: string): Found[] {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => {
    const original = JSON.parse(line) as Original;
    return { original, file: original.file ?? "", section: original.section ?? "", type: undefined };
  });
}
