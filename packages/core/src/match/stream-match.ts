import { matchLimits } from "../gen/match-limits";
import type { PatternHandle } from "./compile-pattern";
import { readBefore, splitsPair } from "./read-code-point";
import type { SpanFinders } from "./span-finders";
import { type CandidateScratch, createStreamCandidates } from "./stream-candidates";
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
  const maxHoldBack = Math.max(1, Math.min(options.maxHoldBack ?? matchLimits.maxHoldBack, matchLimits.maxHoldBack));
  const wanted = [...new Set(options.spans ?? [])]
    .filter((pattern) => parts.patterns[pattern] !== undefined)
    .sort((a, b) => a - b);
  /** Of the text that is being read; none before its first piece. */
  let scan: StreamScan | undefined;
  let spans: StreamSpans | undefined;
  /** A high surrogate whose other half has not come yet. */
  let pending = "";

  const step = (text: string, last: boolean): StreamStep => {
    scan ??= createStreamScan(parts);
    spans ??= createStreamSpans(parts, wanted, maxHoldBack);
    const found = scan(text, last);
    const { spans: final, releasedTo } = spans(text, last);
    return { found, spans: final, releasedTo };
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
      return result;
    },
  };
}

/** Returns the patterns found for the first time in a piece, ascending. */
type StreamScan = (text: string, last: boolean) => readonly number[];

/** What is kept of the text apart from the rest, which is long: most leads reach no further back. */
const recentLength = 1024;
const mostRecent = 8192;

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
  const first = candidates === undefined ? undefined : createStreamCandidates(candidates);
  const leads = candidates?.plan.leads;
  const anchors = candidates?.plan.anchors;
  const reported = new Uint8Array(patterns.length);
  let runs: GroupRun[] = search.always.map(search.createRun);
  /** Those that the first pass spares, once all their parts were seen; by pattern. */
  const single = new Map<number, PatternRun>();
  /** Of them, those in which something is under way. */
  let awake: PatternRun[] = [];
  /** The text so far, as long as it is kept, but for what `recent` holds. */
  let older: string | undefined = first === undefined ? undefined : "";
  let recent = "";
  /** The last piece: where something is under way, it is all that was not read. */
  let latest = "";
  let length = 0;
  const found: number[] = [];

  /** The text from `from` on, and the code point before it. */
  const textFrom = (from: number): string =>
    from >= length - latest.length
      ? latest.slice(from - length + latest.length)
      : from >= length - recent.length
        ? recent.slice(from - length + recent.length)
        : older!.slice(from) + recent;

  /** Reads on, from the place where the next match can begin. */
  const readOn = (one: PatternRun, place: number, last: boolean): void => {
    const { run } = one;
    if (one.readTo === length || run.finished) return;
    if (run.kernel.length === 0) {
      const lead = leads![run.key]!;
      if (place < 0) return;
      const from = lead < 0 ? one.readTo : Math.max(one.readTo, place - lead - longestLiteral);
      if (from > one.readTo) {
        // A pair of surrogates before it, or half of one at it.
        const before = textFrom(Math.max(0, from - 2)).slice(0, 3);
        const at = Math.min(2, from);
        const start = splitsPair(before, at) ? from - 1 : from;
        if (start > one.readTo) {
          search.move(run, readBefore(before, at - (from - start)));
          one.readTo = start;
        }
      }
    }
    search.feed(run, textFrom(one.readTo), last, found);
    one.readTo = length;
    if (run.kernel.length > 0 && !run.finished) awake.push(one);
  };

  /** Reads a piece with the runs that are under way, and those whose part it brings. */
  const readPiece = (text: string, last: boolean): void => {
    // Half a surrogate pair alone is an empty piece: what is under way stays so.
    if (text === "" && !last) return;
    if (recent.length > mostRecent) {
      older += recent.slice(0, -recentLength);
      recent = recent.slice(-recentLength);
    }
    recent += text;
    latest = text;
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
    for (let i = 0; i < begun.length; i++) {
      const pattern = begun[i]!;
      const one = { run: search.createRun(pattern), readTo: 0 };
      single.set(pattern, one);
      first!.watch(pattern);
      readOn(one, first!.firstPlace(pattern), last);
    }
  };

  const wake = (looked: Int32Array, last: boolean): void => {
    for (let i = 0; i < looked.length; i++) {
      const one = single.get(looked[i]!);
      if (one !== undefined) readOn(one, first!.latestPlace(looked[i]!), last);
    }
  };

  return (text, last) => {
    if (found.length > 0) found.length = 0;
    if (first !== undefined && older !== undefined) {
      if (length + text.length > matchLimits.maxStreamHistory) {
        // From here on the groups know all that the runs of single patterns did.
        single.clear();
        awake = [];
        for (const key of search.filtered) {
          const run = search.createRun(key);
          runs.push(run);
          search.feed(run, older + recent, false, found);
        }
        older = undefined;
        recent = "";
        latest = "";
      } else readPiece(text, last);
    }
    let finished = 0;
    for (let i = 0; i < runs.length; i++) {
      search.feed(runs[i]!, text, last, found);
      if (runs[i]!.finished) finished++;
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
  if (trackers.length === 0) return (text) => ({ spans: noSpans, releasedTo: (heldFrom += text.length) });
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
