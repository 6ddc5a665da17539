import { colors } from "../print";
import type { PlacedFinding } from "./scan-long-text";

const contextChars = 24;
const longestShown = 60;
const longestHidden = 12;
/** A text is walked from the last of the places that stand so far apart, in code points. */
const stride = 4096;

/**
 * Shows what stands around findings of one text. Values of persons and secrets are hidden wherever they stand; phrases are shown. What it
 * keeps of a text is a byte for each code point, and nothing where there is no finding.
 */
export function createQuoter(text: string, findings: readonly PlacedFinding[]): (finding: PlacedFinding) => string {
  if (findings.length === 0) return () => "";
  const places = findPlaces(text);
  const hidden = new Uint8Array(places.points);
  for (const { detector, start, end } of findings) if (isHidden(detector)) hidden.fill(1, start, end);
  const clean = (from: number, to: number): string =>
    readPoints(text, places.units, Math.max(0, from), Math.min(to, places.points))
      .map((point, index) => (hidden[Math.max(0, from) + index] === 1 ? "•" : point))
      .join("")
      .replace(/[\p{Cc}\p{Cf}]/gu, " ");
  return ({ detector, start, end }) => {
    const most = isHidden(detector) ? longestHidden : longestShown;
    const shown = clean(start, Math.min(end, start + most)) + (end - start > most ? "…" : "");
    return `${colors.dim(clean(start - contextChars, start))}${mark(shown)}${colors.dim(clean(end, end + contextChars))}`;
  };
}

/** Where there are no colours, signs tell what was found from what stands around it. */
const mark = (shown: string): string => (colors.isColorSupported ? colors.inverse(shown) : `»${shown}«`);

const isHidden = (detector: string): boolean => detector === "pii" || detector === "secrets";

/** How many code points a text has, and where every `stride`th of them begins. */
function findPlaces(text: string): { readonly points: number; readonly units: readonly number[] } {
  const units: number[] = [];
  let points = 0;
  for (let at = 0; at < text.length; at += widthAt(text, at)) {
    if (points % stride === 0) units.push(at);
    points++;
  }
  return { points, units };
}

function readPoints(text: string, units: readonly number[], from: number, to: number): string[] {
  const found: string[] = [];
  let point = Math.floor(from / stride) * stride;
  for (let at = units[point / stride] ?? text.length; at < text.length && point < to; point++) {
    const width = widthAt(text, at);
    if (point >= from) found.push(text.slice(at, at + width));
    at += width;
  }
  return found;
}

const widthAt = (text: string, at: number): 1 | 2 => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
