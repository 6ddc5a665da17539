/** A CEL type as written, or a closed record of named fields. */
export type ExprType = string | { readonly fields: Readonly<Record<string, ExprType>> };

/** A CEL type as checked. `free` is the element type of an empty list: it joins with anything. */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: "list"; readonly item: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "type"; readonly of: Type }
  | { readonly kind: "param"; readonly name: string }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Type>> };
export type SimpleKind =
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "timestamp"
  | "duration"
  | "null"
  | "dyn"
  | "free"
  | "error";

const simple = Object.fromEntries(
  "bool int uint double string bytes timestamp duration null dyn free error".split(" ").map((kind) => [kind, { kind }]),
) as Record<SimpleKind, { readonly kind: SimpleKind }>;

export const types = simple;
export const listOf = (item: Type): Type => ({ kind: "list", item });
export const mapOf = (key: Type, value: Type): Type => ({ kind: "map", key, value });

/** `list(string)`, `map(string, dyn)`, `A`: the type, or undefined when the text is none. */
export function parseType(source: ExprType): Type | undefined {
  if (typeof source !== "string") {
    if (typeof source !== "object" || source === null || typeof source.fields !== "object") return undefined;
    const fields: Record<string, Type> = Object.create(null);
    for (const [name, field] of Object.entries(source.fields)) {
      const type = parseType(field);
      if (type === undefined) return undefined;
      fields[name] = type;
    }
    return { kind: "record", fields };
  }
  const text = source.replace(/ /g, "");
  if (text.length > 256) return undefined;
  if (/^[A-Z]$/.test(text)) return { kind: "param", name: text };
  if (text.endsWith(")")) {
    const open = text.indexOf("(");
    const parts = splitArguments(text.slice(open + 1, -1)).map(parseType);
    const [first, second] = parts;
    const head = text.slice(0, open);
    if (head === "list" && parts.length === 1 && first) return listOf(first);
    if (head === "type" && parts.length === 1 && first) return { kind: "type", of: first };
    if (head === "map" && parts.length === 2 && first && second) return mapOf(first, second);
    return undefined;
  }
  return Object.hasOwn(simple, text) && text !== "free" && text !== "error" ? simple[text as SimpleKind] : undefined;
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "(") depth++;
    else if (text[index] === ")") depth--;
    else if (text[index] === "," && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

export function formatType(type: Type): string {
  switch (type.kind) {
    case "list":
      return `list(${formatType(type.item)})`;
    case "map":
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case "type":
      return type.of.kind === "dyn" ? "type" : `type(${formatType(type.of)})`;
    case "param":
      return type.name;
    case "record":
      return `{${Object.keys(type.fields).join(", ")}}`;
    case "free":
    case "error":
      return "dyn";
    default:
      return type.kind;
  }
}

export const isDyn = (type: Type): boolean => type.kind === "dyn" || type.kind === "free" || type.kind === "error";

export const isNumber = (type: Type): boolean => type.kind === "int" || type.kind === "uint" || type.kind === "double";

/** A record seen as a map, for functions and loops that take maps. */
const recordAsMap = mapOf(simple.string, simple.dyn);

/** The least type both fit, undefined when there is none but dyn. */
export function joinTypes(a: Type, b: Type): Type | undefined {
  if (a === b) return a;
  if (a.kind === "free" || a.kind === "error") return b;
  if (b.kind === "free" || b.kind === "error") return a;
  if (a.kind === "dyn") return a;
  if (b.kind === "dyn") return b;
  if (a.kind === "record" && b.kind === "record") return recordAsMap;
  if (a.kind === "record" && b.kind === "map") return joinTypes(recordAsMap, b);
  if (b.kind === "record" && a.kind === "map") return joinTypes(a, recordAsMap);
  if (a.kind === "list" && b.kind === "list") {
    const item = joinTypes(a.item, b.item);
    return item && listOf(item);
  }
  if (a.kind === "map" && b.kind === "map") {
    const key = joinTypes(a.key, b.key);
    const value = joinTypes(a.value, b.value);
    return key && value && mapOf(key, value);
  }
  if (a.kind === "type" && b.kind === "type") return { kind: "type", of: simple.dyn };
  return a.kind === b.kind ? a : undefined;
}

/** Binds the parameters of a declared type so that an argument fits it; false when it cannot. */
export function matchType(declared: Type, argument: Type, bindings: Map<string, Type>): boolean {
  if (declared.kind === "param") {
    const before = bindings.get(declared.name);
    const joined = before === undefined ? argument : joinTypes(before, argument);
    if (joined === undefined) return false;
    bindings.set(declared.name, joined);
    return true;
  }
  if (isDyn(declared)) return true;
  if (isDyn(argument)) {
    bindDyn(declared, bindings);
    return true;
  }
  if (argument.kind === "record" && declared.kind === "map") return matchType(declared, recordAsMap, bindings);
  if (declared.kind === "list") return argument.kind === "list" && matchType(declared.item, argument.item, bindings);
  if (declared.kind === "map") {
    return (
      argument.kind === "map" &&
      matchType(declared.key, argument.key, bindings) &&
      matchType(declared.value, argument.value, bindings)
    );
  }
  if (declared.kind === "type") return argument.kind === "type" && matchType(declared.of, argument.of, bindings);
  return declared.kind === argument.kind;
}

/** A dyn argument makes every parameter it could have bound dyn. */
function bindDyn(declared: Type, bindings: Map<string, Type>): void {
  if (declared.kind === "param") bindings.set(declared.name, simple.dyn);
  else if (declared.kind === "list") bindDyn(declared.item, bindings);
  else if (declared.kind === "map") {
    bindDyn(declared.key, bindings);
    bindDyn(declared.value, bindings);
  }
}

export function substitute(type: Type, bindings: ReadonlyMap<string, Type>): Type {
  if (type.kind === "param") return bindings.get(type.name) ?? simple.dyn;
  if (type.kind === "list") return listOf(substitute(type.item, bindings));
  if (type.kind === "map") return mapOf(substitute(type.key, bindings), substitute(type.value, bindings));
  if (type.kind === "type") return { kind: "type", of: substitute(type.of, bindings) };
  return type;
}
