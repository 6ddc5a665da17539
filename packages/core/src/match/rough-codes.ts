import { foldUnit } from "./fold-unit";

/**
 * The alphabet of the first pass: every UTF-16 unit, folded by `foldUnit`, is one of 128 codes. ASCII has the first 64 to
 * itself, 0 standing for NUL, which no literal holds; all other units share the rest, neighbours in a script with different ones.
 * Texts and literals go through the same function, so that two units with one code only cost a second look.
 */
export const halfRow = 64;

/** By folded ASCII unit; all control characters but NUL and the line feed are 1 there. */
const asciiCodes = Uint8Array.from({ length: 128 }, (_, unit) => {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x60;
  if (unit === 0x30) return 27;
  if (unit === 10) return 28;
  if (unit === 1) return 29;
  if (unit >= 0x20 && unit <= 0x2f) return 30 + unit - 0x20;
  if (unit >= 0x3a && unit <= 0x40) return 46 + unit - 0x3a;
  if (unit >= 0x5b && unit <= 0x60) return 53 + unit - 0x5b;
  return unit >= 0x7b && unit <= 0x7e ? 59 + unit - 0x7b : 0;
});

/** Here alphabets and syllables end and the signs of China, Japan and Korea begin. */
const firstSign = 0x3100;

/**
 * Returns the code of a unit that `foldUnit` returned. Alphabets share no code with signs, of which single ones are literals: each would be found in
 * every text of such an alphabet.
 */
export const codeOfFolded = (unit: number): number => {
  if (unit < 128) return asciiCodes[unit]!;
  if (unit < firstSign) return halfRow + ((unit ^ (unit >> 6) ^ (unit >> 12)) & 31);
  return halfRow + 32 + (Math.imul(unit, 0x9e3779b1) >>> 27);
};

/** The codes of ASCII, and room for the bytes that a buffer of ASCII never holds. */
export const byteCodes = Uint8Array.from({ length: 256 }, (_, unit) => (unit < 128 ? codeOfFolded(foldUnit(unit)) : 0));

const unitCodes = new Uint8Array(0x10000);
let unitCodesReady = false;

/** Returns the codes of all units; they are worked out when a text that is not ASCII first asks for them. */
export function readUnitCodes(): Uint8Array {
  if (!unitCodesReady) {
    for (let unit = 0; unit < unitCodes.length; unit++) unitCodes[unit] = codeOfFolded(foldUnit(unit));
    unitCodesReady = true;
  }
  return unitCodes;
}
