import { limits } from "@holdpoint/core";

const mark = "… [cut off]";

/**
 * A text as a trace carries it: cut at the limit, with a mark. A long text is copied, for a slice would keep the whole
 * of it in memory.
 */
export function cutText(text: string, maxChars: number = limits.maxTracedTextChars): string {
  if (text.length <= maxChars) return text;
  return new TextDecoder().decode(new TextEncoder().encode(text.slice(0, maxChars))) + mark;
}

/** A name that the server will take; undefined for anything else. */
export function readName(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, limits.maxNameChars) : undefined;
}

/** A count or an amount; undefined for anything that is not a number from 0. */
export function readAmount(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && Number.isFinite(value) ? value : undefined;
}
