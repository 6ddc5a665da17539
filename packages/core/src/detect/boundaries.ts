import { isDigitUnit, isWordUnit } from "./word-characters";

const point = 0x2e;
const hyphen = 0x2d;
const colon = 0x3a;

/** Whether the characters next to a match speak against it (SPECIFICATION T-12, T-13); offsets are UTF-16 units. */
export function isBlocked(text: string, start: number, end: number, boundary: string): boolean {
  const before = text.charCodeAt(start - 1);
  const isLeft = boundary === "token" ? isLeftBlocked(text, start) : boundary === "alnum" && isWordUnit(before);
  return isLeft || (boundary === "digit" && isDigitUnit(before)) || isRightBlocked(text, start, end, boundary);
}

/** The test of `token` to the left of a match, so far as it does not depend on the match. */
export function isLeftBlocked(text: string, start: number): boolean {
  const unit = text.charCodeAt(start - 1);
  if (isWordUnit(unit)) return true;
  return (unit === point || unit === hyphen) && joins(text, start - 2, -1);
}

/** The rest of the test, which depends on the match. */
export function isRightBlocked(text: string, start: number, end: number, boundary: string): boolean {
  const unit = text.charCodeAt(end);
  if (boundary === "none") return false;
  if (boundary === "digit") return isDigitUnit(unit);
  if (isWordUnit(unit)) return true;
  if (boundary === "alnum") return false;
  if ((unit === point || unit === hyphen) && joins(text, end + 1, 1)) return true;
  if (unit !== colon && text.charCodeAt(start - 1) !== colon) return false;
  const firstColon = text.indexOf(":", start);
  if (firstColon < 0 || firstColon >= end) return false;
  return (
    (unit === colon && isGroupPart(text, end + 1)) ||
    (text.charCodeAt(start - 1) === colon && isGroupPart(text, start - 2))
  );
}

function isGroupPart(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === colon || isWordUnit(unit);
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
