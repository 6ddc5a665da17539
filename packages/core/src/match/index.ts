export { equivalent, includes, type SetComparison } from "./compare-sets";
export { type CompileSetOptions, compileKnownSet, compileSet } from "./compile-set";
export type { Span } from "./find-spans";
export { joinSets } from "./join-sets";
export { type FindKnown, openKnownPatterns } from "./known-patterns";
export { keepText, type NormalisedText, type NormaliseOptions, normaliseText } from "./normalise/normalise-text";
export {
  createRe2WasmEngine,
  type Re2WasmConstructor,
  type Re2WasmEngine,
  type Re2WasmOptions,
} from "./re2-wasm-engine";
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
} from "./types";
