import { type Check, digitsOf, isDay, numberAt, upperOf } from "./digits";

export const moreWorldChecks: Readonly<Record<string, Check>> = {
  /** Sri Lankan identity card: year and day of the year, women 500 more; nine digits and V or X, or twelve (DRP). */
  lk_nic(value) {
    const text = upperOf(value);
    if (!/^(?:[0-9]{9}[VX]|(?:19|20)[0-9]{10})$/.test(text)) return false;
    const digits = digitsOf(text);
    const day = numberAt(digits, digits.length === 9 ? 2 : 4, 3) % 500;
    return day >= 1 && day <= 366;
  },

  /** Mexican taxpayer number: three letters of a company or four of a person, a date, three signs (SAT). */
  rfc(value) {
    const text = upperOf(value).replace(/[ -]/g, "");
    const date = /^[A-ZÑ&]{3,4}([0-9]{6})[0-9A-Z]{3}$/.exec(text)?.[1] ?? "";
    const digits = digitsOf(date);
    return isDay(numberAt(digits, 2, 2), numberAt(digits, 4, 2));
  },
};
