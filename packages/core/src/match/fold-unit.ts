import type { CodeRanges } from "./code-ranges";

/**
 * A rough form of UTF-16 units for the first pass: letters without case and accents, all digits alike, blanks alike.
 * It may be as rough as it likes, since a pattern's parts and the text go through the same function: too rough only costs a
 * second look. What it gives for a unit must stay the same while the process runs, and no more.
 */
export function foldUnit(unit: number): number {
  if (unit >= 0x2000 && unit !== 0x212a && unit !== 0x212b) return unit;
  table ??= new Uint16Array(0x2000);
  if (unit >= 0x2000) return unit === 0x212a ? 0x6b : 0x61;
  return table[unit]! || (table[unit] = computeFold(unit));
}

let table: Uint16Array | undefined;

function computeFold(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return 0x30;
  if (unit === 9 || unit === 12 || unit === 13) return 0x20;
  // All other control characters are alike, so that ASCII folds to fewer than 64.
  if (unit < 0x20 && unit !== 10) return unit === 0 ? 0 : 1;
  if (unit === 0x7f) return 1;
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit;
  const folded = String.fromCharCode(unit).toUpperCase().toLowerCase();
  const [base] = folded.normalize("NFD");
  const code = folded.length === 1 && base !== undefined ? base.charCodeAt(0) : unit;
  return code > 0 && code < 0x2000 ? code : unit;
}

/** From here on `foldUnit` changes no unit but two signs, which it folds to ASCII; none is folded to what lies past it. */
export const foldedBelow = 0x2000;

/** NUL stands for "none" in tables, and a lone surrogate is taken for U+FFFD: neither may stand in a literal. */
const isPlain = (code: number): boolean => code > 0 && code !== 0xfffd && (code < 0xd800 || code > 0xdfff);

/** Larger classes are not looked at one by one. */
export const maxCodes = 128;

/** Returns the folded characters of a class, or undefined when there are more than `most` or not all can stand in a literal. */
export function foldClass(ranges: CodeRanges, most: number): string[] | undefined {
  let codes = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    codes += ranges[i + 1]! - ranges[i]! + 1;
    if (codes > maxCodes) return undefined;
  }
  const folded: string[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    for (let code = ranges[i]!; code <= ranges[i + 1]!; code++) {
      if (!isPlain(code)) return undefined;
      const char = String.fromCodePoint(code > 0xffff ? code : foldUnit(code));
      if (!folded.includes(char) && folded.push(char) > most) return undefined;
    }
  }
  return folded;
}
