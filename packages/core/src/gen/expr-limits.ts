// Code generated from spec/. Do not edit.

/** In UTF-16 code units: a policy expression is a few lines; parsing 8 KiB stays under a few ms. */
export const sourceCharsMax = 8192;

/** In levels: brackets, calls, unary and chained operators; keeps recursion far below every stack limit, and the conformance suite needs 33. */
export const nestingDepthMax = 64;

/** In nodes: bounds checking and compiling; the largest conformance case has about 130. */
export const astNodesMax = 2000;

/** In levels: work grows with the power of the nesting. */
export const comprehensionNestingMax = 3;

/** In problems: reported at once. */
export const problemsMax = 100;

/** In steps: estimate with assumed sizes; two nested loops over lists of unknown size pass, three do not. */
export const costMax = 1000000;

/** In steps: one evaluation; about 5 ms in TypeScript. */
export const stepsMax = 200000;

/** In items: a list whose size is not known when written. */
export const assumedListItems = 64;

/** In code points: a text whose size is not known when written. */
export const assumedTextChars = 4096;

/** In code points: one contains_any: needles times text; about 0.1 s. */
export const textWorkMax = 200000000;

/** In code points: native text operations handle about 64 code points in the time of one step. */
export const textCharsPerStep = 64;

/** In patterns: compiled patterns of matches() that are not constants, least recently used out first, per program. */
export const dynamicPatternsMax = 32;

/** In steps: each use of a pattern that is not a constant; it may have to be compiled. */
export const dynamicPatternSteps = 500;

/** In UTF-16 code units: a pattern that is not a constant. */
export const patternCharsMax = 2048;

/** In zones: resolved time zones kept. */
export const timeZonesMax = 64;

/** In steps: the estimate of one usage(); a store finds a counter in the time of about 50 steps. */
export const counterReadSteps = 50;
