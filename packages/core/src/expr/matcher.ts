import { dynamicPatternSteps, dynamicPatternsMax, patternCharsMax } from "../gen/expr-limits";
import type { Node } from "./ast";
import { type ErrorValue, fail } from "./errors";
import { costExceeded, type Frame } from "./frame";

/** A compiled pattern that is found anywhere in a text, in linear time. */
export type CompilePattern = (
  source: string,
) =>
  | { readonly ok: true; readonly test: (text: string) => boolean }
  | { readonly ok: false; readonly problems: readonly { readonly position: number; readonly message: string }[] };

type TextTest = (text: string, pattern: string, frame: Frame) => boolean | ErrorValue;

/** Patterns of one expression. */
export interface Matchers {
  /** The test for a pattern node: a literal is compiled now, others when met. */
  compile(pattern: Node): TextTest;
}

export interface PatternProblem {
  readonly pos: number;
  readonly message: string;
}

/** `onProblem` hears of literal patterns that are refused, and of every pattern where nothing can compile one. */
export function createMatchers(
  compilePattern: CompilePattern | undefined,
  onProblem: (problem: PatternProblem) => void,
): Matchers {
  if (compilePattern === undefined) {
    return {
      compile({ pos }) {
        onProblem({ pos, message: "`matches` needs the matcher, which this entry of the core leaves out" });
        return () => refused;
      },
    };
  }
  return {
    compile(node) {
      if (node.kind !== "literal" || typeof node.value !== "string") return createDynamic(compilePattern);
      const compiled = compilePattern(node.value);
      if (compiled.ok) return (text) => compiled.test(text);
      for (const { position, message } of compiled.problems) {
        const character = [...node.value.slice(0, position)].length + 1;
        onProblem({ pos: node.pos, message: `pattern is not RE2: ${message} (at character ${character})` });
      }
      return () => refused;
    },
  };
}

const refused = fail("invalid_argument", "pattern is not RE2");

/** Compiled patterns by source; the one used longest ago goes first. */
function createDynamic(compilePattern: CompilePattern): TextTest {
  const cache = new Map<string, ((text: string) => boolean) | undefined>();
  return (text, pattern, frame) => {
    // Charged for every use, in the cache or not: the outcome must not depend on what was evaluated before.
    frame.steps += dynamicPatternSteps;
    if (frame.steps > frame.stepsMax) return costExceeded;
    let test = cache.get(pattern);
    if (test === undefined && !cache.has(pattern)) {
      if (pattern.length > patternCharsMax) return refused;
      const compiled = compilePattern(pattern);
      test = compiled.ok ? compiled.test : undefined;
      if (cache.size >= dynamicPatternsMax) cache.delete(cache.keys().next().value as string);
    } else cache.delete(pattern);
    cache.set(pattern, test);
    return test === undefined ? refused : test(text);
  };
}
