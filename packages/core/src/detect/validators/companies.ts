import { alnumOf, type Check, digitsOf, fixedDigits, isUniform, numberAt, weightedSum } from "./digits";

const signs31 = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const signs36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letters24 = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const signs32 = "ABCDEFGHJKLMNPQRSTUVWX0123456789";

export const companyChecks: Readonly<Record<string, Check>> = {
  /** Nine digits whose last is ISO 7064 MOD 11,10: German VAT number, Serbian PIB (BZSt; Poreska uprava). */
  mod11_10_nine(value) {
    const digits = fixedDigits(value, 9);
    if (digits.length === 0) return false;
    let product = 10;
    for (const digit of digits.slice(0, 8)) product = (((digit + product) % 10 || 10) * 2) % 11;
    return (11 - product) % 10 === digits[8];
  },

  /** Chinese unified social credit code: 18 signs of 31, weights are powers of 3 modulo 31 (GB 32100). */
  cn_uscc(value) {
    const text = alnumOf(value);
    if (!/^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(text)) return false;
    let [sum, weight] = [0, 1];
    for (const sign of text.slice(0, 17)) {
      sum += signs31.indexOf(sign) * weight;
      weight = (weight * 3) % 31;
    }
    return signs31.charAt((31 - (sum % 31)) % 31) === text.charAt(17);
  },

  /** Japanese corporate number: 13 digits, the first of which is 9 less the sum modulo 9 (National Tax Agency). */
  jp_corporate(value) {
    const digits = fixedDigits(value, 13);
    return 9 - (weightedSum(digits, [0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9) === digits[0];
  },

  /** Indian GSTIN: state, PAN, and a last sign over 36 signs with weights 1, 2 (GSTN). */
  gstin(value) {
    const text = alnumOf(value);
    if (!/^[0-3][0-9][A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][0-9A-Z]{2}$/.test(text)) return false;
    let sum = 0;
    for (let at = 0; at < 14; at++) {
      const product = signs36.indexOf(text.charAt(at)) * ((at % 2) + 1);
      sum += Math.floor(product / 36) + (product % 36);
    }
    return signs36.charAt((36 - (sum % 36)) % 36) === text.charAt(14);
  },

  /** Taiwanese company number: digit sums of weighted digits, divisible by 5; a seventh digit 7 may count one more. */
  tw_ubn(value) {
    const digits = fixedDigits(value, 8);
    if (digits.length === 0) return false;
    const sum = [1, 2, 1, 2, 1, 2, 4, 1].reduce((all, weight, at) => {
      const product = weight * (digits[at] ?? 0);
      return all + Math.floor(product / 10) + (product % 10);
    }, 0);
    return sum % 5 === 0 || (digits[6] === 7 && (sum + 1) % 5 === 0);
  },

  /** Turkish tax number: each digit shifted by its place, times a power of 2 modulo 9 (GİB). */
  tr_vkn(value) {
    const digits = fixedDigits(value, 10);
    if (digits.length === 0) return false;
    let sum = 0;
    for (let at = 0; at < 9; at++) {
      const shifted = ((digits[at] ?? 0) + 9 - at) % 10;
      if (shifted > 0) sum += (shifted * 2 ** (9 - at)) % 9 || 9;
    }
    return (10 - (sum % 10)) % 10 === digits[9];
  },

  /** Belgian company number: 97 less the first eight digits modulo 97 (KBO/BCE). */
  be_company(value) {
    const digits = fixedDigits(value, 10);
    return (digits[0] ?? 9) <= 1 && 97 - (numberAt(digits, 0, 8) % 97) === numberAt(digits, 8, 2);
  },

  /** Romanian company number: two to ten digits, weights 7, 5, 3, 2, 1, 7, 5, 3, 2 from the right (ANAF). */
  ro_cui(value) {
    const digits = digitsOf(value);
    if (digits.length < 4 || digits.length > 10 || isUniform(digits) || digits[0] === 0) return false;
    const body = [...Array<number>(10 - digits.length).fill(0), ...digits];
    return ((10 * weightedSum(body, [7, 5, 3, 2, 1, 7, 5, 3, 2])) % 11) % 10 === body[9];
  },

  /** Moroccan company number: 15 digits divisible by 97. */
  ma_ice(value) {
    const digits = fixedDigits(value, 15);
    return digits.length > 0 && digits.reduce((rest, digit) => (rest * 10 + digit) % 97, 0) === 0;
  },

  /** New Zealand health number: three letters, then four digits, or two, a letter and the check letter (HISO 10046). */
  nz_nhi(value) {
    const text = alnumOf(value);
    if (!/^[A-HJ-NP-Z]{3}[0-9]{2}(?:[0-9]{2}|[A-HJ-NP-Z]{2})$/.test(text)) return false;
    const sum = [7, 6, 5, 4, 3, 2].reduce((all, weight, at) => {
      const sign = text.charAt(at);
      return all + weight * (letters24.includes(sign) ? letters24.indexOf(sign) + 1 : Number(sign));
    }, 0);
    const last = text.charAt(6);
    if (letters24.includes(last)) return letters24.charAt(23 - (sum % 24)) === last;
    return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === Number(last);
  },

  /** A passport's or an identity card's last digit: weights 7, 3, 1 over letters (A is 10) and digits (ICAO 9303). */
  icao_last(value) {
    const text = alnumOf(value);
    if (!/^[A-Z0-9]{8,9}[0-9]$/.test(text) || isUniform(digitsOf(text))) return false;
    let sum = 0;
    for (let at = 0; at < text.length - 1; at++) sum += signs36.indexOf(text.charAt(at)) * ([7, 3, 1][at % 3] ?? 0);
    return sum % 10 === Number(text.charAt(text.length - 1));
  },

  /** Singapore's UEN: a business has eight digits and a letter, a company nine, others an entity's kind between (ACRA). */
  sg_uen(value) {
    const text = alnumOf(value);
    const [body, last] = [text.slice(0, -1), text.slice(-1)];
    const digits = digitsOf(body);
    if (/^[0-9]{8}[A-Z]$/.test(text)) {
      return "XMKECAWLJDB".charAt(weightedSum(digits, [10, 4, 9, 3, 8, 2, 7, 1]) % 11) === last;
    }
    if (/^[0-9]{9}[A-Z]$/.test(text)) {
      return "ZKCMDNERGWH".charAt(weightedSum(digits, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11) === last;
    }
    if (!/^[RST][0-9]{2}[A-HJ-NP-X]{2}[0-9]{4}[A-Z]$/.test(text)) return false;
    const weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
    const sum = weights.reduce((all, weight, at) => all + weight * signs32.indexOf(body.charAt(at)), 0);
    return signs32.charAt((sum + 6) % 11) === last;
  },
};
