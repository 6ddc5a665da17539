/** Whether a matched value can be what its pattern takes it for; never throws, whatever the text. */
export type Check = (value: string) => boolean;

/** The ASCII digits of a text in order, all else dropped; digits of other scripts do not count. */
export function digitsOf(value: string): number[] {
  const digits: number[] = [];
  for (let at = 0; at < value.length; at++) {
    const digit = value.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) digits.push(digit);
  }
  return digits;
}

/** The digits of a text, or none at all unless they are as many as wanted and not all the same. */
export function fixedDigits(value: string, length: number): number[] {
  const digits = digitsOf(value);
  return digits.length === length && !isUniform(digits) ? digits : [];
}

/** The ASCII letters and digits of a text in upper case, all else dropped. */
export function alnumOf(value: string): string {
  return value.replace(/[^0-9A-Za-z]+/g, "").toUpperCase();
}

/** The text in upper case; one that is not ASCII is left as it is, so that no other letter turns into one of ours. */
export function upperOf(value: string): string {
  return /^[\x00-\x7f]*$/.test(value) ? value.toUpperCase() : value;
}

/** Whether all digits are the same, as in placeholders; also of none. */
export function isUniform(digits: readonly number[]): boolean {
  return digits.every((digit) => digit === digits[0]);
}

/** The number that `length` digits from `start` on write. */
export function numberAt(digits: readonly number[], start: number, length: number): number {
  return digits.slice(start, start + length).reduce((number, digit) => number * 10 + digit, 0);
}

/** Sum of digit times weight over as many digits as there are weights. */
export function weightedSum(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}

/** As the weighted sum, but of each product the sum of its two digits. */
export function crossSum(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => {
    const product = weight * (digits[index] ?? 0);
    return sum + Math.floor(product / 10) + (product % 10);
  }, 0);
}

/** Luhn's test: from the right every second digit doubled, 9 off above 9, the sum divisible by 10 (ISO/IEC 7812-1). */
export function passesLuhn(digits: readonly number[]): boolean {
  return (
    crossSum(
      [...digits].reverse(),
      digits.map((_, index) => (index % 2) + 1),
    ) %
      10 ===
    0
  );
}

/** Whether a month has that day; February has 29, since many numbers do not tell the century. */
export function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
