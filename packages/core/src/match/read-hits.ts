import { dropRuns, listRunless } from "./drop-runs";
import type { FilterPlan } from "./filter-plan";
import type { Reading } from "./hit-reading";
import { everyText, firstOf, type HitTables, listLength, numberAt, partsBeside, secondOf } from "./hit-tables";
import { unitsMask } from "./literal-automaton";
import { lookAroundHits } from "./look-around-hits";
import { type CompletedPatterns, createReportFilters, filterMade, keepPassing } from "./report-filters";
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
  const completed: CompletedPatterns = { since: new Int32Array(tables.patterns.length + 1), count: 0 };
  const reportCount = automaton.reportStarts.length - 1;
  const places = tables.patterns.length + 1;
  const reading: Reading = {
    ...tables,
    plan,
    looks,
    filters: createReportFilters(automaton, tables, pairGates, completed, looks.gates),
    completed,
    pairGates,
    seen: new Int32Array(anchors.length + partsBeside),
    placedIn: new Int32Array(places),
    firstPlaces: new Int32Array(places),
    cameIn: new Uint16Array(reportCount),
    fresh: new Uint16Array(reportCount + 1),
    isLive: new Uint8Array(reportCount),
    begins: listRunless(plan),
    brought: [],
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
      reading.seen[anchors.length + everyText] = reading.stamp;
    },
    readBlock(text, from, to, isLoaded, found) {
      const { brought } = reading;
      if (brought.length > 0) brought.length = 0;
      const came = hitCount();
      if (came === 0) return;
      const isDense = isLoaded && came * denseShare > to - from;
      const hits = isDense ? dropRuns(automaton, reading.begins, came) : came;
      const count = listReports(reading, hits, from, to - from < text.length);
      // Before any look, which may read other blocks into where this one stands.
      let kept = wakeReports(reading, count) ? keepPassing(reading, hits, to - from, isLoaded) : 0;
      if (isLoaded && !isDense && kept > 1) kept = dropRuns(automaton, reading.begins, kept);
      if (brought.length > 0) lookBefore(reading, text, from, found);
      if (kept > 0) lookAroundHits(reading, text, from, kept, found);
    },
  };
}

/**
 * Lists the reports of the block, each once, and notes the parts that patterns need beside their anchors; returns how many reports there are. What a text
 * brings nobody guesses, so here and below little is asked: sums and stores cost less than a question.
 */
function listReports(reading: Reading, hits: number, from: number, hasBlocks: boolean): number {
  const { cameIn, fresh, plan, needed, seen, stamp } = reading;
  const { pairs, more } = needed;
  const { reports } = plan.automaton;
  const log = hitLog;
  if (++reading.block > 0xffff) {
    reading.block = 1;
    cameIn.fill(0);
  }
  const { block } = reading;
  let count = 0;
  for (let i = 0; i < hits; i++) {
    const report = (log[i]! >>> 16) - reports;
    if (cameIn[report] === block) continue;
    cameIn[report] = block;
    fresh[count++] = report;
    if (hasBlocks) noteReport(reading, report, from);
    const pair = pairs[report]!;
    if (pair >= 0) {
      seen[firstOf(pair)] = stamp;
      seen[secondOf(pair)] = stamp;
    } else for (let k = ~pair + more[~pair]!; k > ~pair; k--) seen[more[k]!] = stamp;
  }
  return count;
}

/**
 * In a text of several blocks: keeps which parts this block brings, and where anchors may begin, for patterns that have all their parts only in a later one. Hits
 * come in no order, so what is kept is where a literal begins that ends with the block's first unit.
 */
function noteReport(reading: Reading, report: number, from: number): void {
  const { needed, looked, seen, brought, placedIn, firstPlaces, stamp } = reading;
  for (let n = from > 0 ? listLength(needed, report) - 1 : -1; n >= 0; n--) {
    const part = numberAt(needed, report, n);
    if (seen[part] !== stamp) brought.push(part);
  }
  for (let n = listLength(looked, report) - 1; n >= 0; n--) {
    const place = numberAt(looked, report, n);
    if (placedIn[place] === stamp) continue;
    placedIn[place] = stamp;
    firstPlaces[place] = from - unitsMask;
  }
}

/** Makes those reports of the block live that have an anchor around which some complete pattern is looked for; returns whether there are any. */
function wakeReports(reading: Reading, count: number): boolean {
  const { fresh, looked, needs, seen, stamp, isLive, filters, completed } = reading;
  const { pairs, more } = looked;
  const { madeAt } = filters;
  const { since } = completed;
  const lately = completed.count + filterMade;
  let live = 0;
  /** Below zero when a pattern is complete for the first time, or a filter may be older than one. */
  let news = 0;
  for (let n = 0; n < count; n++) {
    const report = fresh[n]!;
    const pair = pairs[report]!;
    /** Below zero when each of the patterns lacks a part. */
    let lacks = -1;
    if (pair >= 0) {
      const first = firstOf(pair);
      const second = secondOf(pair);
      const lacksFirst = (seen[firstOf(needs[first]!)]! - stamp) | (seen[secondOf(needs[first]!)]! - stamp);
      const lacksSecond = (seen[firstOf(needs[second]!)]! - stamp) | (seen[secondOf(needs[second]!)]! - stamp);
      news |= (~lacksFirst & (since[first]! - 1)) | (~lacksSecond & (since[second]! - 1));
      lacks = lacksFirst & lacksSecond;
    } else
      for (let k = ~pair + more[~pair]!; k > ~pair; k--) {
        const place = more[k]!;
        const need = needs[place]!;
        // Of many, most lack a part: that is guessed rightly.
        if (seen[firstOf(need)] !== stamp || seen[secondOf(need)] !== stamp) continue;
        news |= since[place]! - 1;
        lacks = 0;
      }
    news |= ~lacks & (madeAt[report]! - lately);
    const isAwake = ~lacks >>> 31;
    isLive[report] = isAwake;
    fresh[live] = report;
    live += isAwake;
  }
  if (news < 0) for (let n = 0; n < live; n++) hearNews(reading, fresh[n]!);
  return live > 0;
}

/** Notes which patterns of a report are complete for the first time, and has its filter made anew for them. */
function hearNews(reading: Reading, report: number): void {
  const { completed, filters, looked } = reading;
  const { since } = completed;
  let latest = 0;
  for (let n = listLength(looked, report) - 1; n >= 0; n--) {
    const place = numberAt(looked, report, n);
    if (since[place] === 0 && isComplete(reading, place)) since[place] = ++completed.count;
    // One that lacks a part in this text too: the filter is up to date for good, and the next text may have it all.
    latest = Math.max(latest, since[place]!);
  }
  filters.expect(report, latest);
}

/** True when all parts of the pattern came. */
const isComplete = ({ seen, needs, stamp }: Reading, place: number): boolean =>
  seen[firstOf(needs[place]!)] === stamp && seen[secondOf(needs[place]!)] === stamp;

/** Looks for the patterns that this block made complete around the anchors in those before it. */
function lookBefore(reading: Reading, text: string, from: number, found: number[]): void {
  const { plan, brought, firstPlaces, placedIn, placeOf, stamp } = reading;
  for (const part of brought) {
    // None stands for no part.
    const list = plan.neededBy[part] ?? [];
    for (let i = 0; i < list.length; i++) {
      const pattern = list[i]!;
      const at = placeOf[pattern]!;
      const first = firstPlaces[at]!;
      // What came with this block is looked at with its hits.
      if (placedIn[at] !== stamp || first + unitsMask >= from) continue;
      if (!isComplete(reading, at)) continue;
      const lead = plan.leads[pattern]!;
      if (reading.looks.findsFrom(text, pattern, lead < 0 ? 0 : Math.max(0, first - lead), from)) found.push(pattern);
    }
  }
}

/** Returns what a reader of hits occupies. */
export const hitReaderBytes = ({ bytes, needed, patternStarts, patterns, pairCount }: HitTables): number =>
  bytes + 15 * needed.pairs.length + 8 * patternStarts.length + 12 * patterns.length + 2 * pairCount;
