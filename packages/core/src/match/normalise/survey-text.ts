import { findAsciiTwin, isAsciiLetter, isStable, isWordCodePoint, joinsBefore } from "./code-point-traits";
import { mayBeInvisible } from "./strip-invisible";

/** What may change a text: characters that show nothing, NFKC, characters that look like ASCII. */
export const mayStrip = 8;
export const mayCompose = 16;
export const mayLookAlike = 32;

const letter = 1;
const word = 2;
/** Looks like ASCII, and is part of a word: folded beside an ASCII letter alone. */
const twin = 4;
const known = 64;

/** By UTF-16 unit, found out when a text first has it. */
let kinds: Uint8Array | undefined;

/**
 * Returns which steps of normalisation may change a text, the others surely do not. Letters that NFKC keeps as they are, and that it joins with
 * nothing before them, are most of what is written beyond ASCII.
 */
export function surveyText(text: string): number {
  kinds ??= new Uint8Array(0x10000);
  let needs = 0;
  /** What the word of now has had. */
  let had = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const kind = kinds[unit]! || (kinds[unit] = findKind(unit));
    had = kind & word ? had | kind : 0;
    needs |= kind | ((had & (had >> 2) & letter) << 5);
  }
  return needs & (mayStrip | mayCompose | mayLookAlike);
}

function findKind(unit: number): number {
  const isWord = isWordCodePoint(unit);
  const kind = known | (isWord ? word : 0) | (isAsciiLetter(unit) ? letter : 0);
  if (unit < 0x80) return kind;
  const char = String.fromCharCode(unit);
  const isHalf = unit >= 0xd800 && unit <= 0xdfff;
  const strip = mayBeInvisible(unit) ? mayStrip : 0;
  const compose = isHalf || !isStable(unit) || joinsBefore(unit) || char.normalize("NFKC") !== char ? mayCompose : 0;
  const looks = isHalf ? mayLookAlike : findAsciiTwin(unit) === undefined ? 0 : isWord ? twin : mayLookAlike;
  return kind | strip | compose | looks;
}
