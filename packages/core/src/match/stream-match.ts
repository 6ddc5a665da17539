import { matchLimits } from "../gen/match-limits";
import type { PatternHandle } from "./compile-pattern";
import { foundHere, undecided } from "./look-around";
import { readBefore, splitsPair } from "./read-code-point";
import type { SpanFinders } from "./span-finders";
import { type CandidateScratch, createStreamCandidates } from "./stream-candidates";
import { createStreamHistory, type StreamHistory } from "./stream-history";
import type { GroupRun, StreamSearch } from "./stream-search";
import { createSpanTracker, type SpanTracker } from "./track-spans";
import type { MatchStream, StreamOptions, StreamSpan, StreamStep } from "./types";

/** What the streams of a set share. */
export interface StreamParts {
  readonly patterns: readonly PatternHandle[];
  readonly search: StreamSearch;
  /** Absent when every pattern is searched in every text. */
  readonly candidates: CandidateScratch | undefined;
  readonly finders: SpanFinders;
}

export function createStream(parts: StreamParts, options: StreamOptions): MatchStream {
  const asked = options.maxHoldBack ?? matchLimits.maxHoldBack;
  // What is no number bounds nothing.
  const maxHoldBack = asked < matchLimits.maxHoldBack ? Math.max(1, asked) : matchLimits.maxHoldBack;
  const wanted = [...new Set(options.spans ?? [])]
    .filter((pattern) => parts.patterns[pattern] !== undefined)
    .sort((a, b) => a - b);
  /** Of the text that is being read; none before its first piece. */
  let scan: StreamScan | undefined;
  /** None when no spans are wanted. */
  let spans: StreamSpans | undefined;
  let releasedTo = 0;
  /** A high surrogate whose other half has not come yet. */
  let pending = "";

  const step = (text: string, last: boolean): StreamStep => {
    scan ??= createStreamScan(parts);
    const found = scan(text, last);
    releasedTo += text.length;
    if (wanted.length === 0) return { found, spans: noSpans, releasedTo };
    spans ??= createStreamSpans(parts, wanted, maxHoldBack);
    return { found, ...spans(text, last) };
  };

  return {
    push(chunk) {
      const text = pending + chunk;
      const lastUnit = text.charCodeAt(text.length - 1);
      const cut = lastUnit >= 0xd800 && lastUnit <= 0xdbff ? text.length - 1 : text.length;
      pending = text.slice(cut);
      return step(text.slice(0, cut), false);
    },
    end() {
      const result = step(pending, true);
      pending = "";
      scan = undefined;
      spans = undefined;
      releasedTo = 0;
      return result;
    },
  };
}

/** Returns the patterns found for the first time in a piece, ascending. */
type StreamScan = (text: string, last: boolean) => readonly number[];

/** So many streams that ended leave their lists to those that begin. */
const maxSpare = 4;

/** Another literal of the part may begin so much earlier and end later. */
const longestLiteral = 32;

/** The run of one pattern that the first pass spares, and how far it has read. */
interface PatternRun {
  readonly run: GroupRun;
  readTo: number;
}

/**
 * Returns what tells the patterns found for the first time in each piece. A pattern is searched once all its parts were seen, from the
 * first place where a match around them can begin; when no match of it is under way, it rests until its part comes again. The
 * text is kept for that up to `maxStreamHistory`; a longer one is run through every pattern.
 */
function createStreamScan({ patterns, search, candidates }: StreamParts): StreamScan {
  const first = candidates === undefined ? undefined : (candidates.spare.pop() ?? createStreamCandidates(candidates));
  const leads = candidates?.plan.leads;
  const anchors = candidates?.plan.anchors;
  const reported = new Uint8Array(patterns.length);
  let runs: GroupRun[] = search.always.map(search.createRun);
  /** Those that the first pass spares, once all their parts were seen; by pattern. */
  const single = new Map<number, PatternRun>();
  /** Of them, those in which something is under way. */
  let awake: PatternRun[] = [];
  /** As long as the text is kept. */
  let history: StreamHistory | undefined = first === undefined ? undefined : createStreamHistory();
  let length = 0;
  const found: number[] = [];

  /** Reads on, from the place where the next match can begin. */
  const readOn = (one: PatternRun, place: number, last: boolean): void => {
    const { run } = one;
    if (one.readTo === length || run.finished) return;
    if (run.kernel.length === 0) {
      const lead = leads![run.key]!;
      if (place < 0) return;
      const from = lead < 0 ? one.readTo : Math.max(one.readTo, place - lead - longestLiteral);
      if (from > one.readTo) moveTo(one, from);
    }
    search.feed(run, history!.from(one.readTo), last, found);
    one.readTo = length;
    if (run.kernel.length > 0 && !run.finished) awake.push(one);
  };

  /** Moves a run in which nothing is under way. */
  const moveTo = (one: PatternRun, place: number): void => {
    // A pair of surrogates before it, or half of one at it.
    const before = history!.from(Math.max(0, place - 2)).slice(0, 3);
    const at = Math.min(2, place);
    const start = splitsPair(before, at) ? place - 1 : place;
    if (start <= one.readTo) return;
    search.move(one.run, readBefore(before, at - (place - start)));
    one.readTo = start;
  };

  /** Looks around the places where a new pattern's part stands; where a match may go on past the text so far, the run reads on. */
  const begin = (pattern: number, last: boolean): void => {
    const one = { run: search.createRun(pattern), readTo: 0 };
    single.set(pattern, one);
    const places = first!.places(pattern);
    const lead = leads![pattern]!;
    first!.watch(pattern);
    if (places === undefined || lead < 0) {
      readOn(one, first!.firstPlace(pattern), last);
      return;
    }
    let decided = 0;
    for (let i = 0; i < places.length; i++) {
      const { place } = places[i]!;
      if (place < decided) continue;
      const from = Math.max(decided, place - lead - longestLiteral);
      const start = Math.max(0, from - 2);
      const text = history!.from(start);
      if (!first!.stands(places[i]!, text, start)) continue;
      const result = search.look(one.run, text, from - start, place - start);
      if (result === undecided) {
        moveTo(one, from);
        readOn(one, place, last);
        return;
      }
      one.run.finished = result === foundHere || result > text.length;
      if (result === foundHere) found.push(pattern);
      if (one.run.finished) return;
      decided = start + result;
    }
    moveTo(one, decided);
  };

  /** Reads a piece with the runs that are under way, and those whose part it brings. */
  const readPiece = (text: string, last: boolean): void => {
    // Half a surrogate pair alone is an empty piece: what is under way stays so.
    if (text === "" && !last) return;
    history!.append(text);
    const begun = first!.find(text, length);
    length += text.length;
    if (awake.length > 0) {
      const before = awake;
      awake = [];
      for (let i = 0; i < before.length; i++) {
        const one = before[i]!;
        // At the end of the text, something under way may end without a further character.
        if (last && one.readTo === length) search.feed(one.run, "", true, found);
        else readOn(one, first!.latestPlace(one.run.key), last);
      }
    }
    const seen = first!.seenParts();
    for (let i = 0; i < seen.length; i++) wake(anchors![seen[i]!]!, last);
    for (let i = 0; i < begun.length; i++) begin(begun[i]!, last);
  };

  const wake = (looked: readonly number[], last: boolean): void => {
    for (let i = 0; i < looked.length; i++) {
      const one = single.get(looked[i]!);
      if (one !== undefined) readOn(one, first!.latestPlace(looked[i]!), last);
    }
  };

  return (text, last) => {
    if (found.length > 0) found.length = 0;
    if (history !== undefined) {
      if (length + text.length > matchLimits.maxStreamHistory) {
        // From here on the groups know all that the runs of single patterns did.
        single.clear();
        awake = [];
        const before = history.from(0);
        for (const key of search.filtered) {
          const run = search.createRun(key);
          runs.push(run);
          search.feed(run, before, false, found);
        }
        history = undefined;
      } else readPiece(text, last);
    }
    let finished = 0;
    for (let i = 0; i < runs.length; i++) {
      search.feed(runs[i]!, text, last, found);
      if (runs[i]!.finished) finished++;
    }
    if (last && first !== undefined && candidates !== undefined && candidates.spare.length < maxSpare) {
      first.reset();
      candidates.spare.push(first);
    }
    if (finished > 0) runs = runs.filter((run) => !run.finished);
    if (found.length === 0) return noneFound;
    const fresh = found.filter((pattern) => reported[pattern] === 0);
    for (const pattern of fresh) reported[pattern] = 1;
    return fresh.sort((a, b) => a - b);
  };
}

const noneFound: readonly number[] = Object.freeze([]);
const noSpans: readonly StreamSpan[] = Object.freeze([]);

type StreamSpans = (text: string, last: boolean) => SpanStep;
type SpanStep = Pick<StreamStep, "spans" | "releasedTo">;

function createStreamSpans(
  { patterns, finders }: StreamParts,
  wanted: readonly number[],
  maxHoldBack: number,
): StreamSpans {
  const trackers: { readonly pattern: number; readonly tracker: SpanTracker }[] = wanted.map((pattern) => ({
    pattern,
    tracker: createSpanTracker(finders, patterns, pattern, maxHoldBack),
  }));
  let held = "";
  let heldFrom = 0;
  return (text, last) => {
    held += text;
    const spans: StreamSpan[] = [];
    let releasedTo = heldFrom + held.length;
    for (const { pattern, tracker } of trackers) {
      for (const span of tracker.read(held, heldFrom, last)) spans.push({ pattern, ...span });
      if (!last) releasedTo = Math.min(releasedTo, tracker.heldFrom());
    }
    held = held.slice(releasedTo - heldFrom);
    heldFrom = releasedTo;
    spans.sort((a, b) => a.start - b.start || a.pattern - b.pattern);
    return { spans, releasedTo };
  };
}
