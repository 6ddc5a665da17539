import { type Check, digitsOf, fixedDigits, isDay, numberAt, passesLuhn, upperOf, weightedSum } from "./digits";

export const northEuropeChecks: Readonly<Record<string, Check>> = {
  /** Swedish personal number, with or without century; coordination numbers add 60 to the day; Luhn (SKV 704). */
  personnummer(value) {
    const all = digitsOf(value);
    if (all.length !== 10 && (all.length !== 12 || ![18, 19, 20].includes(numberAt(all, 0, 2)))) return false;
    const digits = all.slice(-10);
    const day = numberAt(digits, 4, 2);
    return isDay(numberAt(digits, 2, 2), day > 60 ? day - 60 : day) && passesLuhn(digits);
  },

  /** Finnish personal code: date, sign of the century, number from 002, check modulo 31 (Väestötietolaki; DVV). */
  hetu(value) {
    const text = upperOf(value).replaceAll(" ", "");
    if (!/^[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]$/.test(text)) return false;
    const digits = digitsOf(text.slice(0, 10));
    if (!isDay(numberAt(digits, 2, 2), numberAt(digits, 0, 2)) || numberAt(digits, 6, 3) < 2) return false;
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[numberAt(digits, 0, 9) % 31] === text[10];
  },

  /**
   * Norwegian birth number: a date, whose day has 40 more in a D number and whose month 40 in an H number and 80 in a made-up
   * one; two check digits modulo 11 (Forskrift til folkeregisterloven § 2-2-1).
   */
  no_fnr(value) {
    const digits = fixedDigits(value, 11);
    const day = numberAt(digits, 0, 2);
    if (day > 71 || !isDay(numberAt(digits, 2, 2) % 40, day % 40)) return false;
    const first = weightedSum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    return first % 11 === 0 && weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
  },
};
