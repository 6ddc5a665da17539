/** One way to hide a text; undefined where the text has nothing that the way could change. */
export type Disguise = (text: string) => string | undefined;

const latin = /^[\p{ASCII}\u00a0-\u024f\u1e00-\u1eff‘’“”«»¿¡]*$/u;
const ascii = /^\p{ASCII}*$/u;
const joins = /[\p{M}\u200c\u200d]/u;

/** Code points with the marks that belong to them: what a reader takes for one letter. */
function listLetters(text: string): string[] {
  const letters: string[] = [];
  for (const one of text) {
    if (joins.test(one) && letters.length > 0) letters[letters.length - 1] += one;
    else letters.push(one);
  }
  return letters;
}

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const hexOf = (byte: number): string => byte.toString(16).padStart(2, "0");

const lookAlikes: Readonly<Record<string, string>> = {
  a: "а", c: "с", e: "е", i: "і", o: "о", p: "р", s: "ѕ", x: "х", y: "у",
  а: "a", с: "c", е: "e", і: "i", о: "o", р: "p", х: "x", у: "y",
}; // biome-ignore format: pairs read best side by side
const leetDigits: Readonly<Record<string, string>> = { a: "4", e: "3", i: "1", o: "0", s: "5", t: "7" };

/** Every other letter that has a counterpart is replaced, so that words mix. */
function replaceSome(text: string, table: Readonly<Record<string, string>>, every: number): string | undefined {
  let count = 0;
  const changed = [...text].map((one) => {
    const other = table[one.toLowerCase()];
    return other && ++count % every === 0 ? other : one;
  });
  return count >= 4 ? changed.join("") : undefined;
}

/** Puts invisible characters between the letters of words, never inside a letter with its marks. */
const strew =
  (invisible: readonly string[]): Disguise =>
  (text) =>
    listLetters(text)
      .map((letter, at) => (/\s/u.test(letter) ? letter : letter + invisible[at % invisible.length]))
      .join("");

/** The ways that the data of the field knows; names as in its files. */
export const disguises: Readonly<Record<string, Disguise>> = {
  zero_width: strew(["\u200b", "\u2060", "\ufeff"]),
  zero_width_joiner: strew(["\u200d", "\u200c"]),
  homoglyph: (text) => replaceSome(text, lookAlikes, 2),
  bidi: (text) => [...text.split(" ")].map((word) => `\u202b${word}\u202c`).join(" "),
  tags: (text) =>
    ascii.test(text)
      ? `Hello! ${[...text].map((one) => String.fromCodePoint(0xe0000 + (one.codePointAt(0) ?? 0))).join("")}`
      : undefined,
  leetspeak: (text) => (latin.test(text) ? replaceSome(text, leetDigits, 1) : undefined),
  spacing: (text) =>
    text
      .split(" ")
      .map((word) => listLetters(word).join(" "))
      .join("   "),
  dotted: (text) =>
    text
      .split(" ")
      .map((word) => listLetters(word).join("."))
      .join(" "),
  base64: (text) => Buffer.from(text).toString("base64"),
  hex: (text) => bytesOf(text).map(hexOf).join(""),
  rot13: (text) =>
    ascii.test(text)
      ? text.replace(/[a-z]/gi, (one) => {
          const base = one <= "Z" ? 65 : 97;
          return String.fromCharCode(((one.charCodeAt(0) - base + 13) % 26) + base);
        })
      : undefined,
  percent: (text) =>
    bytesOf(text)
      .map((byte) => `%${hexOf(byte)}`)
      .join(""),
  entities: (text) => [...text].map((one) => `&#${one.codePointAt(0)};`).join(""),
  entities_hex: (text) => [...text].map((one) => `&#x${one.codePointAt(0)?.toString(16)};`).join(""),
  escapes: (text) =>
    [...text]
      .map((one) => one.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`))
      .join(""),
};

/** Pairs in the order in which they are put on. */
export const pairs: readonly (readonly [string, string])[] = [
  ["homoglyph", "zero_width"],
  ["homoglyph", "spacing"],
  ["leetspeak", "zero_width"],
  ["leetspeak", "spacing"],
  ["leetspeak", "base64"],
  ["leetspeak", "homoglyph"],
  ["zero_width", "base64"],
  ["zero_width", "spacing"],
  ["zero_width", "percent"],
  ["spacing", "base64"],
  ["base64", "base64"],
  ["base64", "hex"],
  ["hex", "base64"],
  ["rot13", "base64"],
  ["base64", "percent"],
  ["rot13", "zero_width"],
  ["percent", "base64"],
  ["percent", "percent"],
  ["entities", "base64"],
  ["base64", "zero_width"],
  ["entities", "percent"],
  ["homoglyph", "base64"],
  ["bidi", "homoglyph"],
  ["bidi", "zero_width"],
  ["homoglyph", "entities"],
];
