import { asciiConfusables, assignedAfterUnicode13 } from "../../gen/unicode-normalisation";
import { type CodeRanges, mergeRanges, negateRanges, rangesHave } from "../code-ranges";
import { createNumberReader } from "../number-reader";
import { findUnicodeGroup } from "../unicode-data";

let late: CodeRanges | undefined;
let stable: CodeRanges | undefined;
let confusables: ReadonlyMap<number, string> | undefined;

function readRanges(text: string): number[] {
  const ranges: number[] = [];
  const reader = createNumberReader(text);
  let at = 0;
  while (reader.more()) {
    const first = at + reader.next();
    at = first + reader.next();
    ranges.push(first, at);
  }
  return ranges;
}

function readConfusables(): Map<number, string> {
  const found = new Map<number, string>();
  const reader = createNumberReader(asciiConfusables);
  let at = 0;
  while (reader.more()) {
    at += reader.next();
    let target = "";
    for (let left = reader.next(); left > 0; left--) target += String.fromCharCode(reader.next());
    found.set(at, target);
  }
  return found;
}

/** What no general category holds: not assigned in Unicode 15.1. */
const unassigned = (): number[] =>
  negateRanges(mergeRanges([..."CLMNPSZ"].flatMap((major) => [...findUnicodeGroup(major)!])));

/** True when every Unicode version from 13.0 on normalises the code point alike, so the platform's own tables can be used. */
export function isStable(codePoint: number): boolean {
  late ??= readRanges(assignedAfterUnicode13);
  stable ??= negateRanges(mergeRanges([...late, ...unassigned()]));
  return rangesHave(stable, codePoint);
}

/** Returns the ASCII text a code point can be taken for, if any. */
export function findAsciiTwin(codePoint: number): string | undefined {
  confusables ??= readConfusables();
  return confusables.get(codePoint);
}

export const isMark = (codePoint: number): boolean =>
  codePoint >= 0x300 && rangesHave(findUnicodeGroup("M")!, codePoint);

/** What NFKC puts in order: marks, and the half-width sound marks that become some. */
export const isOrdered = (codePoint: number): boolean =>
  codePoint === 0xff9e || codePoint === 0xff9f || isMark(codePoint);

/** What was asked of code points up to U+FFFF before: 1 for a word's, 2 for another. */
let words: Uint8Array | undefined;

/** True for letters, marks and numbers: what words are made of. */
export function isWordCodePoint(codePoint: number): boolean {
  if (codePoint > 0xffff) return findWord(codePoint);
  words ??= new Uint8Array(0x10000);
  return (words[codePoint] ||= findWord(codePoint) ? 1 : 2) === 1;
}

function findWord(codePoint: number): boolean {
  if (codePoint < 0x80) return isAsciiLetter(codePoint) || (codePoint >= 0x30 && codePoint <= 0x39);
  return (
    rangesHave(findUnicodeGroup("L")!, codePoint) ||
    rangesHave(findUnicodeGroup("M")!, codePoint) ||
    rangesHave(findUnicodeGroup("N")!, codePoint)
  );
}

export const isAsciiLetter = (codePoint: number): boolean =>
  (codePoint >= 0x61 && codePoint <= 0x7a) || (codePoint >= 0x41 && codePoint <= 0x5a);

/**
 * True when NFKC may join the code point with the one before it: marks, Hangul vowels and finals in every form, and the
 * half-width voiced sound marks.
 */
export function joinsBefore(codePoint: number): boolean {
  if (codePoint < 0x300) return false;
  return (
    (codePoint >= 0x1160 && codePoint <= 0x11ff) ||
    (codePoint >= 0x3131 && codePoint <= 0x318e) ||
    (codePoint >= 0xd7b0 && codePoint <= 0xd7fb) ||
    (codePoint >= 0xff9e && codePoint <= 0xffdc) ||
    isMark(codePoint)
  );
}
