/** Where the last unbroken run of a text begins: an address, a key or encoded text that may go on (SPECIFICATION F-2). */
export function findSettled(text: string): number {
  let at = text.length;
  while (at > 0 && !breaks(text.charCodeAt(at - 1))) at--;
  return at;
}

/** The place itself, or the one before it where it would part a pair of surrogates. */
export function keepsPair(text: string, at: number): number {
  const isLow = (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  return isLow && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at;
}

/** White space (ECMA-262, 12.2 and 12.3, with U+0085) and East Asian characters, which stand without spaces between them. */
function breaks(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x85) return false;
  if (unit >= 0x2e80) return unit <= 0xd7ff || (unit >= 0xf900 && unit <= 0xfaff);
  if (unit >= 0x2000) return unit <= 0x200a || unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f;
  return unit === 0x85 || unit === 0xa0 || unit === 0x1680;
}
