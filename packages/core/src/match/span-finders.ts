import { createAutomatonPool } from "./automaton-pool";
import { toByteText } from "./byte-tree";
import { buildCharClasses } from "./char-classes";
import { type PatternHandle, recompile } from "./compile-pattern";
import { createSpanFinder, type Span, type SpanFinder } from "./find-spans";
import type { LazyAutomaton } from "./lazy-automaton";
import { addPattern, createCharSets, createProgramBuilder, finishProgram } from "./program";
import { createSpanRun, runSpans } from "./run-spans";

/** The span finders of a set, which scans of whole texts and streams share. */
export interface SpanFinders {
  find(text: string, pattern: number): Span[];
  /** Calls `work` with the finder of a pattern; nothing of it may be kept but kernels. */
  use<Result>(pattern: number, work: (finder: SpanFinder) => Result): Result;
  bytes(): number;
  /** Drops what was used longest ago until so many bytes are left. */
  shrink(bytes: number): void;
}

/** One finder may take so much of what all have. */
const finderShare = 1 / 4;

/** All finders together have `sureBytes`, and more while `maxBytes` says so; `grown` is called when they took more. */
export function createSpanFinders(
  patterns: readonly PatternHandle[],
  sureBytes: number,
  maxBytes: () => number,
  grown: () => void,
): SpanFinders {
  const pool = createAutomatonPool<SpanFinder>({
    make(pattern) {
      const builder = createProgramBuilder(createCharSets());
      addPattern(builder, recompile(patterns[pattern]!).tree);
      const classes = buildCharClasses(builder.sets.list);
      return createSpanFinder(finishProgram(builder), classes, Math.floor(sureBytes * finderShare));
    },
    automataOf,
    bytesOf: finderBytes,
    maxBytes: () => Math.max(sureBytes, maxBytes()),
  });
  const use: SpanFinders["use"] = (pattern, work) => {
    const before = pool.bytes();
    const result = pool.use(pattern, work);
    if (pool.bytes() > before) grown();
    return result;
  };
  return {
    find: (text, pattern) =>
      use(pattern, (finder) => (patterns[pattern]!.usesBytes ? findByteSpans(finder, text) : findAll(finder, text))),
    use,
    bytes: pool.bytes,
    shrink: (bytes) => pool.shrink(Math.max(sureBytes, bytes)),
  };
}

const automataOf = ({ search, forward, backward }: SpanFinder): LazyAutomaton[] =>
  backward === undefined ? [search, forward] : [search, forward, backward];

const finderBytes = (finder: SpanFinder): number =>
  automataOf(finder).reduce((sum, a) => sum + a.bytes + a.work.bytes, 0) +
  finder.classes.bytes +
  finder.program.bytes +
  (finder.backward?.program.bytes ?? 0);

function findAll(finder: SpanFinder, text: string): Span[] {
  const spans: Span[] = [];
  runSpans(finder, createSpanRun(), text, 0, true, spans);
  return spans;
}

function findByteSpans(finder: SpanFinder, text: string): Span[] {
  const { text: bytes, offsets } = toByteText(text);
  const spans = findAll(finder, bytes);
  return offsets === undefined ? spans : widenSpans(spans, offsets);
}

/**
 * Returns spans over bytes widened to whole characters, one inside a character already covered left out. `offsets` has the UTF-16
 * offset of the character of each byte, and of the end.
 */
export function widenSpans(spans: readonly Span[], offsets: ArrayLike<number>, lastSpan?: Span): Span[] {
  const widened: Span[] = [];
  let previous = lastSpan;
  for (const { start, end } of spans) {
    const from = offsets[start]!;
    let last = end;
    while (last > start && last < offsets.length - 1 && offsets[last] === offsets[last - 1]) last++;
    const to = offsets[last]!;
    if (previous !== undefined && (from < previous.end || (from === previous.start && to === previous.end))) continue;
    previous = { start: from, end: to };
    widened.push(previous);
  }
  return widened;
}
