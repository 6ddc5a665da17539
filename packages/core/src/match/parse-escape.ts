import { type CodeRanges, maxCodePoint, negateRanges } from "./code-ranges";
import { perlClasses } from "./named-classes";
import { refuse } from "./parse-error";
import { atEnd, peek, type SourceReader, take } from "./source-reader";
import { findUnicodeGroup, foldRanges } from "./unicode-data";

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const hexValue = (c: string): number => (/^[0-9a-fA-F]$/.test(c) ? Number.parseInt(c, 16) : -1);
const isOctal = (c: string): boolean => c >= "0" && c <= "7";

/** Reads one escaped character, the reader standing on its backslash. */
export function parseEscape(reader: SourceReader): number {
  const start = reader.at;
  reader.at++;
  if (atEnd(reader)) refuse(start, "trailing `\\` at the end of the pattern; escape it as `\\\\`");
  const c = String.fromCodePoint(take(reader));
  const bad = (): never => refuse(start, `unknown escape \`${reader.text.slice(start, reader.at)}\``);
  if (c >= "1" && c <= "9" && !(isOctal(c) && isOctal(peek(reader)))) {
    refuse(start, `back-reference \`\\${c}\` is not supported: it cannot be matched in linear time`);
  }
  if (isOctal(c)) {
    let value = Number(c);
    for (let i = 0; i < 2 && isOctal(peek(reader)); i++) value = value * 8 + (take(reader) - 0x30);
    return value;
  }
  if (c === "x") return parseHex(reader, start, bad);
  const simple = simpleEscapes[c];
  if (simple !== undefined) return simple;
  if (c < "\x80" && !/^[A-Za-z0-9]$/.test(c)) return c.charCodeAt(0);
  return bad();
}

function parseHex(reader: SourceReader, start: number, bad: () => never): number {
  if (peek(reader) === "{") {
    reader.at++;
    let value = 0;
    let count = 0;
    for (; hexValue(peek(reader)) >= 0; reader.at++, count++) {
      value = value * 16 + hexValue(peek(reader));
      if (value > maxCodePoint) refuse(start, "the code point in `\\x{…}` is above 10FFFF");
    }
    if (count === 0 || peek(reader) !== "}") bad();
    reader.at++;
    return value;
  }
  const high = hexValue(peek(reader));
  const low = hexValue(peek(reader, 1));
  if (high < 0 || low < 0) bad();
  reader.at += 2;
  return high * 16 + low;
}

/** Returns the ranges of a class, folded before they are negated, as RE2 does. */
export function applySign(ranges: CodeRanges, negated: boolean, foldCase: boolean): CodeRanges {
  if (!foldCase && !negated) return ranges;
  let signed = signedBefore.get(ranges);
  if (signed === undefined) signedBefore.set(ranges, (signed = []));
  const which = (foldCase ? 1 : 0) + (negated ? 2 : 0);
  const known = signed[which];
  if (known !== undefined) return known;
  const folded = foldCase ? foldRanges(ranges) : ranges;
  return (signed[which] = negated ? negateRanges(folded) : folded);
}

/** Named classes are few and each is one object: folded or negated, they are made once. */
const signedBefore = new WeakMap<CodeRanges, CodeRanges[]>();

/** Reads `\d`, `\s`, `\w`, `\pN`, `\p{…}` and their negations; undefined when something else stands at the reader. */
export function parseClassEscape(reader: SourceReader, foldCase: boolean): CodeRanges | undefined {
  if (peek(reader) !== "\\") return undefined;
  const letter = peek(reader, 1);
  const perl = perlClasses[letter.toLowerCase()];
  if (letter !== "" && perl !== undefined && "dswDSW".includes(letter)) {
    reader.at += 2;
    return applySign(perl, letter < "a", foldCase);
  }
  if (letter !== "p" && letter !== "P") return undefined;
  return parseProperty(reader, foldCase);
}

function parseProperty(reader: SourceReader, foldCase: boolean): CodeRanges {
  const start = reader.at;
  let negated = peek(reader, 1) === "P";
  reader.at += 2;
  if (atEnd(reader)) refuse(start, `\`${reader.text.slice(start)}\` lacks the name of a category or script`);
  let name: string;
  if (peek(reader) === "{") {
    const end = reader.text.indexOf("}", reader.at);
    if (end < 0) refuse(start, "`\\p{` lacks its `}`");
    name = reader.text.slice(reader.at + 1, end);
    reader.at = end + 1;
  } else {
    name = String.fromCodePoint(take(reader));
  }
  if (name.startsWith("^")) {
    negated = !negated;
    name = name.slice(1);
  }
  const ranges = findUnicodeGroup(name);
  if (ranges === undefined) {
    return refuse(start, `unknown category or script \`${reader.text.slice(start, Math.min(reader.at, start + 40))}\``);
  }
  // Any is the whole code space in RE2 whatever its case variants.
  return applySign(ranges, negated, foldCase && name !== "Any");
}
