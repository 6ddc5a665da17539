import type { PiiStrategy } from "../gen/tables";
import { countCodePoints, moveCodePoints } from "./offsets";

/** A span of a text (UTF-16 code units) to be written another way. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * How a value is written: `[LABEL]` (redact), one `*` per code point (mask), all but the last `keepLast` letters and
 * digits masked (partial), `[LABEL:hash]` (hash; `[LABEL]` when there is no key to hash with).
 */
export function rewriteValue(
  value: string,
  strategy: PiiStrategy,
  label: string,
  keepLast: number,
  hash: ((value: string) => string) | undefined,
): string {
  switch (strategy) {
    case "mask":
      return "*".repeat(countCodePoints(value, 0, value.length));
    case "partial": {
      const keepFrom = moveCodePoints(value, value.length, -keepLast);
      return "*".repeat(countCodePoints(value, 0, keepFrom)) + value.slice(keepFrom);
    }
    case "hash":
      return hash ? `[${label}:${hash(value).slice(0, 16)}]` : `[${label}]`;
    default:
      return `[${label}]`;
  }
}

/** The text with all replacements made. They may overlap: the first to start wins, then the longer; a span that overlaps a taken one is cut off at its end. */
export function replaceSpans(text: string, replacements: readonly Replacement[]): string {
  const ordered = [...replacements].sort((a, b) => a.start - b.start || b.end - a.end);
  let out = "";
  let at = 0;
  for (const { start, end, text: written } of ordered) {
    if (end <= at) continue;
    if (start >= at) out += text.slice(at, start) + written;
    at = Math.max(at, end);
  }
  return out + text.slice(at);
}
