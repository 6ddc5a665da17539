import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type GeneratedFile, pythonFile, specRoot, typescriptFile } from "./files.ts";
import { pythonLiteral } from "./text.ts";

interface Views {
  readonly words: readonly string[];
  readonly shifted: readonly string[];
  readonly letters: string;
  readonly turned: string;
  readonly morse: Readonly<Record<string, string>>;
  readonly braille: string;
}

/** Data of the further views of a text. */
export function emitViews(): GeneratedFile[] {
  const data = parse(readFileSync(join(specRoot, "catalog/detectors/views.yaml"), "utf8")) as Views;
  const pairs = [...data.letters];
  const alphabet: [string, string][] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) alphabet.push([pairs[i] ?? "", pairs[i + 1] ?? ""]);
  const odd = alphabet.find(([from, to]) => from < "\x80" || !/^[a-z]$/.test(to));
  if (pairs.length % 2 === 1 || odd)
    throw new Error(`views.yaml: letters are pairs of a sign and an ASCII letter: ${odd}`);
  [...data.braille].forEach((sign, index) => {
    alphabet.push([sign, String.fromCharCode(97 + index)]);
  });
  const letters = Object.fromEntries(alphabet);
  const words = data.words.join(" ");
  const shifted = data.shifted.join(" ");
  return [
    typescriptFile(
      "packages/core/src/gen/views.ts",
      `/** Words whose hidden forms are looked for, by blanks. */
export const viewWords = ${JSON.stringify(words)};

/** Words that are looked for with their letters shifted, by blanks. */
export const shiftedWords = ${JSON.stringify(shifted)};

/** Letters of odd alphabets, and what they stand for. */
export const viewLetters: Readonly<Record<string, string>> = ${JSON.stringify(letters)};

/** Letters that stand upside down. */
export const turnedLetters = ${JSON.stringify(data.turned)};

export const morseLetters: Readonly<Record<string, string>> = ${JSON.stringify(data.morse)};`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/views.py",
      `"""Data of the further views of a text."""

from __future__ import annotations

from typing import Final

VIEW_WORDS: Final = ${pythonLiteral(words)}

SHIFTED_WORDS: Final = ${pythonLiteral(shifted)}

VIEW_LETTERS: Final[dict[str, str]] = ${pythonLiteral(letters)}

TURNED_LETTERS: Final = ${pythonLiteral(data.turned)}

MORSE_LETTERS: Final[dict[str, str]] = ${pythonLiteral(data.morse)}`,
    ),
  ];
}
