import { loadAscii } from "./ascii-block";
import type { FilterPlan } from "./filter-plan";
import { foldUnit } from "./fold-unit";
import {
  beginsAtBoundary,
  endsAtBoundary,
  isNarrow,
  isSpelled,
  literalEnd,
  literalLength,
  mustCompare,
  partShift,
  spelledUnit,
  unitsMask,
} from "./literal-automaton";
import { isWordBoundary, isWordUnit } from "./read-code-point";
import { byteCodes, readUnitCodes, rowsShift } from "./rough-codes";
import { hitCount, hitLog, laneBorder, lanes, scanLiterals } from "./scan-literals";
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
  /** Where a pattern's anchor may stand in all that was read, in no order; undefined when that is too often. */
  places(pattern: number): readonly AnchorPlace[] | undefined;
  /** True unless the text shows that the literal does not stand there; `text` begins at `from` in the whole text, and goes on. */
  stands(place: AnchorPlace, text: string, from: number): boolean;
  /** The first of them. */
  firstPlace(pattern: number): number;
  /** Forgets the text; the next one begins. */
  reset(): void;
}

/** Where a literal begins, by the place in the whole text, as far as states tell. */
export interface AnchorPlace {
  readonly place: number;
  readonly literal: number;
}

/** What the candidates of a set's streams share. */
export interface CandidateScratch {
  readonly plan: FilterPlan;
  /** By pattern: the part around which it is searched, or -1. */
  readonly anchorOf: Int32Array;
  /** By report: 1 when some pattern is searched around one of its parts. */
  readonly hasAnchor: Uint8Array;
  /** Those of streams that ended: their lists are as long as the set has parts. */
  readonly spare: StreamCandidates[];
}

/** So many units before what is read are kept, by their place in the whole text: more than a literal has, with a short piece. */
const ringLength = 128;
const ringMask = ringLength - 1;
/** Shorter pieces are read one unit after the other, and nothing is written for them. */
const shortPiece = 64;

/** What comes more often in the text than so is read as a whole. */
const maxPlaces = 24;
/** So many hits of anchors are kept of a text. */
const maxLogged = 4096;

const conditions = beginsAtBoundary | endsAtBoundary | mustCompare;

export function createCandidateScratch(plan: FilterPlan): CandidateScratch {
  const anchorOf = new Int32Array(plan.needs.length).fill(-1);
  for (const [part, patterns] of plan.anchors.entries()) for (const pattern of patterns) anchorOf[pattern] = part;
  const { reportStarts, reported, endings } = plan.automaton;
  const hasAnchor = new Uint8Array(reportStarts.length - 1);
  for (let report = 0; report < hasAnchor.length; report++)
    for (let i = reportStarts[report]!; i < reportStarts[report + 1]!; i++)
      if (plan.anchors[endings[reported[i]!]! >> partShift]!.length > 0) hasAnchor[report] = 1;
  return { plan, anchorOf, hasAnchor, spare: [] };
}

/**
 * Parts count as seen as far as states tell, once a text: no boundary and no end of a literal is asked for before a pattern has all its
 * parts. From then on its anchor is told only where it stands.
 */
export function createStreamCandidates({ plan, anchorOf, hasAnchor }: CandidateScratch): StreamCandidates {
  const { automaton, anchors, neededBy, needs } = plan;
  const { reportStarts, reported, endings, table, rows, unitCodes } = automaton;
  const { continues, reports } = automaton;
  /** By part, one more than the place; 0: not seen. */
  const firstPlaces = new Int32Array(anchors.length);
  /** By watched part that the piece brought: its place. */
  const latestPlaces = new Map<number, number>();
  /** The hits that may be anchors so far: their reports, and where they end in the whole text. */
  let logged: number[] = [];
  let loggedEnds: number[] = [];
  const watched = new Uint8Array(anchors.length);
  /** By pattern: how many of its parts were seen. */
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];
  const brought: number[] = [];
  let state = 0;
  const ring = new Uint16Array(ringLength);
  /** By report, a bit: all of its parts were seen and none is watched. */
  const settled = new Int32Array(((reportStarts.length - 1) >> 5) + 1);

  /** The unit at a place of the piece, or of the text before it. */
  const unitAt = (text: string, at: number, offset: number): number =>
    at >= 0 ? text.charCodeAt(at) : ring[(offset + at) & ringMask]!;

  const isBoundary = (text: string, at: number, offset: number): boolean =>
    (offset + at > 0 && isWordUnit(unitAt(text, at - 1, offset))) !== isWordUnit(unitAt(text, at, offset));

  const isSpelledAt = (text: string, literal: number, place: number, offset: number): boolean => {
    for (let i = literalLength(automaton, literal) - 1; i >= 0; i--)
      if (foldUnit(unitAt(text, place + i, offset)) !== spelledUnit(automaton, literal, i)) return false;
    return true;
  };

  const countPart = (patterns: readonly number[]): void => {
    for (let i = 0; i < patterns.length; i++) {
      const pattern = patterns[i]!;
      if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
    }
  };

  /** True unless the text so far shows that the literal does not stand at `place` of the piece. */
  const mayStand = (text: string, literal: number, place: number, end: number, offset: number): boolean => {
    const ending = endings[literal]!;
    const stop = (ending & mustCompare) === 0 ? end : literalEnd(automaton, literal, place);
    if ((ending & beginsAtBoundary) !== 0 && offset + place > 0 && !isBoundary(text, place, offset)) return false;
    if (stop > text.length) return true;
    if ((ending & mustCompare) !== 0 && !isSpelledAt(text, literal, place, offset)) return false;
    return (ending & endsAtBoundary) === 0 || stop === text.length || isBoundary(text, stop, offset);
  };

  const readHit = (text: string, report: number, end: number, offset: number): void => {
    if (hasAnchor[report] === 1 && logged.length < maxLogged) {
      logged.push(report);
      loggedEnds.push(offset + end);
    }
    if (((settled[report >> 5]! >> (report & 31)) & 1) === 1) return;
    let settles = true;
    const last = reportStarts[report + 1]!;
    for (let i = reportStarts[report]!; i < last; i++) {
      const literal = reported[i]!;
      const ending = endings[literal]!;
      const part = ending >> partShift;
      const place = end - (ending & unitsMask);
      if (firstPlaces[part] === 0) {
        firstPlaces[part] = Math.max(0, offset + place) + 1;
        countPart(anchors[part]!);
        countPart(neededBy[part]!);
      }
      // Seen once, a part tells nothing new, unless a pattern waits for it to come again.
      if (watched[part] === 0) continue;
      settles = false;
      if (latestPlaces.has(part)) continue;
      if ((ending & conditions) !== 0 && !mayStand(text, literal, place, end, offset)) continue;
      latestPlaces.set(part, Math.max(0, offset + place));
      brought.push(part);
    }
    if (settles) settled[report >> 5]! |= 1 << (report & 31);
  };

  /** One look a unit while all is ASCII: what waits for memory there are chains of looks. */
  const readShort = (text: string, offset: number): void => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      ring[(offset + i) & ringMask] = unit;
      if (unit < 128 && isNarrow(automaton, state)) {
        state = table[(state << 6) + byteCodes[unit]!]!;
        if (state < reports) continue;
        readHit(text, state - reports, i + 1, offset);
        state = continues[state]!;
        continue;
      }
      const code = unit < 128 ? byteCodes[unit]! : readUnitCodes(unitCodes)[unit]!;
      state = table[(rows[(state << rowsShift) + (code >> 6)]! << 6) + (code & 63)]!;
      if (state >= reports) readHit(text, state - reports, i + 1, offset);
      if (state < continues.length) state = continues[state]!;
    }
  };

  const readLong = (text: string, offset: number): void => {
    for (let at = 0; at < text.length; ) {
      const to = blockEnd(text, at);
      state = scanLiterals(automaton, text, at, to, loadAscii(text, at, to), state);
      if (state < continues.length) state = continues[state]!;
      const hits = hitCount();
      for (let lane = 0; lane < lanes; lane++) {
        const first = laneBorder(lane);
        const last = laneBorder(lane + 1);
        for (let hit = 0; hit < hits; hit++) {
          const unit = hitLog[hit]! & 0xffff;
          if (unit >= first && unit < last) readHit(text, (hitLog[hit]! >>> 16) - reports, at + unit + 1, offset);
        }
      }
      at = to;
    }
    for (let at = text.length - (ringLength >> 1); at < text.length; at++)
      ring[(offset + at) & ringMask] = text.charCodeAt(at);
  };

  return {
    find(text, offset) {
      if (candidates.length > 0) candidates.length = 0;
      if (brought.length > 0) {
        brought.length = 0;
        latestPlaces.clear();
      }
      if (text.length <= shortPiece) readShort(text, offset);
      else readLong(text, offset);
      return candidates;
    },
    watch(pattern) {
      const part = anchorOf[pattern]!;
      if (watched[part] === 1) return;
      watched[part] = 1;
      settled.fill(0);
    },
    seenParts: () => brought,
    latestPlace: (pattern) => latestPlaces.get(anchorOf[pattern]!) ?? -1,
    places(pattern) {
      if (logged.length === maxLogged) return undefined;
      const part = anchorOf[pattern]!;
      const places: AnchorPlace[] = [];
      for (let k = 0; k < logged.length; k++) {
        const last = reportStarts[logged[k]! + 1]!;
        for (let i = reportStarts[logged[k]!]!; i < last; i++) {
          const literal = reported[i]!;
          if (endings[literal]! >> partShift !== part) continue;
          if (places.length === maxPlaces) return undefined;
          places.push({ place: Math.max(0, loggedEnds[k]! - (endings[literal]! & unitsMask)), literal });
        }
      }
      return places;
    },
    stands({ place, literal }, text, from) {
      const ending = endings[literal]!;
      const at = place - from;
      if ((ending & beginsAtBoundary) !== 0 && !isWordBoundary(text, at)) return false;
      const stop = (ending & mustCompare) === 0 ? at + (ending & unitsMask) : literalEnd(automaton, literal, at);
      if (stop > text.length) return true;
      if ((ending & mustCompare) !== 0 && !isSpelled(automaton, literal, text, at)) return false;
      return (ending & endsAtBoundary) === 0 || stop === text.length || isWordBoundary(text, stop);
    },
    reset() {
      firstPlaces.fill(0);
      latestPlaces.clear();
      watched.fill(0);
      counts.fill(0);
      settled.fill(0);
      logged = [];
      loggedEnds = [];
      state = 0;
    },
    firstPlace: (pattern) => firstPlaces[anchorOf[pattern]!]! - 1,
  };
}
