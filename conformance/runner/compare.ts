import { canonical } from "./canonical";

/** Where an answer differs from what is expected, a line each; none when it agrees. */
export function findDifferences(expected: unknown, actual: unknown, path = ""): string[] {
  if (expected === null)
    return actual === undefined || actual === null ? [] : [`${path}: expected none, got ${show(actual)}`];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${path}: expected a list, got ${show(actual)}`];
    if (actual.length !== expected.length)
      return [`${path}: expected ${expected.length} items, got ${actual.length}: ${show(actual)}`];
    return expected.flatMap((item, index) => findDifferences(item, actual[index], `${path}/${index}`));
  }
  if (typeof expected === "object") {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual))
      return [`${path}: expected an object, got ${show(actual)}`];
    return Object.entries(expected as object).flatMap(([key, item]) =>
      findDifferences(
        item,
        Object.hasOwn(actual, key) ? (actual as Record<string, unknown>)[key] : undefined,
        `${path}/${key}`,
      ),
    );
  }
  return expected === actual ? [] : [`${path}: expected ${show(expected)}, got ${show(actual)}`];
}

const show = (value: unknown): string => {
  const text = value === undefined ? "nothing" : canonical(value);
  return text.length > 240 ? `${text.slice(0, 240)}…` : text;
};
