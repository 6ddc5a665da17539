import { toByteText } from "./byte-tree";
import type { PatternHandle } from "./compile-pattern";
import type { Span } from "./find-spans";
import { createSpanRun, forgetStretch, heldFrom, runSpans, type SpanRun } from "./run-spans";
import { type SpanFinders, widenSpans } from "./span-finders";

/** Finds the spans of one pattern in a text that comes in pieces. Offsets are of the whole text. */
export interface SpanTracker {
  /** Where the text begins that the tracker still needs. */
  heldFrom(): number;
  /** Reads on to the end of `text`, which begins at `from`, not after `heldFrom()`; returns the spans that are final. */
  read(text: string, from: number, last: boolean): TrackedSpan[];
}

export interface TrackedSpan extends Span {
  /** True when the match may have gone on past the hold-back and was cut there. */
  readonly cut: boolean;
}

/** `finders` are those of the set, so that streams keep no automata of their own for spans. */
export function createSpanTracker(
  finders: SpanFinders,
  patterns: readonly PatternHandle[],
  pattern: number,
  maxHoldBack: number,
): SpanTracker {
  if (patterns[pattern]!.usesBytes) return createByteTracker(finders, pattern, maxHoldBack);
  const run = createSpanRun();
  return {
    heldFrom: () => heldFrom(run),
    read(text, from, last) {
      const spans: Span[] = [];
      finders.use(pattern, (finder) => runSpans(finder, run, text, from, last, spans));
      const tracked: TrackedSpan[] = spans.map((span) => ({ ...span, cut: false }));
      const start = heldFrom(run);
      if (!last && run.readTo - start > maxHoldBack) {
        tracked.push({ start, end: run.readTo, cut: true });
        cutOff(finders, pattern, run);
      }
      return tracked;
    },
  };
}

const cutOff = (finders: SpanFinders, pattern: number, run: SpanRun): void =>
  finders.use(pattern, ({ search }) => forgetStretch(run, search));

/** A pattern over bytes (`\C`, `\B`): the same over the UTF-8 of the text. The run counts bytes, everything else UTF-16 units. */
function createByteTracker(finders: SpanFinders, pattern: number, maxHoldBack: number): SpanTracker {
  const run = createSpanRun();
  let bytes = "";
  let bytesFrom = 0;
  /** By byte held, and one more: the offset of its character in the text. */
  let offsets: number[] = [0];
  let previous: Span | undefined;

  const readTo = () => offsets[offsets.length - 1]!;
  const held = () => offsets[heldFrom(run) - bytesFrom]!;

  return {
    heldFrom: held,
    read(text, from, last) {
      const start = readTo();
      const piece = toByteText(text.slice(start - from));
      offsets.pop();
      for (let i = 0; i <= piece.text.length; i++) offsets.push(start + (piece.offsets?.[i] ?? i));
      bytes += piece.text;
      const spans: Span[] = [];
      finders.use(pattern, (finder) => runSpans(finder, run, bytes, bytesFrom, last, spans));
      const local = spans.map((span) => ({ start: span.start - bytesFrom, end: span.end - bytesFrom }));
      const tracked: TrackedSpan[] = widenSpans(local, offsets, previous).map((span) => ({ ...span, cut: false }));
      if (!last && readTo() - held() > maxHoldBack) {
        tracked.push({ start: held(), end: readTo(), cut: true });
        cutOff(finders, pattern, run);
      }
      previous = tracked.at(-1) ?? previous;
      const drop = heldFrom(run) - bytesFrom;
      bytes = bytes.slice(drop);
      offsets = offsets.slice(drop);
      bytesFrom += drop;
      return tracked;
    },
  };
}
