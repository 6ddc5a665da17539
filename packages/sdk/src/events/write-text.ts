import { limits } from "@holdpoint/core";
import type { DropCounter } from "./drop-counter";

/** A quarter of what a request may hold: JSON takes at most three bytes for one code unit. */
export const maxBatchChars = Math.floor(limits.maxRequestBytes / 4);

/** A trace as JSON; undefined, and counted, when it cannot be written or is too long ever to be sent. */
export function createTextWriter(drops: DropCounter): (item: { toJson(): string }) => string | undefined {
  return (item) => {
    let text: string;
    try {
      text = item.toJson();
    } catch {
      drops.add("unserializable");
      return undefined;
    }
    if (fits(text)) return text;
    drops.add("rejected");
    return undefined;
  };
}

function fits(text: string): boolean {
  if (text.length <= maxBatchChars) return true;
  return new TextEncoder().encode(text).length < limits.maxRequestBytes - '{"traces":[]}'.length;
}
