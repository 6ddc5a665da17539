/**
 * Writes out what a vector abbreviates: `{"$repeat": "ab", "times": 3}` is the text `ababab`, `{"$join": ["a", "b"]}` is `ab`,
 * `{"$nest": 3}` is `{"a": {"a": {"a": 0}}}`, and `{"$list": item, "times": 3}` is a list of three items in whose
 * texts `{i}` is the index (`{i-1}` the one before); `{"$concat": [list, list]}` is both lists. Everything else stays as it is.
 */
export function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  const times = Number(object["times"]);
  if (typeof object["$repeat"] === "string") return object["$repeat"].repeat(times);
  if (Array.isArray(object["$join"])) return object["$join"].map((part) => String(expand(part))).join("");
  if (typeof object["$nest"] === "number") return nest(object["$nest"]);
  if (Array.isArray(object["$concat"])) return object["$concat"].flatMap((list) => expand(list) as unknown[]);
  if ("$list" in object) return Array.from({ length: times }, (_, index) => number(expand(object["$list"]), index));
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, expand(item)]));
}

function nest(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

function number(value: unknown, index: number): unknown {
  if (typeof value === "string") return value.replaceAll("{i}", String(index)).replaceAll("{i-1}", String(index - 1));
  if (Array.isArray(value)) return value.map((item) => number(item, index));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, number(item, index)]));
}
