import { type CodeRanges, mergeRanges, negateRanges } from "./code-ranges";
import { posixClasses } from "./named-classes";
import { refuse } from "./parse-error";
import { applySign, parseClassEscape, parseEscape } from "./parse-escape";
import { atEnd, peek, type SourceReader, take } from "./source-reader";
import { foldRanges } from "./unicode-data";

/** Classes read before, by their text up to the first `]`: catalogues repeat the same few hundreds of times. */
const readBefore = new Map<string, CodeRanges>();
const maxRemembered = 2048;

/** Reads `[…]`, the reader standing on `[`. */
export function parseClass(reader: SourceReader, foldCase: boolean): CodeRanges {
  const start = reader.at;
  // What a class means depends on its own text alone, so one that ended at that bracket once always does; except after
  // `[:`, which RE2 pairs with a `:]` however far.
  const end = reader.text.indexOf("]", start + 2) + 1;
  const key = (foldCase ? "i" : "-") + reader.text.slice(start, end);
  const known = readBefore.get(key);
  if (known !== undefined) {
    reader.at = end;
    return known;
  }
  const ranges = readClass(reader, start, foldCase);
  if (reader.at === end && !key.includes("[:")) {
    if (readBefore.size >= maxRemembered) readBefore.clear();
    readBefore.set(key, ranges);
  }
  return ranges;
}

function readClass(reader: SourceReader, start: number, foldCase: boolean): CodeRanges {
  reader.at++;
  const negated = peek(reader) === "^";
  if (negated) reader.at++;
  const pairs: number[] = [];
  for (let first = true; first || peek(reader) !== "]"; first = false) {
    if (atEnd(reader)) refuse(start, "`[` lacks its `]`");
    const group = parsePosixClass(reader, foldCase) ?? parseClassEscape(reader, foldCase);
    if (group) for (const code of group) pairs.push(code);
    else parseClassRange(reader, start, foldCase, pairs);
  }
  reader.at++;
  const ranges = mergeRanges(pairs);
  return negated ? negateRanges(ranges) : ranges;
}

function parsePosixClass(reader: SourceReader, foldCase: boolean): CodeRanges | undefined {
  if (peek(reader) !== "[" || peek(reader, 1) !== ":") return undefined;
  const end = reader.text.indexOf(":]", reader.at + 2);
  if (end < 0) return undefined;
  const whole = reader.text.slice(reader.at, end + 2);
  const negated = whole.charAt(2) === "^";
  const name = whole.slice(negated ? 3 : 2, -2);
  const ranges = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
  if (ranges === undefined) return refuse(reader.at, `unknown character class \`${whole.slice(0, 40)}\``);
  reader.at = end + 2;
  return applySign(ranges, negated, foldCase);
}

function parseClassRange(reader: SourceReader, classStart: number, foldCase: boolean, pairs: number[]): void {
  const start = reader.at;
  const first = parseClassCharacter(reader, classStart);
  let last = first;
  // A dash before `]` is itself, as everywhere else where it cannot make a range.
  if (peek(reader) === "-" && peek(reader, 1) !== "]" && reader.at + 1 < reader.text.length) {
    reader.at++;
    last = parseClassCharacter(reader, classStart);
    if (last < first) {
      refuse(start, `range \`${reader.text.slice(start, reader.at)}\` ends before it begins`);
    }
  }
  if (foldCase) for (const code of foldRanges([first, last])) pairs.push(code);
  else pairs.push(first, last);
}

function parseClassCharacter(reader: SourceReader, classStart: number): number {
  if (atEnd(reader)) refuse(classStart, "`[` lacks its `]`");
  return peek(reader) === "\\" ? parseEscape(reader) : take(reader);
}
