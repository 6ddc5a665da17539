/**
 * Signs and scripts among the code points from U+00C0 to U+1FFF that are no part of a word: × ÷, punctuation of Greek, Armenian,
 * Hebrew, Arabic, Devanagari, Ethiopic; Thai, Lao, Myanmar and Khmer, which put no space between words.
 */
const notWord =
  /[\u00d7\u00f7\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0609-\u060d\u061b\u061e\u061f\u066a-\u066d\u06d4\u0964\u0965\u0970\u0e00-\u0eff\u1000-\u109f\u1360-\u1368\u1780-\u17ff]/;

/** One byte per UTF-16 unit below U+2000: 1 where it is part of a word. */
const table = Uint8Array.from({ length: 0x2000 }, (_, unit) => {
  if (unit < 0x80) return /[0-9A-Za-z_]/.test(String.fromCharCode(unit)) ? 1 : 0;
  if (unit < 0xc0) return unit === 0xaa || unit === 0xb5 || unit === 0xba ? 1 : 0;
  return notWord.test(String.fromCharCode(unit)) ? 0 : 1;
});

/** Whether the UTF-16 unit is part of a word (SPECIFICATION T-12); none from U+2000 on is. */
export const isWordUnit = (unit: number): boolean => unit < 0x2000 && table[unit] === 1;

export const isDigitUnit = (unit: number): boolean => unit >= 48 && unit <= 57;

/** A blank, a tab or what ends a line. */
export const isBlankUnit = (unit: number): boolean => unit === 0x20 || (unit >= 9 && unit <= 13);
