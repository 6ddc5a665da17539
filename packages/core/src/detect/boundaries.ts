import { isDigitUnit, isWordUnit } from "./word-characters";

const point = 0x2e;
const hyphen = 0x2d;
const colon = 0x3a;
const percent = 0x25;
const at = 0x40;

/** Behind a name and a hyphen a version (`lib-1.2.3.4`), not an address. */
const fourNumbers = /^[0-9]+(?:\.[0-9]+){3}$/;

/** Whether the characters next to a match speak against it (SPECIFICATION T-12, T-13, T-28); offsets are UTF-16 units. */
export function isBlocked(text: string, start: number, end: number, boundary: string): boolean {
  const before = text.charCodeAt(start - 1);
  if (boundary === "mail") return isMalformedMail(text, start, end);
  const isLeft = boundary === "token" ? isLeftBlocked(text, start) : boundary === "alnum" && isWordUnit(before);
  return isLeft || (boundary === "digit" && isDigitUnit(before)) || isRightBlocked(text, start, end, boundary);
}

/** Whether an address is only part of what someone wrote as one, and that is none (SPECIFICATION T-28). */
function isMalformedMail(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (isWordUnit(before) || isWordUnit(text.charCodeAt(end))) return true;
  if (text.charCodeAt(end) === at && isWordUnit(text.charCodeAt(end + 1))) return true;
  if (before === at) return isWordUnit(text.charCodeAt(start - 2)) || text.charCodeAt(start - 2) === point;
  // Three points are an ellipsis: a sentence that trails off before the address.
  return before === point && !text.startsWith("...", start - 3);
}

/** The test of `token` to the left of a match, so far as it does not depend on the match. */
export function isLeftBlocked(text: string, start: number): boolean {
  const unit = text.charCodeAt(start - 1);
  if (isWordUnit(unit)) return true;
  return (unit === point || unit === hyphen) && joins(text, start - 2, -1);
}

/** Letters before a number that is written without a blank behind its word. */
const mostGlued = 24;

/**
 * Whether a number begins right behind a word: three digits, then a fourth or a joining sign, behind two letters to twenty-four that no digit
 * comes before (SPECIFICATION T-13).
 */
export function isGlued(text: string, start: number): boolean {
  for (let at = start; at < start + 3; at++) if (!isDigitUnit(text.charCodeAt(at))) return false;
  const next = text.charCodeAt(start + 3);
  if (!isDigitUnit(next) && next !== point && next !== hyphen) return false;
  let at = start - 1;
  while (start - at <= mostGlued + 1 && isWordUnit(text.charCodeAt(at)) && !isDigitUnit(text.charCodeAt(at))) at--;
  const letters = start - 1 - at;
  return letters >= 2 && letters <= mostGlued && !isWordUnit(text.charCodeAt(at));
}

/** The rest of the test, which depends on the match. */
export function isRightBlocked(text: string, start: number, end: number, boundary: string): boolean {
  const unit = text.charCodeAt(end);
  if (boundary === "none") return false;
  if (boundary === "digit") return isDigitUnit(unit);
  if (isWordUnit(unit)) return true;
  if (boundary === "alnum") return false;
  if ((unit === point || unit === hyphen) && joins(text, end + 1, 1)) return true;
  const before = text.charCodeAt(start - 1);
  if (before === hyphen && isWordUnit(text.charCodeAt(start - 2)) && fourNumbers.test(text.slice(start, end)))
    return true;
  if (unit !== colon && unit !== percent && before !== colon) return false;
  const firstColon = text.indexOf(":", start);
  if (firstColon < 0 || firstColon >= end) return false;
  if (unit === percent || (unit === colon && isGroupPart(text, end + 1))) return true;
  if (before !== colon) return false;
  return isGroupBefore(text, start - 2) || (isBlank(text, start - 2) && text.slice(start, end).includes("::"));
}

/** Whether there is a blank or line end, or the text begins behind it. */
function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return at < 0 || unit === 0x20 || (unit >= 9 && unit <= 13);
}

function isGroupPart(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === colon || isWordUnit(unit);
}

/** Whether a `:` or a group of an address ends there: a word of other letters is the name of what follows (`MAC:72:1c…`). */
function isGroupBefore(text: string, at: number): boolean {
  if (text.charCodeAt(at) === colon) return true;
  let from = at;
  while (from >= 0 && at - from < 4 && isWordUnit(text.charCodeAt(from))) from--;
  return from < at && /^[0-9A-Fa-f]+$/.test(text.slice(from + 1, at + 1));
}

/** Whether what stands beyond a joining sign makes one thing of both: a digit among the first three, or fewer than three. */
function joins(text: string, at: number, step: 1 | -1): boolean {
  let count = 0;
  for (; count < 3; count++) {
    const unit = text.charCodeAt(at + count * step);
    if (isDigitUnit(unit)) return true;
    if (!isWordUnit(unit)) break;
  }
  return count > 0 && count < 3;
}
