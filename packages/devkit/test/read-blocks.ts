import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./published";

export interface CodeBlock {
  /** `README.md#1`: the file's path in the repository, and which of its blocks of this language it is. */
  readonly name: string;
  readonly text: string;
}

/** The fenced blocks of a Markdown file in one language, in order. */
export function readBlocks(path: string, language: string): readonly CodeBlock[] {
  const fences = readFileSync(join(root, path), "utf8").matchAll(/^```(\w*)\r?\n(.*?)^```$/gms);
  return [...fences]
    .filter(([, written]) => written === language)
    .map(([, , text = ""], index) => ({ name: `${path}#${index + 1}`, text }));
}

/** Lines of the form `expression; // "value"` say what comes out: made to be checked, where the program is run. */
export const withAssertions = (text: string): string =>
  text.replace(/^(\S.*); \/\/ ("[^"]*")$/gm, '(await import("node:assert/strict")).equal($1, $2);');
