import type { Decision } from "@holdpoint/core";

/**
 * The value to use in place of one of the request's own: a copy with every text in it that a policy put there (redacted,
 * masked), or the original itself when no policy changed one. `path` is a JSON pointer into the request, such as `/tool/args`.
 * A text whose place the value does not have is left out.
 */
export function applyTransforms<T>(decision: Decision, path: string, original: T): T {
  const whole = decision.transforms.find((transform) => transform.path === path);
  if (whole) return whole.text as T;
  const own = decision.transforms.filter((transform) => transform.path.startsWith(`${path}/`));
  if (own.length === 0) return original;
  const copy = structuredClone(original);
  for (const transform of own) {
    const keys = transform.path
      .slice(path.length + 1)
      .split("/")
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop() as string;
    const parent = keys.reduce<unknown>(memberOf, copy);
    if (memberOf(parent, last) !== undefined) (parent as Record<string, unknown>)[last] = transform.text;
  }
  return copy;
}

/** What stands under a key of an object or a list: none of its prototype's, nor a list's length. */
function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.prototype.propertyIsEnumerable.call(value, key))
    return undefined;
  return (value as Record<string, unknown>)[key];
}
