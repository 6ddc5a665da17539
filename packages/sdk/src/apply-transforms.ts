import type { Decision } from "@holdpoint/core";
import { chooseNames, listTextNames } from "./member-names";

/**
 * The value to use in place of one of the request's own: a copy with every text in it that a policy put there (redacted,
 * masked), or the original itself when no policy changed one. `path` is a JSON pointer into the request, such as `/tool/args`.
 * A text whose place the value does not have is left out. Members whose names were changed keep their values, each under a
 * name of its own (clause D-56).
 */
export function applyTransforms<T>(decision: Decision, path: string, original: T): T {
  const whole = decision.transforms.find((transform) => transform.path === path);
  if (whole) return whole.text as T;
  const own = decision.transforms.filter((transform) => transform.path.startsWith(`${path}/`));
  if (own.length === 0) return original;
  const copy = structuredClone(original);
  const findKey = createKeyFinder();
  const renamed = new Map<object, Map<string, string>>();
  for (const { path: at, text } of own) {
    const steps = at.slice(path.length + 1).split("/");
    const last = steps.pop() as string;
    const parent = steps.reduce<unknown>((value, step) => memberOf(value, findKey(value, step)), copy);
    const [place, isName] = /^#[0-9]+#$/.test(last) ? [last.slice(0, -1), true] : [last, false];
    const key = findKey(parent, place);
    if (memberOf(parent, key) === undefined) continue;
    if (!isName) (parent as Record<string, unknown>)[key] = text;
    else renamed.set(parent as object, (renamed.get(parent as object) ?? new Map()).set(key, text));
  }
  for (const [item, written] of renamed) renameMembers(item as Record<string, unknown>, written);
  return copy;
}

/** What a step of a pointer names: a member by its name, or one whose name is a text by its place. */
function createKeyFinder(): (value: unknown, step: string) => string {
  const known = new Map<object, readonly string[]>();
  return (value, step) => {
    if (!step.startsWith("#")) return step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null) return step;
    const names = known.get(value) ?? listTextNames(value);
    known.set(value, names);
    return names[Number(step.slice(1))] ?? step;
  };
}

function renameMembers(item: Record<string, unknown>, written: ReadonlyMap<string, string>): void {
  const members = Object.entries(item);
  const chosen = chooseNames(Object.keys(item), written);
  for (const [name] of members) delete item[name];
  const as = { configurable: true, enumerable: true, writable: true };
  for (const [name, value] of members) Object.defineProperty(item, chosen.get(name) ?? name, { ...as, value });
}

/** What stands under a key of an object or a list: none of its prototype's, nor a list's length. */
function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.prototype.propertyIsEnumerable.call(value, key))
    return undefined;
  return (value as Record<string, unknown>)[key];
}
