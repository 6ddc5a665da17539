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
import { hitLog, laneEnds, laneRoom, laneStarts, scanLiterals } from "./scan-literals";
import { blockEnd } from "./scan-text";

/** The first pass over a text that comes in pieces. */
export interface StreamCandidates {
  /**
   * Reads the end of `window` from `from` on; `offset` is where the window begins in the whole text. Returns the patterns whose
   * last missing part was seen there, in no order; each comes once.
   */
  find(window: string, from: number, offset: number): readonly number[];
  /** The parts that the last piece brought, each once. */
  seenParts(): readonly number[];
  /** Where, in the whole text, the first literal of a pattern's anchor begins that the last piece brought, or -1. */
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

/** So much of the text before a piece has to stand in its window: more than a literal has, with the character before it. */
export const literalWindow = 64;

export function createCandidateScratch(plan: FilterPlan): CandidateScratch {
  const anchorOf = new Int32Array(plan.needs.length).fill(-1);
  for (const [part, patterns] of plan.anchors.entries()) for (const pattern of patterns) anchorOf[pattern] = part;
  return { plan, anchorOf };
}

export function createStreamCandidates({ plan, anchorOf }: CandidateScratch): StreamCandidates {
  const { automaton, anchors, neededBy, needs } = plan;
  const { reportStarts, endings, literals } = automaton;
  /** By part; -1: not seen. */
  const firstPlaces = new Int32Array(anchors.length).fill(-1);
  const latestPlaces = new Int32Array(anchors.length);
  /** By part: the piece that brought it last. */
  const latestPiece = new Int32Array(anchors.length);
  /** By pattern: how many of its parts were seen. */
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];
  const brought: number[] = [];
  let state = automaton.root;
  let piece = 0;

  const seePart = (part: number, place: number): void => {
    if (latestPiece[part] === piece) return;
    latestPiece[part] = piece;
    brought.push(part);
    latestPlaces[part] = place;
    if (firstPlaces[part] !== -1) return;
    firstPlaces[part] = place;
    for (const patterns of [anchors[part]!, neededBy[part]!]) {
      for (const pattern of patterns) if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
    }
  };

  const readHit = (window: string, report: number, end: number, offset: number): void => {
    for (let i = reportStarts[report]!; i < reportStarts[report + 1]!; i++) {
      const ending = endings[i]!;
      const place = end - (ending & unitsMask);
      // What the window does not show may be so.
      if ((ending & beginsAtBoundary) !== 0 && place > 0 && !isWordBoundary(window, place)) continue;
      let stop = end;
      if ((ending & mustCompare) !== 0) {
        const literal = literals[i]!;
        stop = literalEnd(automaton, literal, place);
        if (place >= 0 && stop <= window.length && !isSpelled(automaton, literal, window, place)) continue;
      }
      if ((ending & endsAtBoundary) !== 0 && stop < window.length && !isWordBoundary(window, stop)) continue;
      seePart(ending >> partShift, Math.max(0, offset + place));
    }
  };

  return {
    find(window, from, offset) {
      if (candidates.length > 0) candidates.length = 0;
      if (brought.length > 0) brought.length = 0;
      piece++;
      for (let at = from; at < window.length; ) {
        const to = blockEnd(window, at);
        state = scanLiterals(automaton, window, at, to, loadAscii(window, at, to), state);
        for (let lane = 0; lane < 4; lane++) {
          const start = laneStarts[lane]! + 1;
          for (let hit = lane * laneRoom; hit < laneEnds[lane]!; hit++)
            readHit(window, reportOf(automaton, hitLog[hit]! >>> 16), start + (hitLog[hit]! & 0xffff), offset);
        }
        at = to;
      }
      return candidates;
    },
    seenParts: () => brought,
    latestPlace: (pattern) => (latestPiece[anchorOf[pattern]!] === piece ? latestPlaces[anchorOf[pattern]!]! : -1),
    firstPlace: (pattern) => firstPlaces[anchorOf[pattern]!]!,
  };
}
