import { isPlainName } from "@holdpoint/core";

/** The names of an object's members that are texts, in the order of their places (clause D-55). */
export const listTextNames = (item: object): readonly string[] =>
  Object.keys(item)
    .filter((name) => !isPlainName(name) && (item as Record<string, unknown>)[name] !== undefined)
    .sort();

/**
 * The names to give members of which some are to be called something else. None is lost: where a name is taken, the next
 * gets ` (2)` behind it, in the order of what they were called (clause D-56).
 */
export function chooseNames(
  names: readonly string[],
  written: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const taken = new Set(names.filter((name) => !written.has(name)));
  const last = new Map<string, number>();
  const chosen = new Map<string, string>();
  for (const name of [...written.keys()].sort()) {
    const wanted = written.get(name) as string;
    let given = wanted;
    for (let count = last.get(wanted) ?? 1; taken.has(given); last.set(wanted, count)) given = `${wanted} (${++count})`;
    taken.add(given);
    chosen.set(name, given);
  }
  return chosen;
}
