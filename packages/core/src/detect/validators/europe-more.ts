import { alnumOf, type Check, digitsOf, fixedDigits, isDay, isUniform, numberAt, weightedSum } from "./digits";

const utrDigits = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
const letters23 = "WABCDEFGHIJKLMNOPQRSTUV";

export const moreEuropeChecks: Readonly<Record<string, Check>> = {
  /** Croatian personal number: ISO 7064 MOD 11,10 (Zakon o osobnom identifikacijskom broju). */
  oib(value) {
    const digits = fixedDigits(value, 11);
    if (digits.length === 0) return false;
    let product = 10;
    for (const digit of digits.slice(0, 10)) product = (((digit + product) % 10 || 10) * 2) % 11;
    return (11 - product) % 10 === digits[10];
  },

  /** Latvian personal code: a date and modulo 11, or since 2017 `32` to `39` and nothing to check (PMLP). */
  lv_code(value) {
    const digits = fixedDigits(value, 11);
    const first = numberAt(digits, 0, 2);
    if (first >= 32 && first <= 39) return true;
    if (!isDay(numberAt(digits, 2, 2), first)) return false;
    return ((1101 - weightedSum(digits, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11) % 10 === digits[10];
  },

  /** Czech and Slovak birth number: a date, month of women 50 more, 20 more in busy years; ten digits divisible by 11. */
  rodne_cislo(value) {
    const digits = digitsOf(value);
    if (isUniform(digits) || (digits.length !== 9 && digits.length !== 10)) return false;
    const month = numberAt(digits, 2, 2) % 50;
    if (!isDay(month > 20 ? month - 20 : month, numberAt(digits, 4, 2))) return false;
    if (digits.length === 9) return numberAt(digits, 6, 3) > 0 && numberAt(digits, 0, 2) < 54;
    return (numberAt(digits, 0, 9) % 11) % 10 === digits[9];
  },

  /** Irish PPS number: weights 8 to 2, a second letter nine times, letter modulo 23 (Revenue). */
  ie_pps(value) {
    const text = alnumOf(value);
    if (!/^[0-9]{7}[A-W][A-IW]?$/.test(text)) return false;
    const digits = digitsOf(text);
    const second = text.length === 9 ? letters23.indexOf(text.charAt(8)) : 0;
    return letters23[(weightedSum(digits, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23] === text.charAt(7);
  },

  /** Spanish company number: letter, seven digits, a check that is a digit or a letter (AEAT, Orden EHA/451/2008). */
  es_cif(value) {
    const text = alnumOf(value);
    if (!/^[A-HJNP-SUVW][0-9]{7}[0-9A-J]$/.test(text)) return false;
    const digits = digitsOf(text.slice(0, 8));
    if (isUniform(digits)) return false;
    const odd = [0, 2, 4, 6].reduce(
      (sum, at) => sum + Math.floor(((digits[at] ?? 0) * 2) / 10) + (((digits[at] ?? 0) * 2) % 10),
      0,
    );
    const check = (10 - ((odd + weightedSum(digits, [0, 1, 0, 1, 0, 1])) % 10)) % 10;
    return text.charAt(8) === String(check) || text.charAt(8) === "JABCDEFGHI"[check];
  },

  /** French tax number: thirteen digits from 0 to 3, the first ten modulo 511 (DGFiP). */
  fr_spi(value) {
    const digits = fixedDigits(value, 13);
    return (digits[0] ?? 9) <= 3 && numberAt(digits, 0, 10) % 511 === numberAt(digits, 10, 3);
  },

  /** British unique taxpayer reference: the first digit checks the other nine, modulo 11 (HMRC). */
  utr(value) {
    const digits = fixedDigits(value, 10);
    return digits.length > 0 && utrDigits[weightedSum(digits, [0, 6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] === digits[0];
  },
};
