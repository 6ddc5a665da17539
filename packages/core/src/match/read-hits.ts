import { dropRuns, listRunless } from "./drop-runs";
import type { FilterPlan } from "./filter-plan";
import type { Reading } from "./hit-reading";
import type { HitTables } from "./hit-tables";
import { unitsMask } from "./literal-automaton";
import { lookAroundHits } from "./look-around-hits";
import { type CompletedPatterns, createReportFilters, keepPassing, passes } from "./report-filters";
import { hitCount, hitLog } from "./scan-literals";
import type { SecondLooks } from "./second-looks";

/** What reads the hits of the first pass over a text, block by block. */
export interface HitReader {
  /** Forgets what was seen of the text before. */
  begin(): void;
  /**
   * Looks around what the block last scanned holds, from `from` up to `to`; adds the patterns found to `found`. `isLoaded` says that the block is
   * ASCII and stands in `blockBytes`.
   */
  readBlock(text: string, from: number, to: number, isLoaded: boolean, found: number[]): void;
}

/** A block with more than one hit for so many units, which ordinary text never has, is looked through for runs before anything else. */
const denseShare = 4;

/**
 * The hits of a block are gone through once to learn which parts the text may hold, as far as states tell. Then each report that came is asked
 * once whether it has an anchor of a pattern all of whose parts came; only where one has are the hits gone through again, and what states do not tell
 * is asked. Most texts hold many parts and all parts of few patterns.
 */
export function createHitReader(plan: FilterPlan, tables: HitTables, looks: SecondLooks): HitReader {
  const { automaton, anchors } = plan;
  const pairGates = new Uint16Array(tables.pairCount);
  const completed: CompletedPatterns = { since: new Int32Array(tables.patterns.length), count: 0 };
  const reportCount = tables.partStarts.length - 1;
  const reading: Reading = {
    ...tables,
    plan,
    looks,
    filters: createReportFilters(automaton, tables, pairGates, completed, looks.gates),
    completed,
    pairGates,
    seen: new Int32Array(anchors.length + 1),
    placedIn: new Int32Array(tables.patterns.length),
    firstPlaces: new Int32Array(tables.patterns.length),
    cameIn: new Uint16Array(reportCount),
    fresh: new Uint16Array(reportCount),
    isLive: new Uint8Array(reportCount),
    begins: listRunless(plan),
    brought: [],
    liveCount: 0,
    hits: 0,
    stamp: 0,
    block: 0,
  };
  return {
    begin() {
      if (++reading.stamp === 0x7fffffff) {
        reading.stamp = 1;
        reading.seen.fill(0);
        reading.placedIn.fill(0);
      }
      reading.seen[anchors.length] = reading.stamp;
    },
    readBlock(text, from, to, isLoaded, found) {
      forgetBlock(reading);
      const came = hitCount();
      if (came === 0) return;
      const isDense = isLoaded && came * denseShare > to - from;
      const hits = isDense ? dropRuns(automaton, reading.begins, came) : came;
      const count = listReports(reading, hits, from, to - from, isLoaded, to - from < text.length);
      wakeReports(reading, count);
      const { liveCount, brought } = reading;
      // Before any look, which may read other blocks into where this one stands.
      let kept = liveCount > 0 ? keepPassing(reading.filters, reading.isLive, reading.hits, to - from, isLoaded) : 0;
      if (isLoaded && !isDense && kept > 1) kept = dropRuns(automaton, reading.begins, kept);
      if (brought.length > 0) lookBefore(reading, text, from, found);
      if (kept > 0) lookAroundHits(reading, text, from, kept, found);
    },
  };
}

function forgetBlock(reading: Reading): void {
  const { isLive, fresh, brought } = reading;
  if (++reading.block > 0xffff) {
    reading.block = 1;
    reading.cameIn.fill(0);
  }
  for (let k = reading.liveCount - 1; k >= 0; k--) isLive[fresh[k]!] = 0;
  reading.liveCount = 0;
  if (brought.length > 0) brought.length = 0;
}

/** Lists the reports of the block of `length` units, each once, but for those whose filter is settled and says no, and notes the parts that patterns need beside their anchors; returns how many reports there are. */
function listReports(
  reading: Reading,
  hits: number,
  from: number,
  length: number,
  isLoaded: boolean,
  hasBlocks: boolean,
): number {
  const { cameIn, fresh, block, plan, partStarts, neededParts, seen, stamp, brought, filters } = reading;
  const { isSettled } = filters;
  const masks = filters.masks();
  const { reports } = plan.automaton;
  const log = hitLog;
  const isLater = from > 0;
  let count = 0;
  let kept = 0;
  for (let i = 0; i < hits; i++) {
    const hit = log[i]!;
    const report = (hit >>> 16) - reports;
    if (isSettled[report] === 1 && !passes(filters, masks, report, (hit & 0xffff) + 1, length, isLoaded)) continue;
    log[kept++] = hit;
    if (cameIn[report] === block) continue;
    cameIn[report] = block;
    fresh[count++] = report;
    const stop = partStarts[report + 1]!;
    for (let k = partStarts[report]!; k < stop; k++) {
      const part = neededParts[k]!;
      if (isLater && seen[part] !== stamp) brought.push(part);
      seen[part] = stamp;
    }
    if (hasBlocks) placeAnchors(reading, report, from);
  }
  reading.hits = kept;
  return count;
}

/**
 * In a text of several blocks: keeps where parts may begin, anchors among them, for patterns that have all their parts only in a later one. Hits come in no
 * order, so what is kept is where a literal begins that ends with the block's first unit.
 */
function placeAnchors(reading: Reading, report: number, from: number): void {
  const { placedIn, firstPlaces, stamp } = reading;
  const { anchorStarts, anchorPlaces } = reading;
  const last = anchorStarts[report + 1]!;
  for (let k = anchorStarts[report]!; k < last; k++) {
    const at = anchorPlaces[k]!;
    if (placedIn[at] === stamp) continue;
    placedIn[at] = stamp;
    firstPlaces[at] = from - unitsMask;
  }
}

/** Makes those reports of the block live that have an anchor around which some complete pattern is looked for. */
function wakeReports(reading: Reading, count: number): void {
  const { fresh, anchorStarts, anchorPlaces, firstNeeds, secondNeeds, seen, stamp, isLive, filters, completed } =
    reading;
  const { since } = completed;
  let live = 0;
  for (let n = 0; n < count; n++) {
    const report = fresh[n]!;
    const last = anchorStarts[report + 1]!;
    let latest = 0;
    for (let k = anchorStarts[report]!; k < last; k++) {
      const at = anchorPlaces[k]!;
      if (seen[firstNeeds[at]!] !== stamp || seen[secondNeeds[at]!] !== stamp) continue;
      if (since[at] === 0) since[at] = ++completed.count;
      if (since[at]! > latest) latest = since[at]!;
    }
    if (latest === 0) continue;
    isLive[report] = 1;
    fresh[live++] = report;
    filters.expect(report, latest);
  }
  reading.liveCount = live;
}

/** Looks for the patterns that this block made complete around the anchors in those before it. */
function lookBefore(reading: Reading, text: string, from: number, found: number[]): void {
  const { plan, brought, firstPlaces, placedIn, placeOf, firstNeeds, secondNeeds, seen, stamp } = reading;
  for (const part of brought) {
    const list = plan.neededBy[part]!;
    for (let i = 0; i < list.length; i++) {
      const pattern = list[i]!;
      const at = placeOf[pattern]!;
      const first = firstPlaces[at]!;
      // What came with this block is looked at with its hits.
      if (placedIn[at] !== stamp || first + unitsMask >= from) continue;
      if (seen[firstNeeds[at]!] !== stamp || seen[secondNeeds[at]!] !== stamp) continue;
      const lead = plan.leads[pattern]!;
      if (reading.looks.findsFrom(text, pattern, lead < 0 ? 0 : Math.max(0, first - lead), from)) found.push(pattern);
    }
  }
}

/** Returns what a reader of hits occupies. */
export const hitReaderBytes = ({ bytes, partStarts, patternStarts, patterns, pairCount }: HitTables): number =>
  bytes + 17 * partStarts.length + 4 * patternStarts.length + 12 * patterns.length + 2 * pairCount;
