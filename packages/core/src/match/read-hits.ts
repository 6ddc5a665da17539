import type { FilterPlan } from "./filter-plan";
import { foldUnit } from "./fold-unit";
import { beginsAtBoundary, endsAtBoundary, partShift, reportOf, unitsMask } from "./literal-automaton";
import { isWordBoundary } from "./read-code-point";
import { hitLog, laneEnds, laneRoom, laneStarts } from "./scan-literals";
import type { SecondLooks } from "./second-looks";

/** What reads the hits of the first pass over a text, block by block. */
export interface HitReader {
  /** Forgets what was seen of the text before. */
  begin(): void;
  /** Looks around what the block last scanned holds, which begins at `from`; adds the patterns found to `found`. */
  readBlock(text: string, from: number, found: number[]): void;
  readonly bytes: number;
}

export function createHitReader(plan: FilterPlan, looks: SecondLooks): HitReader {
  const { automaton, anchors, neededBy, needs } = plan;
  const { reportStarts, endings, spelled } = automaton;
  // What was seen in this text carries its stamp, so nothing is wiped between texts.
  let stamp = 0;
  const seenParts = new Int32Array(anchors.length);
  const isAnchor = Uint8Array.from(anchors, (patterns) => (patterns.length > 0 ? 1 : 0));
  /** By report: all that ends there was seen, and none of it is looked around. */
  const settled = new Int32Array(reportStarts.length);
  const countedFor = new Int32Array(needs.length);
  const counts = new Uint8Array(needs.length);
  /** By pattern: where a look has to begin once its other parts were seen; good for the text that carries the stamp. */
  const deferredFor = new Int32Array(needs.length);
  const deferredFrom = new Int32Array(needs.length);
  const completed: number[] = [];
  /** Around which to look, in the block of now: part and place by turns. */
  let places = new Int32Array(256);
  let placeCount = 0;

  const seePart = (part: number): void => {
    seenParts[part] = stamp;
    const patterns = neededBy[part]!;
    for (let i = 0; i < patterns.length; i++) {
      const pattern = patterns[i]!;
      if (countedFor[pattern] !== stamp) {
        countedFor[pattern] = stamp;
        counts[pattern] = 1;
      }
      if (++counts[pattern]! === needs[pattern]! && deferredFor[pattern] === stamp) completed.push(pattern);
    }
  };

  const addPlace = (part: number, place: number): void => {
    if (placeCount + 2 > places.length) {
      const larger = new Int32Array(places.length * 2);
      larger.set(places);
      places = larger;
    }
    places[placeCount++] = part;
    places[placeCount++] = place;
  };

  const isComplete = (pattern: number): boolean =>
    needs[pattern] === 1 || (countedFor[pattern] === stamp && counts[pattern] === needs[pattern]);

  const readHit = (text: string, report: number, end: number): void => {
    let isSettled = true;
    for (let i = reportStarts[report]!; i < reportStarts[report + 1]!; i++) {
      const ending = endings[i]!;
      const part = ending >> partShift;
      if (isAnchor[part] === 1) isSettled = false;
      else if (seenParts[part] === stamp) continue;
      const place = end - (ending & unitsMask);
      const literal = spelled[i];
      if (
        ((ending & beginsAtBoundary) !== 0 && !isWordBoundary(text, place)) ||
        ((ending & endsAtBoundary) !== 0 && !isWordBoundary(text, end)) ||
        (literal !== undefined && !isSpelled(text, place, literal))
      ) {
        isSettled = false;
        continue;
      }
      if (seenParts[part] !== stamp) seePart(part);
      if (isAnchor[part] === 1) addPlace(part, place);
    }
    if (isSettled) settled[report] = stamp;
  };

  return {
    begin() {
      if (++stamp === 0x7fffffff) {
        stamp = 1;
        for (const list of [seenParts, settled, countedFor, deferredFor]) list.fill(0);
      }
    },
    readBlock(text, from, found) {
      placeCount = 0;
      completed.length = 0;
      for (let lane = 0; lane < 4; lane++) {
        const start = laneStarts[lane]! + 1;
        const last = laneEnds[lane]!;
        for (let at = lane * laneRoom; at < last; at++) {
          const hit = hitLog[at]!;
          const report = reportOf(automaton, hit >>> 16);
          if (settled[report] !== stamp) readHit(text, report, start + (hit & 0xffff));
        }
      }
      for (let i = 0; i < completed.length; i++) {
        const pattern = completed[i]!;
        if (looks.findsFrom(text, pattern, deferredFrom[pattern]!, from)) found.push(pattern);
      }
      for (let at = 0; at < placeCount; at += 2) {
        const patterns = anchors[places[at]!]!;
        const place = places[at + 1]!;
        for (let k = 0; k < patterns.length; k++) {
          const pattern = patterns[k]!;
          if (isComplete(pattern)) {
            if (looks.finds(text, pattern, place)) found.push(pattern);
          } else if (deferredFor[pattern] !== stamp) {
            deferredFor[pattern] = stamp;
            deferredFrom[pattern] = Math.max(0, plan.leads[pattern]! < 0 ? 0 : place - plan.leads[pattern]!);
          }
        }
      }
    },
    bytes: 5 * seenParts.length + 4 * settled.length + 13 * needs.length,
  };
}

/** True when the folded text holds the literal at `place`. */
function isSpelled(text: string, place: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++) {
    if (foldUnit(text.charCodeAt(place + i)) !== literal.charCodeAt(i)) return false;
  }
  return true;
}
