const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

const anySurrogate = /[\ud800-\udfff]/;
/** A stretch of so many units, and of so great a part of the text, is worth asking whether the text has any surrogates. */
const longStretch = 64;
const longPart = 8;

/** Told at once for texts of Latin-1, which engines store in bytes; a test of the whole text for others. */
const hasNoPairs = (text: string, length: number): boolean =>
  length >= longStretch && length * longPart >= text.length && !anySurrogate.test(text);

/** How many Unicode code points stand between two UTF-16 offsets; a lone surrogate counts as one. */
export function countCodePoints(text: string, start: number, end: number): number {
  if (hasNoPairs(text, end - start)) return end - start;
  let count = 0;
  for (let i = start; i < end; i++) {
    if (isHigh(text.charCodeAt(i)) && i + 1 < text.length && isLow(text.charCodeAt(i + 1))) i++;
    count++;
  }
  return count;
}

/** The UTF-16 offset `count` code points before (negative) or after `offset`, kept inside the text. */
export function moveCodePoints(text: string, offset: number, count: number): number {
  if (hasNoPairs(text, Math.abs(count))) return Math.min(text.length, Math.max(0, offset + count));
  let at = offset;
  for (let left = Math.abs(count); left > 0; left--) {
    if (count > 0) {
      if (at >= text.length) break;
      at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
    } else {
      if (at <= 0) break;
      at -= at >= 2 && isLow(text.charCodeAt(at - 1)) && isHigh(text.charCodeAt(at - 2)) ? 2 : 1;
    }
  }
  return at;
}
