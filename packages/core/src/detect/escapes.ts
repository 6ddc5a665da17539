import { type NormalisedText, type NormaliseOptions, normaliseText, type PatternSet } from "../match/index";
import { mapOffsetBack } from "../match/normalise/edit-text";
import type { TextScan } from "./text-scan";

const backslash = 0x5c;
const letterU = 0x75;
/** What the letters behind a backslash stand for in JSON, by code; `u` and its digits are read apart, and a backslash stays one. */
const letters = new Int16Array(128).fill(-1);
for (const [letter, written] of Object.entries({ n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", '"': '"', "/": "/" }))
  letters[letter.charCodeAt(0)] = written.charCodeAt(0);

/**
 * A normalised text with JSON's escapes read, with a map back to the original (SPECIFICATION T-56); undefined when it holds none.
 * A whole row of backslashes belongs to the letter behind it, so that JSON within JSON is read at once. Linear in the text.
 */
export function readEscapes(written: NormalisedText, options: NormaliseOptions = {}): NormalisedText | undefined {
  if (!written.text.includes("\\")) return undefined;
  const { text, edits } = editEscapes(written.text);
  if (edits.length === 0) return undefined;
  const inner = normaliseText(text, options);
  return {
    text: inner.text,
    changed: true,
    decoded: written.decoded || inner.decoded,
    toOriginal: (offset) => written.toOriginal(mapOffsetBack(edits, inner.toOriginal(offset), "start")),
    toOriginalSpan: (span) => {
      const { start, end } = inner.toOriginalSpan(span);
      const from = mapOffsetBack(edits, start, "start");
      return written.toOriginalSpan({ start: from, end: Math.max(from, mapOffsetBack(edits, end, "end")) });
    },
  };
}

interface Edits {
  readonly text: string;
  /** As of a text editor (`EditedText`). */
  readonly edits: ArrayLike<number>;
}

/** A text may hold an escape in every second place: what is written goes into arrays of numbers, not into pieces of text. */
function editEscapes(text: string): Edits {
  let units: Uint16Array | undefined;
  let edits = new Int32Array(64);
  let count = 0;
  let length = 0;
  let copiedTo = 0;
  const copy = (to: number): Uint16Array => {
    units ??= new Uint16Array(text.length);
    for (; copiedTo < to; copiedTo++) units[length++] = text.charCodeAt(copiedTo);
    return units;
  };
  for (let at = text.indexOf("\\"); at >= 0; ) {
    const letter = endOfRow(text, at);
    const unit = readLetter(text, letter);
    let end = unit < 0 ? letter : letter + (text.charCodeAt(letter) === letterU ? 5 : 1);
    const low = isHigh(unit) ? lowBehind(text, end) : undefined;
    if (low ? true : unit >= 0 && !isHalf(unit)) {
      const out = copy(at);
      if (count + 4 > edits.length) {
        const more = new Int32Array(4 * edits.length);
        more.set(edits);
        edits = more;
      }
      edits[count++] = at;
      edits[count++] = low ? (end = low.end) : end;
      edits[count++] = length;
      out[length++] = unit;
      if (low) out[length++] = low.unit;
      edits[count++] = length;
      copiedTo = end;
    }
    at = text.charCodeAt(end) === backslash ? end : text.indexOf("\\", end);
  }
  if (count === 0) return { text, edits: [] };
  return { text: toText(copy(text.length).subarray(0, length)), edits: edits.subarray(0, count) };
}

/** So many arguments one call may have on every platform. */
const maxArguments = 8192;

function toText(units: Uint16Array): string {
  let text = "";
  for (let at = 0; at < units.length; at += maxArguments)
    text += String.fromCharCode.apply(undefined, units.subarray(at, at + maxArguments) as unknown as number[]);
  return text;
}

function endOfRow(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === backslash) end++;
  return end;
}

/** The UTF-16 unit that the letter behind a backslash stands for, with four digits behind a `u`; -1 when it stands for none. */
function readLetter(text: string, at: number): number {
  const letter = text.charCodeAt(at);
  if (letter !== letterU) return letter < 128 ? (letters[letter] ?? -1) : -1;
  let unit = 0;
  for (let i = at + 1; i <= at + 4; i++) {
    const code = text.charCodeAt(i);
    const digit =
      code >= 0x30 && code <= 0x39 ? code - 0x30 : (code | 32) >= 0x61 && (code | 32) <= 0x66 ? (code | 32) - 0x57 : -1;
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800 && unit >= 0;
const isHalf = (unit: number): boolean => (unit & 0xf800) === 0xd800;

/** The second half of a surrogate pair; half a pair stays as it was written. */
function lowBehind(text: string, at: number): { readonly unit: number; readonly end: number } | undefined {
  if (text.charCodeAt(at) !== backslash) return undefined;
  const letter = endOfRow(text, at);
  const unit = text.charCodeAt(letter) === letterU ? readLetter(text, letter) : -1;
  return unit >= 0 && (unit & 0xfc00) === 0xdc00 ? { unit, end: letter + 5 } : undefined;
}

/** The same text with its escapes read, scanned once with the set that it was scanned with; undefined when there are none. */
export function readUnescaped(scan: TextScan, set: PatternSet): TextScan | undefined {
  if (scan.unescaped === undefined) {
    const normalised = readEscapes(scan.normalised);
    scan.unescaped = normalised
      ? { text: scan.text, normalised, hits: set.scan(normalised.text), traits: undefined, unescaped: null }
      : null;
  }
  return scan.unescaped ?? undefined;
}

/** Whether a span begins or ends between a backslash and the letter behind it: it was taken for a part of the value. */
export const cutsEscape = (text: string, { start, end }: { readonly start: number; readonly end: number }): boolean =>
  isInside(text, start) || isInside(text, end);

const isInside = (text: string, at: number): boolean =>
  text.charCodeAt(at - 1) === backslash && (text.charCodeAt(at) === backslash || readLetter(text, at) >= 0);
