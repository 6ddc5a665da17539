import { foldUnit } from "./fold-unit";

/**
 * The alphabet of the first pass: every UTF-16 unit, folded by `foldUnit`, is one of 128 codes. ASCII has the first 64 to itself, 0 standing for
 * NUL and for all units that no literal holds; the others are shared by the units that are not ASCII and that literals hold, so that neighbours in a
 * script have different ones, and letters none that a sign has. Two units with one code only cost a second look.
 */
export const codeRow = 64;
/** Rows of a state. */
export const rowsShift = 1;
const firstWide = codeRow;

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

/** The codes of ASCII, and room for the bytes that a buffer of ASCII never holds. */
export const byteCodes = Uint8Array.from({ length: 256 }, (_, unit) => (unit < 128 ? asciiCodes[foldUnit(unit)]! : 0));

/** The codes of all units in one automaton. */
export interface UnitCodes {
  /** By unit that `foldUnit` returned; 0 for those that no literal holds. */
  readonly codes: Uint8Array;
  /** How many units that are literals by themselves have a code of their own kind. */
  own: number;
  /** True when other units have the codes of what they are folded to. */
  isSpread: boolean;
}

export function createUnitCodes(): UnitCodes {
  const codes = new Uint8Array(0x10000);
  codes.set(asciiCodes);
  return { codes, own: 0, isSpread: false };
}

/** Here alphabets and syllables end and the signs of China, Japan and Korea begin. */
const firstSign = 0x3100;
/** Of the codes that are not ASCII's, the first are those of units that are literals by themselves; what is left is shared by signs. */
const ownCodes = 8;
const letterCodes = 28;
const firstLetter = firstWide + ownCodes;
const firstSignCode = firstLetter + letterCodes;
const signCodes = (codeRow << rowsShift) - firstSignCode;

/** Gives a unit that is a literal by itself a code that none has but others of its kind: it would be found with each of them. */
export function giveOwnCode(own: UnitCodes, folded: number): void {
  if (folded >= 128 && own.codes[folded] === 0) own.codes[folded] = firstWide + (own.own++ % ownCodes);
}

/** Returns the code of a unit of a literal, folded by `foldUnit`; each that is not ASCII gets one when it is first asked for. */
export function codeOfLiteral(own: UnitCodes, folded: number): number {
  const known = own.codes[folded]!;
  if (known !== 0 || folded < 128) return known;
  // Which units share a code follows from them alone: a pattern added moves no other's hits.
  const turn = folded + (folded >> 7);
  const code = folded < firstSign ? firstLetter + (turn % letterCodes) : firstSignCode + (turn % signCodes);
  own.codes[folded] = code;
  return code;
}

/** Returns the codes of all units; they are worked out when a text that is not ASCII first asks for them. */
export function readUnitCodes(own: UnitCodes): Uint8Array {
  const { codes } = own;
  if (own.isSpread) return codes;
  own.isSpread = true;
  // What is folded once is folded for good.
  for (let unit = 0; unit < codes.length; unit++) codes[unit] = codes[foldUnit(unit)]!;
  return codes;
}
