export interface NumberReader {
  more(): boolean;
  next(): number;
  nextSigned(): number;
}

/** Reads the numbers the generator writes into strings: five bits a character, least significant first, a flag for "more follows". */
export function createNumberReader(text: string): NumberReader {
  let at = 0;
  const next = (): number => {
    let value = 0;
    let weight = 1;
    for (;;) {
      const digit = digitValue(text.charCodeAt(at++));
      value += (digit & 31) * weight;
      if (digit < 32) return value;
      weight *= 32;
    }
  };
  const nextSigned = (): number => {
    const value = next();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  return { more: () => at < text.length, next, nextSigned };
}

/** `0-9 A-Z a-z - _` carry 0 to 63. */
function digitValue(unit: number): number {
  if (unit === 0x2d) return 62;
  if (unit === 0x5f) return 63;
  if (unit <= 0x39) return unit - 0x30;
  return unit <= 0x5a ? unit - 0x41 + 10 : unit - 0x61 + 36;
}
