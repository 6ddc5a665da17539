import { alnumOf, type Check, fixedDigits, numberAt, passesLuhn, weightedSum } from "./digits";

/** Numbers that advertising made public or that count up; none belongs to a person. */
const publicSsns = [123456789, 78051120, 219099999, 457555462];

export const usChecks: Readonly<Record<string, Check>> = {
  /** Social security number: area, group and serial that can be issued, also since 2011 (SSA, POMS RM 10201.035). */
  ssn_area(value) {
    const digits = fixedDigits(value, 9);
    const area = numberAt(digits, 0, 3);
    if (area === 0 || area === 666 || area >= 900 || publicSsns.includes(numberAt(digits, 0, 9))) return false;
    return numberAt(digits, 3, 2) > 0 && numberAt(digits, 5, 4) > 0;
  },

  /** Taxpayer number of those without a social security number: 9, and a group of the assigned ranges (IRS). */
  itin(value) {
    const digits = fixedDigits(value, 9);
    const group = numberAt(digits, 3, 2);
    return digits[0] === 9 && group >= 50 && ![66, 67, 68, 69, 89, 93].includes(group);
  },

  /** Number of a health provider: Luhn over the digits after 80840 (45 CFR 162.406; CMS). */
  npi(value) {
    const digits = fixedDigits(value, 10);
    return (digits[0] === 1 || digits[0] === 2) && passesLuhn([8, 0, 8, 4, 0, ...digits]);
  },

  /** Number of a prescriber: a letter, a letter or 9, seven digits, of which the last checks (DEA). */
  dea(value) {
    const digits = /^[A-Z][A-Z9]([0-9]{7})$/.test(alnumOf(value)) ? fixedDigits(alnumOf(value).slice(2), 7) : [];
    return digits.length > 0 && weightedSum(digits, [1, 2, 1, 2, 1, 2]) % 10 === digits[6];
  },
};
