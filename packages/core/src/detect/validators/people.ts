import { type Check, digitsOf, isDay } from "./digits";

/** Digits of at least three kinds: `600-000-000` is what people write for no number at all. */
const isVaried = (value: string): boolean => new Set(digitsOf(value)).size >= 3;

/**
 * Three numbers, of which one can be a month and one a day of it, in either order; the year stands first or last, with four
 * digits (1890 to 2100) or last with fewer (forms of ISO 8601 and of everyday writing).
 */
function isDate(value: string): boolean {
  const parts = value.match(/[0-9]+/g) ?? [];
  const lengths = parts.map((part) => (part.length === 4 ? "Y" : part.length < 3 ? "n" : "-")).join("");
  if (!/^(?:Ynn|nnY|nnn)$/.test(lengths)) return false;
  const [year = 0, a = 0, b = 0] = (lengths === "Ynn" ? parts : [parts[2], parts[0], parts[1]]).map(Number);
  return (lengths === "nnn" || (year >= 1890 && year <= 2100)) && (isDay(a, b) || isDay(b, a));
}

const joinedDigits = /^[0-9]+(?:[-./ ][0-9]+)+$/;
const dayOfDigits = /^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$/;
/** `2025-0417`, `12/2025`: a document of a year, or a month. */
const withinYear = /^(?:(?:19|20)[0-9]{2}[-/][0-9]{1,6}|[0-9]{1,6}[-/](?:19|20)[0-9]{2})$/;

export const peopleChecks: Readonly<Record<string, Check>> = {
  varied: isVaried,

  date: isDate,

  /** `varied`, and no date, nor the number that a document has within its year: a word near an invoice's date is of another number. */
  no_date(value) {
    if (!isVaried(value) || dayOfDigits.test(value) || withinYear.test(value)) return false;
    return !(joinedDigits.test(value) && isDate(value));
  },
};
