import { scoring } from "../gen/text-tables";
import { findDigit, type Range } from "./token-finder";

/** Fewer characters are no value; between commas or semicolons, which also group digits, a few more are asked for. */
const leastChars = 3;
const leastCharsInList = 5;
/** A value and the blanks and quotes around it. */
export const fieldReach = scoring.maxFieldChars + 4;

const comma = 0x2c;
const semicolon = 0x3b;
const blank = 0x20;

const isComma = (unit: number): boolean => unit === comma || unit === semicolon;

/** Fields that make lines a table of numbers, and what such lines do not hold. */
const leastInTable = 3;
const noNumber = /[^\t -@[-`{-~]/;
const lineEnd = /[\n\r]/g;
const isLineEnd = (unit: number): boolean => unit === 0x0a || unit === 0x0d;

/** How many of some fields, one after the other, are in the same table of numbers: lines that hold nothing else. */
export interface NumberTable {
  readonly to: number;
  readonly fields: number;
}

/** For each field the table of numbers that it is in. */
export function findNumberTables(text: string, fields: readonly Range[]): (NumberTable | undefined)[] {
  const tables: (NumberTable | undefined)[] = [];
  let begin = 0;
  /** Where the last line of numbers ended. */
  let last = -1;
  const close = (to: number): void => {
    const table = to - begin >= leastInTable ? { to, fields: to - begin } : undefined;
    while (tables.length < to) tables.push(table);
    begin = to;
  };
  for (let at = 0; at < fields.length; ) {
    let first = fields[at]?.from ?? 0;
    while (first > 0 && !isLineEnd(text.charCodeAt(first - 1))) first--;
    lineEnd.lastIndex = fields[at]?.to ?? 0;
    const after = lineEnd.exec(text)?.index ?? text.length;
    let next = at;
    while (next < fields.length && (fields[next]?.from ?? 0) < after) next++;
    const isNumbers = !noNumber.test(text.slice(first, after));
    // Lines without a field may stand between, if they hold no letter either.
    if (!isNumbers || last < 0 || noNumber.test(text.slice(last, first).replace(lineEnd, ""))) close(at);
    last = isNumbers ? after : -1;
    if (!isNumbers) {
      begin = next;
      while (tables.length < next) tables.push(undefined);
    }
    at = next;
  }
  close(fields.length);
  return tables;
}

/** A line's end, a tab, `|`, and a comma or semicolon that no blank follows. */
function separates(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (
    unit === 0x0a || unit === 0x0d || unit === 0x09 || unit === 0x7c || (isComma(unit) && !isBlankAt(text, at + 1))
  );
}

const isBlankAt = (text: string, at: number): boolean => text.charCodeAt(at) === blank || text.charCodeAt(at) === 0xa0;

const separators = /[\n\r\t|]|[,;](?![ \xa0])/g;
const quotes = "\"'`“”„«»‘’";

/**
 * The fields of a text that can be a value by themselves, ascending (SPECIFICATION T-30): the text, its lines and the cells of
 * its tables, blanks and quotes around them left aside, that hold a digit and are not too long. The text as a whole needs none.
 */
export function findFields(text: string): Range[] {
  const fields: Range[] = [];
  let from = 0;
  while (from < text.length) {
    const digit = findDigit(text, from);
    if (digit === text.length) break;
    let start = digit;
    while (start > from && digit - start <= fieldReach && !separates(text, start - 1)) start--;
    const isNear = start === from || digit - start <= fieldReach;
    let end = digit + 1;
    if (isNear) while (end < text.length && end - start <= fieldReach && !separates(text, end)) end++;
    if (isNear && end - start <= fieldReach) addField(text, start, end, fields);
    else end = findSeparator(text, end);
    from = end + 1;
  }
  if (fields.length === 0 && text.length <= fieldReach) addField(text, 0, text.length, fields);
  return fields;
}

function findSeparator(text: string, from: number): number {
  separators.lastIndex = from;
  return separators.exec(text)?.index ?? text.length;
}

function addField(text: string, first: number, after: number, fields: Range[]): void {
  let [from, to] = trimBlanks(text, first, after);
  if (to - from > 2 && isQuote(text, from) && isQuote(text, to - 1)) [from, to] = trimBlanks(text, from + 1, to - 1);
  const isListed = isComma(text.charCodeAt(first - 1)) || isComma(text.charCodeAt(after));
  const length = to - from;
  if (length >= (isListed ? leastCharsInList : leastChars) && length <= scoring.maxFieldChars)
    fields.push({ from, to });
}

function trimBlanks(text: string, first: number, after: number): [number, number] {
  let [from, to] = [first, after];
  while (from < to && isBlankAt(text, from)) from++;
  while (to > from && isBlankAt(text, to - 1)) to--;
  return [from, to];
}

const isQuote = (text: string, at: number): boolean => quotes.includes(text.charAt(at));
