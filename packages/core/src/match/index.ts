export { type CompileSetOptions, compileSet } from "./compile-set.js";
export type { Span } from "./find-spans.js";
export type {
  CompileSetResult,
  MatchStream,
  PatternExplanation,
  PatternProblem,
  PatternSet,
  PatternSetStats,
  PatternSource,
  StreamOptions,
  StreamSpan,
  StreamStep,
} from "./types.js";
