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
  readonly core: readonly string[];
  readonly common: readonly string[];
  readonly spelling: readonly string[];
  readonly bases: readonly NumberBase[];
  readonly sounds: string;
}

interface NumberBase {
  readonly digits: string;
  readonly run: string;
  readonly chars?: number;
  readonly bytes?: number;
  readonly turned?: "group" | "run";
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
  const sounds = Object.fromEntries([...data.sounds.matchAll(/([^a-z])([a-z]?)/gu)].map(([, from, to]) => [from, to]));
  const lists = [data.core, [...new Set(data.common)], data.spelling].map((list) => list.join(" "));
  // Digits that count from the most on, of which all make one number, have no size: 0.
  const bases = data.bases.map(({ digits, run, chars = 0, bytes = 0, turned = "" }) => [
    digits,
    run,
    chars,
    bytes,
    turned,
  ]);
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

export const morseLetters: Readonly<Record<string, string>> = ${JSON.stringify(data.morse)};

/** Words whose misspelt forms are looked for, further words of English, and those of the spelling alphabet, by blanks. */
export const coreWords = ${JSON.stringify(lists[0])};
export const commonWords = ${JSON.stringify(lists[1])};
export const spellingWords = ${JSON.stringify(lists[2])};

/** ASCII letters that sound like letters of other alphabets. */
export const letterSounds: Readonly<Record<string, string>> = ${JSON.stringify(sounds)};

/** Digits of a base, where runs of them stand, how many of them make how many bytes (0: all are one number), and what is turned round. */
export const numberBases: readonly (readonly [digits: string, run: string, chars: number, bytes: number, turned: string])[] = ${JSON.stringify(bases)};`,
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

MORSE_LETTERS: Final[dict[str, str]] = ${pythonLiteral(data.morse)}

CORE_WORDS: Final = ${pythonLiteral(lists[0])}

COMMON_WORDS: Final = ${pythonLiteral(lists[1])}

SPELLING_WORDS: Final = ${pythonLiteral(lists[2])}

LETTER_SOUNDS: Final[dict[str, str]] = ${pythonLiteral(sounds)}

NUMBER_BASES: Final[list[tuple[str, str, int, int, str]]] = [
${bases.map((base) => `    (${base.map(pythonLiteral).join(", ")}),`).join("\n")}
]`,
    ),
  ];
}
