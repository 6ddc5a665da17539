import { alnumOf, type Check, crossSum, digitsOf, fixedDigits, passesLuhn, upperOf } from "./digits";

/** Values at odd places of 0-9, and of A-Z, whose first ten are the same (DM 23 dicembre 1976, table). */
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** The digits of a text whose one letter is written as its place in the alphabet, in two digits. */
const withLetterAsPlace = (text: string): number[] =>
  digitsOf(text.replace(/[A-Z]/, (letter) => String(letter.charCodeAt(0) - 64).padStart(2, "0")));

export const centralEuropeChecks: Readonly<Record<string, Check>> = {
  /**
   * German tax identification number: first digit not 0, of the first ten exactly one digit repeated, twice or three times
   * (not in a row), ISO 7064 MOD 11,10 (BZSt; § 139a AO).
   */
  de_tax_id(value) {
    const digits = fixedDigits(value, 11);
    const body = digits.slice(0, 10);
    const distinct = new Set(body);
    // Nine distinct of ten: one twice. Eight: one three times, or two twice, which is not given out.
    const repeated = body.filter((digit, index) => body.indexOf(digit) !== index);
    if (!digits[0] || distinct.size < 8 || distinct.size > 9 || new Set(repeated).size !== 1) return false;
    if (/([0-9])\1\1/.test(body.join(""))) return false;
    const product = body.reduce((before, digit) => (((digit + before) % 10 || 10) * 2) % 11, 10);
    return (11 - product) % 10 === digits[10];
  },

  /**
   * German pension insurance number: month 00 to 12, day 00 to 95 (32 or 64 are added when serials run out), digit sums
   * of the weighted digits modulo 10 (§ 147 SGB VI, VKVV § 2 and annex).
   */
  de_svnr(value) {
    const text = alnumOf(value);
    if (!/^[0-9]{8}[A-Z][0-9]{3}$/.test(text) || Number(text.slice(4, 6)) > 12 || Number(text.slice(2, 4)) > 95)
      return false;
    const digits = withLetterAsPlace(text);
    return crossSum(digits, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 === digits[12];
  },

  /** German health insurance number, part that never changes: weights 1 2, digit sums, modulo 10 (§ 290 SGB V). */
  kvnr(value) {
    const text = upperOf(value);
    if (!/^[A-Z][0-9]{9}$/.test(text)) return false;
    const digits = withLetterAsPlace(text);
    return crossSum(digits, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 === digits[10];
  },

  /** Italian tax code: values of odd and even places, modulo 26 the last letter (DM 23 dicembre 1976). */
  codice_fiscale(value) {
    const text = alnumOf(value);
    if (!/^[A-Z0-9]{15}[A-Z]$/.test(text)) return false;
    const sum = Array.from(text.slice(0, 15)).reduce((total, char, index) => {
      const digit = Number.parseInt(char, 36);
      const place = digit < 10 ? digit : digit - 10;
      return total + (index % 2 === 0 ? (oddValues[place] ?? 0) : place);
    }, 0);
    return String.fromCharCode(65 + (sum % 26)) === text[15];
  },

  /** Italian VAT number: first seven digits not all 0, Luhn (DPR 633/1972, art. 35). */
  partita_iva(value) {
    const digits = fixedDigits(value, 11);
    return digits.slice(0, 7).some((digit) => digit > 0) && passesLuhn(digits);
  },
};
