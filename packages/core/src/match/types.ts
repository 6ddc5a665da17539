import type { Span } from "./find-spans";

export interface PatternSource {
  readonly id: string;
  /** RE2 syntax. */
  readonly source: string;
  /** Any of `i`, `m`, `s`, `U`. */
  readonly flags?: string;
}

/** Why a pattern was refused; the set is then not made. */
export interface PatternProblem {
  readonly id: string;
  /** UTF-16 offset into the source. */
  readonly position: number;
  readonly message: string;
}

/** Several patterns compiled to be searched together. Holds no state a caller can see; one set may serve many callers. */
export interface PatternSet {
  readonly ids: readonly string[];
  /** Returns the indexes, ascending, of the patterns that match somewhere in `text`; a shared frozen array when none does. */
  scan(text: string): readonly number[];
  /**
   * Returns all leftmost-longest, non-overlapping spans of one pattern, in UTF-16 units; an empty span that touches the end
   * of the span before is left out. An index that names no pattern has no spans.
   */
  spans(text: string, pattern: number): readonly Span[];
  /** Returns a reader of text that comes in pieces. */
  stream(options?: StreamOptions): MatchStream;
  explain(pattern: number): PatternExplanation | undefined;
  stats(): PatternSetStats;
}

export interface StreamOptions {
  /** Indexes of the patterns whose spans are wanted (default none). They make the stream hold text back. */
  readonly spans?: readonly number[];
  /** The most UTF-16 units held back for spans; default and ceiling `maxHoldBack` of the limits. */
  readonly maxHoldBack?: number;
}

export interface StreamSpan extends Span {
  readonly pattern: number;
  /** True when the match may have gone on past the hold-back and was cut there. */
  readonly cut: boolean;
}

export interface StreamStep {
  /** Patterns found for the first time by this call, ascending. */
  readonly found: readonly number[];
  /** Spans that are final, by start; offsets from the beginning of the stream. */
  readonly spans: readonly StreamSpan[];
  /** UTF-16 offset up to which no later span can begin or reach back: text before it may go out. */
  readonly releasedTo: number;
}

/**
 * Gives the answers of one scan over the whole text, wherever the pieces are cut, inside a surrogate pair too. Without spans
 * at most one UTF-16 unit is held back, and a pattern is reported no later than one character after its match ends.
 */
export interface MatchStream {
  push(chunk: string): StreamStep;
  /** Reports what matches only because the text ends; the stream then begins anew. */
  end(): StreamStep;
}

export interface PatternExplanation {
  readonly id: string;
  readonly source: string;
  readonly flags: string;
  /** The pattern as it is searched: what may match nothing at either end is left away. */
  readonly searchedAs: string;
  readonly groupNames: readonly string[];
  readonly groupCount: number;
  readonly programNodes: number;
  /** The fewest and most code points a match has; `undefined` when there is no most. */
  readonly minLength: number;
  readonly maxLength: number | undefined;
  /** True when the pattern matches the empty text, so every text. */
  readonly matchesEmpty: boolean;
  /** Case-sensitive text that occurs in every match, when there is one. */
  readonly requiredLiteral: string | undefined;
  readonly anchoredAtStart: boolean;
  readonly anchoredAtEnd: boolean;
}

export interface PatternSetStats {
  readonly engine: "native" | "re2-wasm";
  readonly patterns: number;
  readonly programNodes: number;
  readonly charClasses: number;
  /** States and transitions built so far; they go when the cache is flushed. */
  readonly states: number;
  readonly builtTransitions: number;
  readonly cacheFlushes: number;
  /** What the set occupies now, by its own count, and the most it may. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** What the set's streams keep in automata beside that; at most `maxStreamBytes` of the limits. */
  readonly streamBytes: number;
}

export type CompileSetResult =
  | { readonly ok: true; readonly set: PatternSet }
  | { readonly ok: false; readonly problems: readonly PatternProblem[] };
