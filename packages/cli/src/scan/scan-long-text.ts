import { limits } from "@holdpoint/core";
import type { DetectedText, Finding } from "./detectors";

/** Texts are looked at in pieces of about this many characters, cut where a line ends. */
const pieceLength = 65_536;
/**
 * So many characters on each side of a border are looked at together before it is drawn; it moves to before what was found across
 * it. What reaches further to either side can be missed.
 */
const overlapLength = 2_048;
/** Where things stand close to one another, so many are enough. */
const leastOverlap = 128;
/** And pieces are no longer than twice the last one whose evidence was not full, but this at least. */
const leastPiece = 4_096;
/** What tells a finding what it is stands at most so far before it. */
const contextLength = 128;

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
 * What a text of any length holds. It is looked at in pieces, whose borders move out of what is found across them, so that all is found
 * once; a piece whose evidence is full is looked at again in halves, so that every place is named.
 */
export function scanLongText(
  text: string,
  detect: (text: string) => DetectedText,
  onProgress?: (done: number) => void,
): ScannedText {
  const findings: PlacedFinding[] = [];
  const flagged = new Set<string>();
  let redacted = "";
  let line = 1;
  let column = 1;
  let points = 0;
  const pace: Pace = { piece: pieceLength, overlap: overlapLength };
  const take = (piece: string, found: DetectedText): void => {
    const middle = cutAt(piece, Math.floor(piece.length / 2));
    if (isFull(found) && middle > 0 && middle < piece.length) {
      pace.piece = Math.max(leastPiece, Math.min(pace.piece, middle));
      const half = moveBorder(piece, 0, middle, detect, pace);
      for (const part of [piece.slice(0, half), piece.slice(half)]) take(part, detect(part));
      return;
    }
    for (const name of found.flagged) flagged.add(name);
    const place = createPlacer(piece, { line, column });
    for (const one of [...found.findings].sort((a, b) => a.start - b.start || a.end - b.end))
      findings.push({ ...one, ...place(one.start), start: points + one.start, end: points + one.end });
    const length = countPoints(piece);
    ({ line, column } = place(length));
    points += length;
  };
  for (let at = 0; at < text.length || at === 0; ) {
    const most = pace.piece;
    const end =
      text.length - at <= most
        ? text.length
        : moveBorder(text, at, at + cutAt(text.slice(at, at + most), most), detect, pace);
    const piece = text.slice(at, end);
    const found = detect(piece);
    if (!isFull(found)) pace.piece = Math.min(pieceLength, most * 2);
    // What a half of a piece does not show its whole may.
    redacted += found.redacted;
    take(piece, found);
    if (end === 0) break;
    at = end;
    onProgress?.(at);
  }
  return { findings, flagged, redacted };
}

/** How much is looked at together, for the next piece and the next border: less where evidence was full. */
interface Pace {
  piece: number;
  overlap: number;
}

/** The border itself, or a place before it that is in nothing found around it, nor just before that. */
function moveBorder(
  text: string,
  at: number,
  border: number,
  detect: (text: string) => DetectedText,
  pace: Pace,
): number {
  const { from, window, found } = lookAround(text, at, border, detect, pace);
  const points = [...window];
  const unitAt = (point: number): number => from + points.slice(0, point).join("").length;
  const spans = found.findings.map(({ start, end }) => ({ start: unitAt(start), end: unitAt(end) }));
  for (const context of [contextLength, 0]) {
    let moved = border;
    for (let across = true; across && moved > from; ) {
      const before = moved;
      for (const { start, end } of spans) if (start - context < moved && moved < end) moved = start - context;
      across = moved < before;
    }
    const place = moved - splitsPair(text, moved);
    if (place > from) return place;
  }
  return border;
}

interface Surroundings {
  readonly from: number;
  readonly window: string;
  readonly found: DetectedText;
}

/**
 * What stands around a border, seen from as far as all of it is named: of many things in little text some are not, and what is long is
 * only seen from far enough. It begins with what the last border took.
 */
function lookAround(
  text: string,
  at: number,
  border: number,
  detect: (text: string) => DetectedText,
  pace: Pace,
): Surroundings {
  const look = (overlap: number): Surroundings => {
    const begin = Math.max(at, border - overlap);
    const from = begin + splitsPair(text, begin);
    const window = text.slice(from, border + overlap);
    return { from, window, found: detect(window) };
  };
  let seen = look(pace.overlap);
  if (isFull(seen.found)) {
    while (isFull(seen.found) && pace.overlap > leastOverlap) seen = look((pace.overlap /= 2));
    return seen;
  }
  while (pace.overlap < overlapLength) {
    const wider = look(pace.overlap * 2);
    if (isFull(wider.found)) break;
    pace.overlap *= 2;
    seen = wider;
  }
  return seen;
}

/** 1 when a place is inside a surrogate pair, else 0. */
function splitsPair(text: string, place: number): number {
  const [before, after] = [text.charCodeAt(place - 1), text.charCodeAt(place)];
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff ? 1 : 0;
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

interface Place {
  readonly line: number;
  readonly column: number;
}

const countPoints = (text: string): number => [...text].length;

/** Where code points of a piece stand that begins at `first`; asked for in ascending order. */
function createPlacer(piece: string, first: Place): (point: number) => Place {
  const points = [...piece];
  let at = 0;
  let { line, column } = first;
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
