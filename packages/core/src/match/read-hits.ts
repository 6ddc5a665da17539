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
import { hitLog, laneEnds, laneRoom, laneStarts } from "./scan-literals";
import type { SecondLooks } from "./second-looks";

/** What reads the hits of the first pass over a text, block by block. */
export interface HitReader {
  /** Forgets what was seen of the text before. */
  begin(): void;
  /** Looks around what the block last scanned holds, which begins at `from`; adds the patterns found to `found`. */
  readBlock(text: string, from: number, found: number[]): void;
}

const conditions = beginsAtBoundary | endsAtBoundary | mustCompare;

/** What is known of a part, side by side since it is asked for together: each field a number of the record. */
const partFields = 4;
/** Carries the stamp of the text: a literal of the part was seen. */
const seen = 0;
/** Where the first of its literals that was seen begins. */
const firstPlace = 1;
/** Carries the stamp: some pattern is complete that is looked for around it. */
const wanted = 2;
/** Where the patterns stand that it counts for; they end where those of the next part begin. */
const listed = 3;

/** Of a pattern: the stamp of the text it was last counted in, how many of its parts were not seen in it, and how many it has. */
const patternFields = 3;
const countedFor = 0;
const missing = 1;
const needed = 2;

/**
 * The hits of a block are gone through once to learn which parts the text holds, and a second time only when some pattern has all of
 * its parts: most texts hold many parts and all parts of none.
 */
export function createHitReader(plan: FilterPlan, looks: SecondLooks): HitReader {
  const { automaton, anchors, leads } = plan;
  const { reportStarts, endings, literals } = automaton;
  // What was seen in this text carries its stamp, so nothing is wiped between texts.
  let stamp = 0;
  const { parts, countedBy } = listByPart(plan);
  const patterns = new Int32Array(plan.needs.length * patternFields);
  for (const [pattern, count] of plan.needs.entries()) patterns[pattern * patternFields + needed] = count;
  /** By report: all that ends there was seen. */
  const settled = new Int32Array(reportStarts.length);
  /** By report: the number of the block when something that ends there is wanted, the same below zero when nothing is. */
  const wantedIn = new Int32Array(reportStarts.length);
  let block = 0;
  let isWanted = false;
  const completed: number[] = [];
  const anchorOf = new Int32Array(plan.needs.length);
  for (const [part, list] of anchors.entries()) for (const pattern of list) anchorOf[pattern] = part;

  const seePart = (part: number, place: number): void => {
    const at = part * partFields;
    parts[at + seen] = stamp;
    parts[at + firstPlace] = place;
    const last = parts[at + partFields + listed]!;
    for (let i = parts[at + listed]!; i < last; i++) {
      const pattern = countedBy[i]! * patternFields;
      if (patterns[pattern + countedFor] !== stamp) {
        patterns[pattern + countedFor] = stamp;
        patterns[pattern + missing] = patterns[pattern + needed]!;
      }
      if (--patterns[pattern + missing]! === 0) completed.push(countedBy[i]!);
    }
  };

  /** True when the literal of an ending stands in the text, of which the state says so much that it may. */
  const standsAt = (text: string, i: number, ending: number, place: number, end: number): boolean => {
    if ((ending & beginsAtBoundary) !== 0 && !isWordBoundary(text, place)) return false;
    let stop = end;
    if ((ending & mustCompare) !== 0) {
      stop = literalEnd(automaton, literals[i]!, place);
      if (!isSpelled(automaton, literals[i]!, text, place)) return false;
    }
    return (ending & endsAtBoundary) === 0 || isWordBoundary(text, stop);
  };

  /** Sees the parts of which a literal ends at `end`. */
  const readHit = (text: string, report: number, end: number): void => {
    let isSettled = true;
    const last = reportStarts[report + 1]!;
    for (let i = reportStarts[report]!; i < last; i++) {
      const ending = endings[i]!;
      const part = ending >> partShift;
      if (parts[part * partFields + seen] === stamp) continue;
      const place = end - (ending & unitsMask);
      if ((ending & conditions) === 0 || standsAt(text, i, ending, place, end)) seePart(part, place);
      else isSettled = false;
    }
    if (isSettled) settled[report] = stamp;
  };

  /** True when something that ends in a report is wanted. */
  const isReportWanted = (report: number): boolean => {
    const last = reportStarts[report + 1]!;
    for (let i = reportStarts[report]!; i < last; i++)
      if (parts[(endings[i]! >> partShift) * partFields + wanted] === stamp) return true;
    return false;
  };

  /** Looks for the complete patterns around the literals that end at `end`. */
  const lookAround = (text: string, report: number, end: number, found: number[]): void => {
    const last = reportStarts[report + 1]!;
    for (let i = reportStarts[report]!; i < last; i++) {
      const ending = endings[i]!;
      const part = ending >> partShift;
      if (parts[part * partFields + wanted] !== stamp) continue;
      const place = end - (ending & unitsMask);
      if ((ending & conditions) !== 0 && !standsAt(text, i, ending, place, end)) continue;
      const around = anchors[part]!;
      for (let k = 0; k < around.length; k++) {
        const pattern = around[k]!;
        const at = pattern * patternFields;
        if (patterns[at + countedFor] !== stamp || patterns[at + missing] !== 0) continue;
        if (looks.finds(text, pattern, place)) found.push(pattern);
      }
    }
  };

  return {
    begin() {
      isWanted = false;
      if (++stamp === 0x7fffffff) {
        stamp = 1;
        for (let i = 0; i < parts.length; i += partFields) parts[i + seen] = parts[i + wanted] = 0;
        for (let i = 0; i < patterns.length; i += patternFields) patterns[i + countedFor] = 0;
        settled.fill(0);
      }
    },
    readBlock(text, from, found) {
      if (completed.length > 0) completed.length = 0;
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
        const anchor = anchorOf[pattern]!;
        parts[anchor * partFields + wanted] = stamp;
        isWanted = true;
        const first = parts[anchor * partFields + firstPlace]!;
        const lead = leads[pattern]!;
        // Places in blocks before this one, which were passed when parts were still missing.
        if (first < from && looks.findsFrom(text, pattern, lead < 0 ? 0 : Math.max(0, first - lead), from))
          found.push(pattern);
      }
      if (!isWanted) return;
      if (++block === 0x7fffffff) {
        block = 1;
        wantedIn.fill(0);
      }
      for (let lane = 0; lane < 4; lane++) {
        const start = laneStarts[lane]! + 1;
        const last = laneEnds[lane]!;
        for (let at = lane * laneRoom; at < last; at++) {
          const hit = hitLog[at]!;
          const report = reportOf(automaton, hit >>> 16);
          let known = wantedIn[report]!;
          if (known !== block && known !== -block) wantedIn[report] = known = isReportWanted(report) ? block : -block;
          if (known === block) lookAround(text, report, start + (hit & 0xffff), found);
        }
      }
    },
  };
}

/** Returns what a reader of hits occupies. */
export function hitReaderBytes({ automaton, anchors, neededBy, needs }: FilterPlan): number {
  let numbers = (anchors.length + 1) * partFields + needs.length * (patternFields + 1);
  for (const lists of [anchors, neededBy]) for (const { length } of lists) numbers += length;
  return 4 * (numbers + 2 * automaton.reportStarts.length);
}

/** Returns the records of the parts, one more than there are, and the patterns that they count for. */
function listByPart({ anchors, neededBy }: FilterPlan): { parts: Int32Array; countedBy: Int32Array } {
  const parts = new Int32Array((anchors.length + 1) * partFields);
  const patterns: number[] = [];
  for (let part = 0; part < anchors.length; part++) {
    patterns.push(...anchors[part]!, ...neededBy[part]!);
    parts[(part + 1) * partFields + listed] = patterns.length;
  }
  return { parts, countedBy: Int32Array.from(patterns) };
}
