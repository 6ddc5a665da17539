/** Where the decimal digits of further scripts begin, ten each, all in the Basic Multilingual Plane (Unicode 15, Nd). */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
  0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
  0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];
const digitOf = new Map(
  zeros.flatMap((zero) =>
    Array.from({ length: 10 }, (_, digit) => [String.fromCharCode(zero + digit), String(digit)] as const),
  ),
);
const others = [...digitOf.keys()].join("");
const allOthers = new RegExp(`[${others}]`, "g");
/** By code unit in sixteens: 1 where they hold a digit. A character class of so many ranges takes five times as long. */
const holdsDigit = new Uint8Array(0x1000);
for (const digit of others) holdsDigit[digit.charCodeAt(0) >> 4] = 1;

/** Whether a text has digits of other scripts than ASCII. */
export function holdsOtherDigit(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if (holdsDigit[text.charCodeAt(i) >> 4] === 1 && digitOf.has(text.charAt(i))) return true;
  return false;
}

/** The text with the digits of all scripts as ASCII digits, one for one, so that offsets stay; the same text when it has no others. */
export const toAsciiDigits = (text: string): string =>
  holdsOtherDigit(text) ? text.replace(allOthers, (digit) => digitOf.get(digit) ?? digit) : text;
