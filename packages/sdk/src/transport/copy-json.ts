import { limits } from "@holdpoint/core";
import { chooseNames, listTextNames } from "../member-names";

export interface CopyOptions {
  /** True refuses what JSON cannot say; false writes null for it. */
  readonly exact: boolean;
  /** A text to write in place of one, or of a name, found at a pointer as decisions write them (clause D-55). */
  text?(value: string, pointer: string): string;
  /** The pointer of the value itself. */
  readonly pointer?: string;
}

export type CopyResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** What a whole request has around the arguments that the limits are about. */
const wrapping = { depth: 4, nodes: 5_000 } as const;

/**
 * A value as plain JSON that shares nothing with it, or that it cannot be copied: nested too deep, too many values (a
 * cycle shows as one of these), a getter that throws, and with `exact` anything that is not JSON. Never throws.
 */
export function copyJson(value: unknown, options: CopyOptions): CopyResult {
  let nodesLeft = limits.maxNodes + wrapping.nodes;
  const rename = (item: object, pointer: string, places: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
    const written = new Map<string, string>();
    for (const [name, place] of places) {
      const text = options.text?.(name, `${pointer}/${place}#`);
      if (text !== undefined && text !== name) written.set(name, text);
    }
    return written.size === 0 ? written : chooseNames(Object.keys(item), written);
  };
  const copy = (item: unknown, pointer: string, depth: number): unknown => {
    if (--nodesLeft < 0 || depth > limits.maxDepth + wrapping.depth) throw new RangeError("too large");
    if (item === null || typeof item === "boolean") return item;
    if (typeof item === "string") return options.text ? options.text(item, pointer) : item;
    if (typeof item === "number" && Number.isFinite(item)) return item;
    if (typeof item !== "object") {
      if (options.exact) throw new TypeError("not JSON");
      return null;
    }
    if (Array.isArray(item)) return item.map((child, index) => copy(child, `${pointer}/${index}`, depth + 1));
    if (item instanceof Date) return item.toJSON();
    if (options.exact && Object.keys(item).length === 0 && !isPlain(item)) throw new TypeError("not JSON");
    const copied: Record<string, unknown> = Object.create(null);
    const places = options.text ? new Map(listTextNames(item).map((name, place) => [name, `#${place}`])) : nowhere;
    const chosen = rename(item, pointer, places);
    for (const key of Object.keys(item)) {
      const child = (item as Record<string, unknown>)[key];
      const at = `${pointer}/${places.get(key) ?? key}`;
      if (child !== undefined) copied[chosen.get(key) ?? key] = copy(child, at, depth + 1);
    }
    return copied;
  };
  try {
    return { ok: true, value: copy(value, options.pointer ?? "", 0) };
  } catch {
    return { ok: false };
  }
}

/** Of this realm or another. What a Map or a URL holds is no member of it, and would be left out. */
function isPlain(item: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const nowhere: ReadonlyMap<string, string> = new Map();

/** The members of an object as plain JSON, each by itself: what cannot be copied is left out. Never throws. */
export function copyMembers(value: unknown): Record<string, unknown> {
  const copied: Record<string, unknown> = {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) return copied;
  try {
    for (const key of Object.keys(value)) {
      const member = readMember(value, key);
      const result = member === undefined ? undefined : copyJson(member, { exact: false });
      if (result?.ok) copied[key] = result.value;
    }
  } catch {
    // A hostile object: what was read so far is all there is.
  }
  return copied;
}

/** A member of whatever this is; undefined when there is none or reading it throws. */
export function readMember(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}
