// Code generated from spec/. Do not edit.
export const matchLimits = {
  /** In bytes: what one pattern set may occupy with its caches; the default and the ceiling. */
  maxSetBytes: 16777216,
  /** In bytes: a smaller cap would flush the cache at every other character. */
  minSetBytes: 65536,
  /** In patterns: ten times the largest catalogue; keeps pattern numbers and result lists small. */
  maxPatterns: 10000,
  /** In UTF-16 units: longer alternations belong into several patterns, where each gets its own id. */
  maxPatternLength: 16384,
  /** In repetitions: RE2's own bound, also for the product of nested counts. */
  maxRepeat: 1000,
  /** In groups: RE2's own bound; keeps recursion over the tree far from the end of the stack. */
  maxNesting: 1000,
  /** In nodes: one pattern's share: at about 40 bytes a node, 2 MB of a set's 16. */
  maxProgramNodes: 50000,
  /** In UTF-16 units: what a stream may hold back while a span is still open. */
  maxHoldBack: 65536,
  /** In bytes: what all streams of one set may keep in automata for scans, beside the set's own memory. */
  maxStreamBytes: 8388608,
  /** In UTF-16 units: text a stream keeps to search a pattern from the beginning once its parts were seen; longer texts are run through every pattern. */
  maxStreamHistory: 262144,
  /** In states: pairs of states a comparison of two sets explores before it answers that it cannot tell. */
  maxProductStates: 20000,
  /** In steps: steps of all products of one comparison, each counted once and once for each thread it carries; a second or two. */
  maxProductWork: 2000000,
  /** In marks: put in order together: the bound of Unicode's stream-safe text; the work grows with its square. */
  maxMarks: 30,
  /** In layers: an encoding inside an encoding inside an encoding; more is not text a model would follow. */
  maxDecodeDepth: 3,
  /** In UTF-16 units: decoded text one normalisation may add. */
  maxDecodedLength: 65536,
  /** In runs: encoded runs one normalisation decodes; decoys must not use it up before what they hide. */
  maxDecodedRuns: 4096,
  /** In UTF-16 units: shorter base64 and hex runs are words and identifiers more often than hidden text. */
  minEncodedRun: 16,
  /** In patterns: re2-wasm aborts at about 1,010 idle patterns in its fixed 16 MiB, and at fewer than 500 that were searched with. */
  wasmMaxPatterns: 64,
  /** In UTF-16 units: a text of 10 MB aborts re2-wasm; 1 Mi units are at most 3 MB of UTF-8. */
  wasmMaxTextLength: 1048576,
} as const;
