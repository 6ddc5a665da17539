import { countCodePoints } from "../offsets";
import { type Check, digitsOf, isUniform } from "./digits";

/** Country codes of three digits that nobody has, by what they begin with (ITU-T E.164, list of assigned codes). */
const unassignedCodes =
  /^(?:21[04579]|259|28|29[2-6]|384|42[24-9]|69[3-9]|80[1-79]|83|85[14789]|87[1-579]|88[4579]|89|969|978|99[079])/;

const yearFirst = /^(?:19|20)[0-9]{2}([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])$/;
/** What begins with a date and goes on is that date's hour; a month with its year, and an amount with two decimals, are none either. */
const dateAndHour = /^(?:19|20)[0-9]{2}([-./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01]) [0-9]{1,2}$/;
const monthAndYear = /^(?:(?:0?[1-9]|1[0-2])[-./](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[-./](?:0[1-9]|1[0-2]))$/;
const amount = /^[1-9][0-9]{3,7}\.[0-9]{2}$/;
const yearLast = /^(?:0?[1-9]|[12][0-9]|3[01])([-./])(?:0?[1-9]|[12][0-9]|3[01])\1(?:19|20)[0-9]{2}$/;
const notPhone = [yearFirst, yearLast, dateAndHour, monthAndYear, amount];

/** How many groups of 16 bits a part of an IPv6 address has, or NaN when it is none; IPv4 may end it and counts two. */
function countGroups(part: string): number {
  if (part === "") return 0;
  const groups = part.split(":");
  const tail = isIpv4(groups.at(-1) ?? "") ? groups.pop() : undefined;
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return Number.NaN;
  return groups.length + (tail === undefined ? 0 : 2);
}

function isIpv4(value: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/.test(value);
}

/** Behind these a local part begins anew: addresses stand in query strings too. */
const queryStart = /^.*[=&#]/;

export const networkChecks: Readonly<Record<string, Check>> = {
  /**
   * A mail address within the lengths of RFC 5321 section 4.5.3.1: 64 characters before the `@`, those of a query string
   * aside, 63 in each label behind it, 255 in all of them.
   */
  email(value) {
    const split = value.lastIndexOf("@");
    const host = value.slice(split + 1);
    const local = value.slice(0, Math.max(split, 0)).replace(queryStart, "");
    const isLocal = local.length > 0 && countCodePoints(local, 0, local.length) <= 64;
    return isLocal && host.length <= 255 && host.split(".").every((label) => label.length > 0 && label.length <= 63);
  },

  /** Four decimal parts up to 255 without leading zeros (RFC 6943 section 3.1.1, strict form). */
  ipv4: isIpv4,

  /** Eight groups, or fewer around one `::`, IPv4 only at the end, a zone after `%` (RFC 4291 section 2.2, RFC 4007). */
  ipv6(value) {
    const percent = value.indexOf("%");
    if (percent === value.length - 1) return false;
    const halves = (percent < 0 ? value : value.slice(0, percent)).split("::");
    if (halves.length === 1) return countGroups(halves[0] ?? "") === 8;
    const [before = "", after = ""] = halves;
    return halves.length === 2 && !before.includes(".") && countGroups(before) + countGroups(after) <= 7;
  },

  /**
   * A telephone number before its extension, which begins at the first letter or `#`: 6 to 15 digits, not all the same, not a
   * date; after `+` at least 7 digits and a country code that is assigned (ITU-T E.164).
   */
  phone(value) {
    const number = (/^[0-9 \t\n\v\f\r+()./-]*/.exec(value)?.[0] ?? "").trim();
    const digits = digitsOf(number);
    if (digits.length < 6 || digits.length > 15 || isUniform(digits)) return false;
    if (notPhone.some((form) => form.test(number))) return false;
    if (!/^[ (]*\+/.test(number)) return true;
    return digits.length >= 7 && digits[0] !== 0 && !unassignedCodes.test(digits.join(""));
  },
};
