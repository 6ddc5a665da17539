import { type Check, digitsOf, fixedDigits, isDay, isUniform, numberAt, weightedSum } from "./digits";

export const eastEuropeChecks: Readonly<Record<string, Check>> = {
  /** Polish PESEL: a date, whose month has the century in steps of 20; weights 1 3 7 9 modulo 10 (Ustawa o ewidencji ludności). */
  pesel(value) {
    const digits = fixedDigits(value, 11);
    if (!isDay(numberAt(digits, 2, 2) % 20, numberAt(digits, 4, 2))) return false;
    return weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
  },

  /** Romanian CNP: sex and century, a date, modulo 11 where 10 becomes 1 (Legea 105/1996; HG 1375/2006). */
  cnp(value) {
    const digits = fixedDigits(value, 13);
    if (!digits[0] || !isDay(numberAt(digits, 3, 2), numberAt(digits, 5, 2))) return false;
    const rest = weightedSum(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    return (rest === 10 ? 1 : rest) === digits[12];
  },

  /** Bulgarian EGN: a date, whose month has 20 more before 1900 and 40 since 2000; modulo 11, then 10 (GRAO). */
  egn(value) {
    const digits = fixedDigits(value, 10);
    const month = numberAt(digits, 2, 2);
    if (!isDay(month > 40 ? month - 40 : month > 20 ? month - 20 : month, numberAt(digits, 4, 2))) return false;
    return (weightedSum(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digits[9];
  },

  /** Russian taxpayer number: ten digits with one check, twelve with two, modulo 11, then 10 (FNS, ММВ-7-6/435). */
  inn(value) {
    const digits = digitsOf(value);
    if (isUniform(digits)) return false;
    const checks = (weights: readonly number[]): boolean =>
      (weightedSum(digits, weights) % 11) % 10 === digits[weights.length];
    if (digits.length === 10) return checks([2, 4, 10, 3, 5, 9, 4, 6, 8]);
    return (
      digits.length === 12 && checks([7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) && checks([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
    );
  },

  /** Russian pension insurance number: modulo 101, where 100 becomes 00 (SFR). */
  snils(value) {
    const digits = fixedDigits(value, 11);
    return (
      digits.length > 0 && (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === numberAt(digits, 9, 2)
    );
  },

  /** Turkish identity number: first digit not 0, two check digits modulo 10 (NVİ). */
  tckn(value) {
    const digits = fixedDigits(value, 11);
    // 9 times a digit is minus that digit, modulo 10
    return (
      (digits[0] ?? 0) > 0 &&
      weightedSum(digits, [7, 9, 7, 9, 7, 9, 7, 9, 7]) % 10 === digits[9] &&
      weightedSum(digits, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10 === digits[10]
    );
  },
};
