import { matchLimits } from "../gen/match-limits";
import type { PatternHandle } from "./compile-pattern";
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
  let scan = createStreamScan(parts);
  let spans = createStreamSpans(parts, wanted, maxHoldBack);
  /** A high surrogate whose other half has not come yet. */
  let pending = "";

  const step = (text: string, last: boolean): StreamStep => ({ found: scan(text, last), ...spans(text, last) });

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
      scan = createStreamScan(parts);
      spans = createStreamSpans(parts, wanted, maxHoldBack);
      return result;
    },
  };
}

/**
 * Returns what tells the patterns found for the first time in each piece. A pattern is searched once all its parts were seen, from the
 * beginning of the text, which is kept for that up to `maxStreamHistory`; a longer text is run through every pattern.
 */
function createStreamScan({ patterns, search, candidates }: StreamParts): (text: string, last: boolean) => number[] {
  const first = candidates === undefined ? undefined : createStreamCandidates(candidates);
  const reported = new Uint8Array(patterns.length);
  let runs: GroupRun[] = search.always.map(search.createRun);
  let history: string | undefined = first === undefined ? undefined : "";

  return (text, last) => {
    const found: number[] = [];
    const begin = (key: number, kept: string): void => {
      const run = search.createRun(key);
      runs.push(run);
      search.feed(run, kept, false, found);
    };
    if (first !== undefined && history !== undefined) {
      if (history.length + text.length > matchLimits.maxStreamHistory) {
        // From here on the groups know all that the runs of single patterns did.
        runs = runs.slice(0, search.always.length);
        for (const key of search.filtered) begin(key, history);
        history = undefined;
      } else {
        for (const pattern of first.find(text)) begin(pattern, history);
        history += text;
      }
    }
    let finished = 0;
    for (const run of runs) {
      search.feed(run, text, last, found);
      if (run.finished) finished++;
    }
    if (finished > 0) runs = runs.filter((run) => !run.finished);
    if (found.length === 0) return found;
    const fresh = found.filter((pattern) => reported[pattern] === 0);
    for (const pattern of fresh) reported[pattern] = 1;
    return fresh.sort((a, b) => a - b);
  };
}

type SpanStep = Pick<StreamStep, "spans" | "releasedTo">;

function createStreamSpans(
  { patterns, finders }: StreamParts,
  wanted: readonly number[],
  maxHoldBack: number,
): (text: string, last: boolean) => SpanStep {
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
