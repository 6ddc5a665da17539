import type { MatchStream, PatternSet, PatternSetStats, StreamSpan, StreamStep } from "./types";

/**
 * Sets side by side as one: indexes go on counting from set to set. Each keeps its own memory, so that a large set does
 * not shorten the literals and empty the caches of another; each costs its own first pass.
 */
export function joinSets(sets: readonly PatternSet[]): PatternSet {
  const [only] = sets;
  if (only && sets.length === 1) return only;
  const firsts: number[] = [];
  let count = 0;
  for (const { ids } of sets) {
    firsts.push(count);
    count += ids.length;
  }
  const place = (pattern: number): number => {
    let set = firsts.length - 1;
    while (set > 0 && pattern < firsts[set]!) set--;
    return set;
  };
  return {
    ids: sets.flatMap(({ ids }) => ids),
    scan(text) {
      let found: readonly number[] = nothing;
      for (let i = 0; i < sets.length; i++) {
        const hits = sets[i]!.scan(text);
        if (hits.length === 0) continue;
        const first = firsts[i]!;
        const moved = first === 0 ? hits : hits.map((hit) => hit + first);
        found = found.length === 0 ? moved : [...found, ...moved];
      }
      return found;
    },
    spans: (text, pattern) => {
      const set = place(pattern);
      return sets[set]?.spans(text, pattern - firsts[set]!) ?? [];
    },
    stream(options = {}) {
      const { spans = [], ...rest } = options;
      const streams = sets.map((set, i) =>
        set.stream({ ...rest, spans: spans.filter((one) => place(one) === i).map((one) => one - firsts[i]!) }),
      );
      return joinStreams(streams, firsts);
    },
    explain: (pattern) => {
      const set = place(pattern);
      return sets[set]?.explain(pattern - firsts[set]!);
    },
    stats: () => addStats(sets.map((set) => set.stats())),
  };
}

const nothing: readonly number[] = Object.freeze([]);

function joinStreams(streams: readonly MatchStream[], firsts: readonly number[]): MatchStream {
  /** A span waits until no set can still report one that begins before it. */
  let waiting: StreamSpan[] = [];
  const join = (steps: readonly StreamStep[], ended: boolean): StreamStep => {
    const releasedTo = Math.min(...steps.map((step) => step.releasedTo));
    for (const [i, { spans }] of steps.entries())
      for (const span of spans) waiting.push({ ...span, pattern: span.pattern + firsts[i]! });
    waiting.sort((a, b) => a.start - b.start || a.pattern - b.pattern);
    const ready = waiting.filter(({ start }) => ended || start < releasedTo);
    waiting = waiting.slice(ready.length);
    return {
      found: steps.flatMap(({ found }, i) => found.map((hit) => hit + firsts[i]!)),
      spans: ready,
      releasedTo,
    };
  };
  return {
    push: (chunk) =>
      join(
        streams.map((stream) => stream.push(chunk)),
        false,
      ),
    end: () =>
      join(
        streams.map((stream) => stream.end()),
        true,
      ),
  };
}

function addStats(all: readonly PatternSetStats[]): PatternSetStats {
  const sum = (value: (stats: PatternSetStats) => number): number => all.reduce((total, one) => total + value(one), 0);
  return {
    engine: all[0]?.engine ?? "native",
    patterns: sum(({ patterns }) => patterns),
    programNodes: sum(({ programNodes }) => programNodes),
    charClasses: sum(({ charClasses }) => charClasses),
    states: sum(({ states }) => states),
    builtTransitions: sum(({ builtTransitions }) => builtTransitions),
    cacheFlushes: sum(({ cacheFlushes }) => cacheFlushes),
    bytes: sum(({ bytes }) => bytes),
    maxBytes: sum(({ maxBytes }) => maxBytes),
    streamBytes: sum(({ streamBytes }) => streamBytes),
  };
}
