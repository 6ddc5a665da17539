import type { PatternSet } from "../match/index";
import { cutsEscape, readUnescaped } from "./escapes";
import { countCodePoints } from "./offsets";
import type { PiiFinding } from "./pii";
import type { TextScan } from "./text-scan";

/** A value of personal data, and the reading of the text in whose offsets it is. */
export interface PlacedPii {
  readonly scan: TextScan;
  readonly finding: PiiFinding;
}

const nothing: readonly PlacedPii[] = Object.freeze([]);

/**
 * What a text holds as it stands and with its escapes read, in order of position and without overlap (SPECIFICATION T-56): of
 * two that overlap, what cuts no escape in two, then as T-18 says, then what the text as it stands shows.
 */
export function findPiiInReadings(
  scan: TextScan,
  set: PatternSet,
  find: (scan: TextScan) => readonly PiiFinding[],
): readonly PlacedPii[] {
  const written = find(scan);
  const reading = readUnescaped(scan, set);
  const read = reading ? find(reading) : [];
  if (written.length + read.length === 0) return nothing;
  const place = (from: TextScan, found: readonly PiiFinding[]): PlacedPii[] =>
    found.map((finding) => ({ scan: from, finding }));
  if (!reading || read.length === 0) return place(scan, written);
  return resolveReadings(scan.text.value, [...place(scan, written), ...place(reading, read)]);
}

function resolveReadings(text: string, found: readonly PlacedPii[]): PlacedPii[] {
  const ranked = found
    .map((placed) => {
      const span = placed.scan.normalised.toOriginalSpan(placed.finding);
      const length = countCodePoints(text, span.start, span.end);
      return { placed, ...span, length, cuts: Number(cutsEscape(text, span)) };
    })
    .sort(
      (a, b) =>
        a.cuts - b.cuts ||
        b.placed.finding.confidence - a.placed.finding.confidence ||
        b.length - a.length ||
        a.start - b.start,
    );
  const taken = new Uint8Array(text.length);
  const kept = ranked.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
  return kept.sort((a, b) => a.start - b.start).map(({ placed }) => placed);
}
