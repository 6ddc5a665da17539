import { loadAscii } from "./ascii-block";
import type { FilterPlan } from "./filter-plan";
import {
  beginsAtBoundary,
  endsAtBoundary,
  isSpelled,
  literalEnd,
  mustCompare,
  partShift,
  reportOf,
  unitsMask,
} from "./literal-automaton";
import { isWordBoundary } from "./read-code-point";
import { byteCodes, readUnitCodes } from "./rough-codes";
import { hitLog, laneEnds, laneRoom, laneStarts, scanLiterals } from "./scan-literals";
import { blockEnd } from "./scan-text";

/** The first pass over a text that comes in pieces. */
export interface StreamCandidates {
  /**
   * Reads the next piece, which begins at `offset` in the whole text. Returns the patterns whose last missing part was seen there, in no
   * order; each comes once.
   */
  find(text: string, offset: number): readonly number[];
  /** From the next piece on, asks to be told of a pattern's anchor. */
  watch(pattern: number): void;
  /** The anchors watched that the last piece brought, each once. */
  seenParts(): readonly number[];
  /** Where, in the whole text, the first literal of a watched pattern's anchor begins that the last piece brought, or -1. */
  latestPlace(pattern: number): number;
  /** The same of all pieces so far. */
  firstPlace(pattern: number): number;
}

/** What the candidates of a set's streams share. */
export interface CandidateScratch {
  readonly plan: FilterPlan;
  /** By pattern: the part around which it is searched, or -1. */
  readonly anchorOf: Int32Array;
}

/** So much of the text before a piece is kept at least: more than a literal has, with the character before it. */
const tailLength = 64;
/** It is cut when it is so long; between, pieces are only appended. */
const mostTail = 512;
/** Shorter pieces are read one unit after the other, and nothing is written for them. */
const shortPiece = 64;

const conditions = beginsAtBoundary | endsAtBoundary | mustCompare;

export function createCandidateScratch(plan: FilterPlan): CandidateScratch {
  const anchorOf = new Int32Array(plan.needs.length).fill(-1);
  for (const [part, patterns] of plan.anchors.entries()) for (const pattern of patterns) anchorOf[pattern] = part;
  return { plan, anchorOf };
}

export function createStreamCandidates({ plan, anchorOf }: CandidateScratch): StreamCandidates {
  const { automaton, anchors, neededBy, needs } = plan;
  const { reportStarts, endings, literals, table, halves, isReport } = automaton;
  /** By part, one more than the place; 0: not seen. */
  const firstPlaces = new Int32Array(anchors.length);
  const latestPlaces = new Int32Array(anchors.length);
  /** By part: the piece that brought it last. */
  const latestPiece = new Int32Array(anchors.length);
  const watched = new Uint8Array(anchors.length);
  /** By pattern: how many of its parts were seen. */
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];
  const brought: number[] = [];
  let state = 0;
  let piece = 0;
  /** What stands before the piece, and the same with the piece when some literal asked for it. */
  let tail = "";
  let window = "";

  const countPart = (patterns: Int32Array): void => {
    for (let i = 0; i < patterns.length; i++) {
      const pattern = patterns[i]!;
      if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
    }
  };

  const seePart = (part: number, place: number): void => {
    latestPiece[part] = piece;
    latestPlaces[part] = place;
    if (watched[part] === 1) brought.push(part);
    if (firstPlaces[part] !== 0) return;
    firstPlaces[part] = place + 1;
    countPart(anchors[part]!);
    countPart(neededBy[part]!);
  };

  /** True unless the text so far shows that the literal of an ending does not stand at `place` of the piece. */
  const mayStand = (text: string, i: number, place: number, end: number): boolean => {
    const ending = endings[i]!;
    const stop = (ending & mustCompare) === 0 ? end : literalEnd(automaton, literals[i]!, place);
    let shown = text;
    let at = place;
    if (place < 1 && tail !== "") {
      if (window === "") window = tail + text;
      shown = window;
      at = place + tail.length;
    }
    if ((ending & beginsAtBoundary) !== 0 && at > 0 && !isWordBoundary(shown, at)) return false;
    if (stop > text.length || at < 0) return true;
    if ((ending & mustCompare) !== 0 && !isSpelled(automaton, literals[i]!, shown, at)) return false;
    return (ending & endsAtBoundary) === 0 || stop === text.length || isWordBoundary(shown, at + stop - place);
  };

  const readHit = (text: string, report: number, end: number, offset: number): void => {
    const last = reportStarts[report + 1]!;
    for (let i = reportStarts[report]!; i < last; i++) {
      const ending = endings[i]!;
      const part = ending >> partShift;
      // Once seen, a part tells nothing new, unless a pattern waits for it to come again.
      if (firstPlaces[part] !== 0 && (watched[part] === 0 || latestPiece[part] === piece)) continue;
      const place = end - (ending & unitsMask);
      if ((ending & conditions) === 0 || mayStand(text, i, place, end)) seePart(part, Math.max(0, offset + place));
    }
  };

  const readShort = (text: string, offset: number): void => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const code = unit < 128 ? byteCodes[unit]! : readUnitCodes()[unit]!;
      state = table[(halves[2 * state + (code >> 6)]! << 6) + (code & 63)]!;
      if (isReport[state] === 1) readHit(text, reportOf(automaton, state), i + 1, offset);
    }
  };

  const readLong = (text: string, offset: number): void => {
    for (let at = 0; at < text.length; ) {
      const to = blockEnd(text, at);
      state = scanLiterals(automaton, text, at, to, loadAscii(text, at, to), state);
      for (let lane = 0; lane < 4; lane++) {
        const start = laneStarts[lane]! + 1;
        for (let hit = lane * laneRoom; hit < laneEnds[lane]!; hit++)
          readHit(text, reportOf(automaton, hitLog[hit]! >>> 16), start + (hitLog[hit]! & 0xffff), offset);
      }
      at = to;
    }
  };

  return {
    find(text, offset) {
      if (candidates.length > 0) candidates.length = 0;
      if (brought.length > 0) brought.length = 0;
      piece++;
      if (text.length <= shortPiece) readShort(text, offset);
      else readLong(text, offset);
      if (text.length >= tailLength) tail = text.slice(-tailLength);
      else if (tail.length > mostTail) tail = tail.slice(-tailLength) + text;
      else tail = window === "" ? tail + text : window;
      if (window !== "") window = "";
      return candidates;
    },
    watch(pattern) {
      watched[anchorOf[pattern]!] = 1;
    },
    seenParts: () => brought,
    latestPlace: (pattern) => (latestPiece[anchorOf[pattern]!] === piece ? latestPlaces[anchorOf[pattern]!]! : -1),
    firstPlace: (pattern) => firstPlaces[anchorOf[pattern]!]! - 1,
  };
}
