import { loadAscii } from "./ascii-block";
import type { FilterPlan } from "./filter-plan";
import { foldUnit } from "./fold-unit";
import {
  beginsAtBoundary,
  endsAtBoundary,
  literalEnd,
  mustCompare,
  partShift,
  reportOf,
  unitsMask,
} from "./literal-automaton";
import { isWordUnit } from "./read-code-point";
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
  /**
   * Where they began in all pieces before the pattern was watched, in no order; undefined when that was too often, or when another
   * pattern has watched the part before.
   */
  places(pattern: number): readonly number[] | undefined;
  /** The first of them. */
  firstPlace(pattern: number): number;
  /** Forgets the text; the next one begins. */
  reset(): void;
}

/** What the candidates of a set's streams share. */
export interface CandidateScratch {
  readonly plan: FilterPlan;
  /** By pattern: the part around which it is searched, or -1. */
  readonly anchorOf: Int32Array;
  /** By part: 1 when some pattern is searched around it. */
  readonly isAnchor: Uint8Array;
  /** Those of streams that ended: their lists are as long as the set has parts. */
  readonly spare: StreamCandidates[];
}

/** So many units before what is read are kept, by their place in the whole text: more than a literal has, with a short piece. */
const ringLength = 128;
const ringMask = ringLength - 1;
/** Shorter pieces are read one unit after the other, and nothing is written for them. */
const shortPiece = 64;

/** So many places of a part are kept; what comes more often is read as a whole. */
const maxPlaces = 24;

const conditions = beginsAtBoundary | endsAtBoundary | mustCompare;

export function createCandidateScratch(plan: FilterPlan): CandidateScratch {
  const anchorOf = new Int32Array(plan.needs.length).fill(-1);
  for (const [part, patterns] of plan.anchors.entries()) for (const pattern of patterns) anchorOf[pattern] = part;
  const isAnchor = Uint8Array.from(plan.anchors, (patterns) => (patterns.length > 0 ? 1 : 0));
  return { plan, anchorOf, isAnchor, spare: [] };
}

export function createStreamCandidates({ plan, anchorOf, isAnchor }: CandidateScratch): StreamCandidates {
  const { automaton, anchors, neededBy, needs } = plan;
  const { reportStarts, endings, literals, table, halves, isReport, spelled, spelledStarts } = automaton;
  const { continues, reports, wideStart } = automaton;
  /** By part, one more than the place; 0: not seen. */
  const firstPlaces = new Int32Array(anchors.length);
  const latestPlaces = new Int32Array(anchors.length);
  /** By part: the piece that brought it last. */
  const latestPiece = new Int32Array(anchors.length);
  /** By part, for those that patterns are searched around: its places as long as it is not watched. */
  let placesOf: number[][] = [];
  /** By part: 1 as long as its places are kept. */
  const wanted = Uint8Array.from(isAnchor);
  const watched = new Uint8Array(anchors.length);
  /** By pattern: how many of its parts were seen. */
  const counts = new Uint8Array(needs.length);
  const candidates: number[] = [];
  const brought: number[] = [];
  let state = 0;
  let piece = 0;
  const ring = new Uint16Array(ringLength);
  /** By report, a bit: all of its parts were seen and none is watched. */
  const settled = new Int32Array(((reportStarts.length - 1) >> 5) + 1);

  /** The unit at a place of the piece, or of the text before it. */
  const unitAt = (text: string, at: number, offset: number): number =>
    at >= 0 ? text.charCodeAt(at) : ring[(offset + at) & ringMask]!;

  const isBoundary = (text: string, at: number, offset: number): boolean =>
    (offset + at > 0 && isWordUnit(unitAt(text, at - 1, offset))) !== isWordUnit(unitAt(text, at, offset));

  const isSpelledAt = (text: string, literal: number, place: number, offset: number): boolean => {
    const from = spelledStarts[literal]!;
    for (let i = spelledStarts[literal + 1]! - 1; i >= from; i--)
      if (foldUnit(unitAt(text, place + i - from, offset)) !== spelled[i]) return false;
    return true;
  };

  const countPart = (patterns: Int32Array): void => {
    for (let i = 0; i < patterns.length; i++) {
      const pattern = patterns[i]!;
      if (++counts[pattern]! === needs[pattern]!) candidates.push(pattern);
    }
  };

  const addPlace = (part: number, place: number): void => {
    const places = (placesOf[part] ??= []);
    places.push(place);
    if (places.length > maxPlaces) wanted[part] = 0;
  };

  const seePart = (part: number, place: number): void => {
    latestPiece[part] = piece;
    latestPlaces[part] = place;
    if (watched[part] === 1) {
      brought.push(part);
      // Of a watched part only the first place of a piece is told: what is kept of it is not all.
      wanted[part] = 0;
    } else if (wanted[part] !== 0) addPlace(part, place);
    if (firstPlaces[part] !== 0) return;
    firstPlaces[part] = place + 1;
    countPart(anchors[part]!);
    countPart(neededBy[part]!);
  };

  /** True unless the text so far shows that the literal of an ending does not stand at `place` of the piece. */
  const mayStand = (text: string, i: number, place: number, end: number, offset: number): boolean => {
    const ending = endings[i]!;
    const stop = (ending & mustCompare) === 0 ? end : literalEnd(automaton, literals[i]!, place);
    if ((ending & beginsAtBoundary) !== 0 && offset + place > 0 && !isBoundary(text, place, offset)) return false;
    if (stop > text.length) return true;
    if ((ending & mustCompare) !== 0 && !isSpelledAt(text, literals[i]!, place, offset)) return false;
    return (ending & endsAtBoundary) === 0 || stop === text.length || isBoundary(text, stop, offset);
  };

  const readHit = (text: string, report: number, end: number, offset: number): void => {
    if (((settled[report >> 5]! >> (report & 31)) & 1) === 1) return;
    let settles = true;
    const last = reportStarts[report + 1]!;
    for (let i = reportStarts[report]!; i < last; i++) {
      const ending = endings[i]!;
      const part = ending >> partShift;
      // Once seen, a part tells nothing new, unless a pattern waits for it to come again.
      if (firstPlaces[part] !== 0) {
        if (watched[part] === 0 && wanted[part] === 0) continue;
        settles = false;
        if (watched[part] === 1 && latestPiece[part] === piece) continue;
      } else settles = false;
      const place = end - (ending & unitsMask);
      if ((ending & conditions) === 0 || mayStand(text, i, place, end, offset))
        seePart(part, Math.max(0, offset + place));
    }
    if (settles) settled[report >> 5]! |= 1 << (report & 31);
  };

  /** One look a unit while all is ASCII: what waits for memory there are chains of looks. */
  const readShort = (text: string, offset: number): void => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      ring[(offset + i) & ringMask] = unit;
      if (unit < 128 && state < wideStart) {
        state = table[(state << 6) + byteCodes[unit]!]!;
        if (state < reports) continue;
        readHit(text, state - reports, i + 1, offset);
        state = continues[state]!;
        continue;
      }
      const code = unit < 128 ? byteCodes[unit]! : readUnitCodes()[unit]!;
      state = table[(halves[2 * state + (code >> 6)]! << 6) + (code & 63)]!;
      if (isReport[state] === 1) readHit(text, reportOf(automaton, state), i + 1, offset);
      if (state < wideStart) state = continues[state]!;
    }
  };

  const readLong = (text: string, offset: number): void => {
    for (let at = 0; at < text.length; ) {
      const to = blockEnd(text, at);
      state = scanLiterals(automaton, text, at, to, loadAscii(text, at, to), state);
      if (state < wideStart) state = continues[state]!;
      for (let lane = 0; lane < 4; lane++) {
        const start = laneStarts[lane]! + 1;
        for (let hit = lane * laneRoom; hit < laneEnds[lane]!; hit++)
          readHit(text, reportOf(automaton, hitLog[hit]! >>> 16), start + (hitLog[hit]! & 0xffff), offset);
      }
      at = to;
    }
    for (let at = text.length - (ringLength >> 1); at < text.length; at++)
      ring[(offset + at) & ringMask] = text.charCodeAt(at);
  };

  return {
    find(text, offset) {
      if (candidates.length > 0) candidates.length = 0;
      if (brought.length > 0) brought.length = 0;
      piece++;
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
    latestPlace: (pattern) => (latestPiece[anchorOf[pattern]!] === piece ? latestPlaces[anchorOf[pattern]!]! : -1),
    places(pattern) {
      const part = anchorOf[pattern]!;
      return wanted[part] === 1 ? placesOf[part] : undefined;
    },
    reset() {
      firstPlaces.fill(0);
      latestPiece.fill(0);
      watched.fill(0);
      wanted.set(isAnchor);
      counts.fill(0);
      settled.fill(0);
      placesOf = [];
      state = 0;
      piece = 0;
    },
    firstPlace: (pattern) => firstPlaces[anchorOf[pattern]!]! - 1,
  };
}
