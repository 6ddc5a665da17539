/**
 * Masks tell units apart beside literals: a bit for each of ASCII. All others have sixteen bits together, by pages of 128, so that scripts that share codes
 * in the first pass are told apart; control characters that text never holds have those too. The first bit stands for the edge of the text as well.
 */
export const maskWords = 4;

/** The bit of a unit; without a question, since what comes next nobody guesses. */
export const maskBit = (unit: number): number => {
  const isAscii = (unit - 128) >> 31;
  return (unit & isAscii) | ((16 | ((unit >> 7) & 15)) & ~isAscii);
};

/** In the first word: all that is not ASCII. */
export const otherUnits = -0xffff;

/** Returns the bits of code points from `from` to `to`, none of them ASCII, in the first word of a mask. What has two units, or stands for halves of such, may have any. */
export function otherBits(from: number, to: number): number {
  if (to >= 0xfffd || to - from >= 0x780) return otherUnits;
  let bits = 1;
  for (let page = from >> 7; page <= to >> 7; page++) bits |= 1 << maskBit(page << 7);
  return bits;
}
