/**
 * The canonical JSON of a value (RFC 8785): members sorted by UTF-16 code units, numbers as ECMAScript writes them, no
 * white space. Members whose value is undefined are left out. Never throws: what JSON cannot say (NaN, functions,
 * cycles deeper than 256 levels) is written as null.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

const maxDepth = 256;

function write(value: unknown, depth: number): string {
  if (value === null || depth > maxDepth) return "null";
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return Number.isFinite(value) ? `${value}` : "null";
    case "boolean":
      return `${value}`;
    case "object":
      return Array.isArray(value) ? writeList(value, depth) : writeObject(value as Record<string, unknown>, depth);
    default:
      return "null";
  }
}

function writeList(list: readonly unknown[], depth: number): string {
  return `[${list.map((item) => write(item, depth + 1)).join(",")}]`;
}

function writeObject(object: Record<string, unknown>, depth: number): string {
  let members = "";
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) members += `${members && ","}${quote(key)}:${write(value, depth + 1)}`;
  }
  return `{${members}}`;
}

/** Most texts are names, ids and digests, which need no escape: to be looked at takes half of `JSON.stringify`. */
const quote = (text: string): string =>
  text.length < 99 && /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
