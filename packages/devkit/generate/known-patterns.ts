import { compilePattern } from "../../core/src/match/compile-pattern";
import { packKnownPatterns } from "../../core/src/match/known-patterns";
import { createLiteralReader } from "../../core/src/match/literal-parts";
import type { Source } from "./first-pass";

/**
 * Returns the TypeScript module with what our matcher reads out of the catalogue's patterns before the first text: a fresh process need not
 * read them all again.
 */
export function writeKnownPatterns(sources: readonly Source[]): string {
  const reader = createLiteralReader();
  const { literals, patterns } = packKnownPatterns(
    sources.map(({ source, flags }) => {
      const compiled = compilePattern({ id: "pattern", source, flags });
      if ("message" in compiled) throw new Error(`${source}: ${compiled.message}`);
      const parts = compiled.usesBytes ? [] : reader.chooseParts(compiled.searchTree);
      return { source, flags, searchNodes: compiled.searchNodes, parts };
    }),
  );
  return `// Code generated from spec/. Do not edit.

/** Literals of which every match of a pattern of the catalogue holds one, as match/known-patterns packs them. */
export const knownLiterals =
  ${JSON.stringify(literals)};

/** What was read out of each pattern: injection, personal data, secrets, moderation. */
export const knownPatterns: readonly number[] = [
  ${wrap(patterns)},
];
`;
}

function wrap(numbers: readonly number[]): string {
  const lines: string[] = [];
  for (let i = 0; i < numbers.length; i += 24) lines.push(numbers.slice(i, i + 24).join(", "));
  return lines.join(",\n  ");
}
