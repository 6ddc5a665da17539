import { limits } from "@holdpoint/core";
import type { DetectedText, Finding } from "./detectors";

/** Texts are looked at in pieces of about this many characters, cut where a line ends. */
const pieceLength = 65_536;

/** A finding with the place where it begins, both counted from 1. */
export interface PlacedFinding extends Finding {
  readonly line: number;
  readonly column: number;
}

export interface ScannedText {
  readonly findings: readonly PlacedFinding[];
  readonly flagged: ReadonlySet<string>;
  readonly redacted: string;
}

/**
 * What a text of any length holds. It is looked at in pieces, so what spans two pieces can be missed; a piece whose evidence is
 * full is looked at again in halves, so that every place is named.
 */
export function scanLongText(text: string, detect: (text: string) => DetectedText): ScannedText {
  const findings: PlacedFinding[] = [];
  const flagged = new Set<string>();
  let redacted = "";
  let line = 1;
  let points = 0;
  const take = (piece: string): void => {
    const found = detect(piece);
    const half = cutAt(piece, Math.floor(piece.length / 2));
    if (isFull(found) && half > 0 && half < piece.length) {
      take(piece.slice(0, half));
      take(piece.slice(half));
      return;
    }
    for (const name of found.flagged) flagged.add(name);
    const place = createPlacer(piece, line);
    for (const one of [...found.findings].sort((a, b) => a.start - b.start || a.end - b.end))
      findings.push({ ...one, ...place(one.start), start: points + one.start, end: points + one.end });
    redacted += found.redacted;
    line += piece.split("\n").length - 1;
    points += [...piece].length;
  };
  for (let at = 0; at < text.length || at === 0; ) {
    const end =
      text.length - at <= pieceLength ? text.length : at + cutAt(text.slice(at, at + pieceLength), pieceLength);
    take(text.slice(at, end));
    if (end === 0) break;
    at = end;
  }
  return { findings, flagged, redacted };
}

/** Some detector has named as many places as a record holds. */
const isFull = ({ findings, flagged }: DetectedText): boolean =>
  flagged.some((name) => findings.filter(({ detector }) => detector === name).length >= limits.maxEvidence);

/** The end of the last line that begins before `most`; `most` itself in a line that is too long, never inside a surrogate pair. */
function cutAt(text: string, most: number): number {
  const lineEnd = text.lastIndexOf("\n", most - 1) + 1;
  if (lineEnd > 0) return lineEnd;
  const unit = text.charCodeAt(most - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? most - 1 : most;
}

function createPlacer(piece: string, firstLine: number): (point: number) => { line: number; column: number } {
  const points = [...piece];
  let at = 0;
  let line = firstLine;
  let column = 1;
  return (point) => {
    for (; at < point && at < points.length; at++) {
      if (points[at] === "\n") {
        line++;
        column = 1;
      } else column++;
    }
    return { line, column };
  };
}
