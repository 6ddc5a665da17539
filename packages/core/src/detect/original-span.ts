import type { Evidence } from "../gen/messages";
import { countCodePoints } from "./offsets";
import type { TextScan } from "./text-scan";

/** A span of the normalised text as a path with code points of the original text. */
export function toOriginalSpan(scan: TextScan, start: number, end: number): Pick<Evidence, "path" | "start" | "end"> {
  const original = scan.text.value;
  const span = scan.normalised.toOriginalSpan({ start, end });
  const first = countCodePoints(original, 0, span.start);
  return { path: scan.text.path, start: first, end: first + countCodePoints(original, span.start, span.end) };
}
