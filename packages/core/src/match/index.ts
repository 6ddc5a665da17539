export { equivalent, includes, type SetComparison } from "./compare-sets.js";
export { type CompileSetOptions, compileSet } from "./compile-set.js";
export type { Span } from "./find-spans.js";
export type { HomoglyphFolding } from "./normalise/fold-homoglyphs.js";
export { type NormalisedText, type NormaliseOptions, normaliseText } from "./normalise/normalise-text.js";
export {
  createRe2WasmEngine,
  type Re2WasmConstructor,
  type Re2WasmEngine,
  type Re2WasmOptions,
} from "./re2-wasm-engine.js";
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
