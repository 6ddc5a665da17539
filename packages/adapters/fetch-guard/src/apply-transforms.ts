import type { Decision } from "@holdpoint/sdk";

/** A copy of a JSON value with the decision's texts in place, of those whose pointer begins with the prefix. */
export function applyTransforms<T>(value: T, prefix: string, { transforms }: Decision): T {
  const own = transforms.filter(({ path }) => path.startsWith(`${prefix}/`));
  if (own.length === 0) return value;
  const copy = structuredClone(value);
  for (const { path, text } of own) {
    const keys = path
      .slice(prefix.length + 1)
      .split("/")
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop() as string;
    const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], copy);
    if (typeof parent === "object" && parent !== null && Object.hasOwn(parent, last)) {
      (parent as Record<string, unknown>)[last] = text;
    }
  }
  return copy;
}
