import { mapLetters, readPairs, splitInto, strewSigns } from "./disguise-tools";
import type { Disguise } from "./obfuscate";

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const codesOf = (text: string): number[] => [...text].map((one) => one.codePointAt(0) ?? 0);
const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const bare = (word: string): string => word.replace(/[^\p{L}\p{N}']+/gu, "");
const lines = "abcdefghijklmnopqrstuvwxyz";
/** What can only be done with ASCII. */
const ofAscii =
  (write: Disguise): Disguise =>
  (text) =>
    /^\p{ASCII}*$/u.test(text) ? write(text) : undefined;
const perWord =
  (write: (word: string) => string, between = " "): Disguise =>
  (text) =>
    wordsOf(text).map(write).join(between);
const perCode =
  (write: (code: number) => string, between = ""): Disguise =>
  (text) =>
    codesOf(text).map(write).join(between);
const toBase = (text: string, digits: string): string => {
  let value = BigInt(`0x${Buffer.from(text).toString("hex") || "0"}`);
  let out = "";
  for (const base = BigInt(digits.length); value > 0n; value /= base) out = digits[Number(value % base)] + out;
  return out;
};
const inFours = (text: string, write: (value: number, size: number) => string): string => {
  const bytes = bytesOf(text);
  let out = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const four = [0, 1, 2, 3].map((i) => bytes[at + i] ?? 0);
    out += write(
      four.reduce((sum, byte) => sum * 256 + byte, 0),
      Math.min(4, bytes.length - at),
    );
  }
  return out;
};
const inFives = (value: number): number[] =>
  [85 ** 4, 85 ** 3, 85 ** 2, 85, 1].map((place) => Math.floor(value / place) % 85);
const z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const base45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const base32 = (text: string, digits: string): string => {
  const bits = bytesOf(text)
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const out = (bits.match(/.{1,5}/g) ?? []).map((five) => digits[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
  return out.padEnd(Math.ceil(out.length / 8) * 8, "=");
};
const shiftBy =
  (by: number): Disguise =>
  (text) =>
    mapLetters(text, (at) => (at + by) % 26);
const rail = (text: string, rails: number): string => {
  const rows: string[] = Array.from({ length: rails }, () => "");
  const turn = 2 * rails - 2;
  [...text].forEach((one, at) => {
    rows[Math.min(at % turn, turn - (at % turn))] += one;
  });
  return rows.join("");
};
const nato = wordsOf(
  "alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu",
);
const morse = wordsOf(
  ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..",
);
const letterAt = (one: string): number => lines.indexOf(one.toLowerCase());
const lettersOnly = (text: string): string[] => [...text].filter((one) => letterAt(one) >= 0);
const keyRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const beside = (one: string, by: number): string => {
  const row = keyRows.find((keys) => keys.includes(one.toLowerCase()));
  if (!row) return one;
  return row[(row.indexOf(one.toLowerCase()) + by + row.length) % row.length] ?? one;
};
/** Even enough, and the same every time. */
const pick = (seed: string, size: number): number => {
  let hash = 0x811c9dc5;
  for (const one of seed) hash = Math.imul(hash ^ (one.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % size;
};
const stir = (inner: string[], seed: string): string[] => {
  for (let at = inner.length - 1; at > 0; at--) {
    const other = pick(`${seed}${at}`, at + 1);
    [inner[at], inner[other]] = [inner[other] ?? "", inner[at] ?? ""];
  }
  return inner;
};
const polybius = (one: string): number => {
  const at = letterAt(one === "k" ? "c" : one);
  const place = at > 10 ? at - 1 : at;
  return 10 * (Math.floor(place / 5) + 1) + (place % 5) + 1;
};
const multiTap = (one: string): string => {
  const keys = ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"];
  const key = keys.findIndex((letters) => letters.includes(one));
  return String(key + 2).repeat((keys[key]?.indexOf(one) ?? 0) + 1);
};
const table = (from: string, to: string): Readonly<Record<string, string>> => readPairs(from, to);
const styled = (upper: number, lower: number): Disguise =>
  ofAscii((text) =>
    text.replace(/[A-Za-z]/g, (one) =>
      String.fromCodePoint(one < "a" ? upper + one.charCodeAt(0) - 65 : lower + one.charCodeAt(0) - 97),
    ),
  );
const upsideDown = table("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz");
const smallCaps = table("abcdefghijklmnopqrstuvwxyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘqʀꜱᴛᴜᴠᴡxʏᴢ");
const superscript = table("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ");
const inCyrillic = table("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувухуз");
const inGreek = table("abcdefghijklmnoprstuvxyz", "αβςδεφγηιζκλμνοπρστυωξψζ");
const spelledBy = (letters: Readonly<Record<string, string>>): Disguise =>
  ofAscii((text) => [...text].map((one) => letters[one.toLowerCase()] ?? one).join(""));
const leetMore = table("abegilostz", "48369!057+2");
const homophones: readonly (readonly [RegExp, string])[] = [
  [/tion/g, "shun"], [/ph/g, "f"], [/you/gi, "u"], [/\bare\b/gi, "r"], [/ious\b/g, "ius"], [/ore\b/g, "or"], [/ee/g, "ea"],
  [/ck/g, "k"], [/\bto\b/g, "2"], [/\bfor\b/g, "4"], [/c(?=[aou])/g, "k"], [/your/gi, "ur"], [/ll\b/g, "l"],
]; // biome-ignore format: pairs read best side by side
const quoted = (parts: readonly string[]): string => parts.map((part) => JSON.stringify(part)).join(" + ");

/** Further ways that public tools and people know, in the order of their kinds: codes, ciphers, letters, gaps, code, forms. */
export const furtherDisguises: Readonly<Record<string, Disguise>> = {
  base32: (text) => base32(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
  base32_small: (text) => base32(text, "abcdefghijklmnopqrstuvwxyz234567"),
  base32hex: (text) => base32(text, "0123456789ABCDEFGHIJKLMNOPQRSTUV"),
  base45: (text) => {
    const bytes = bytesOf(text);
    let out = "";
    for (let at = 0; at < bytes.length; at += 2) {
      const whole = at + 1 < bytes.length;
      const value = whole ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0);
      for (let i = 0, rest = value; i < (whole ? 3 : 2); i++, rest = Math.floor(rest / 45)) out += base45[rest % 45];
    }
    return out;
  },
  base58: (text) => toBase(text, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
  base62: (text) => toBase(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  base64_lines: (text) =>
    (
      Buffer.from(text)
        .toString("base64")
        .match(/.{1,20}/g) ?? []
    ).join("\n"),
  base64_spaced: (text) =>
    (
      Buffer.from(text)
        .toString("base64")
        .match(/.{1,8}/g) ?? []
    ).join(" "),
  base64_reversed: (text) => [...Buffer.from(text).toString("base64")].reverse().join(""),
  ascii85: (text) =>
    `<~${inFours(text, (value, size) =>
      value === 0 && size === 4
        ? "z"
        : String.fromCharCode(
            ...inFives(value)
              .slice(0, size + 1)
              .map((digit) => digit + 33),
          ),
    )}~>`,
  base85: (text) =>
    inFours(text, (value, size) =>
      String.fromCharCode(
        ...inFives(value)
          .slice(0, size + 1)
          .map((digit) => digit + 33),
      ),
    ),
  z85: (text) =>
    inFours(text, (value, size) =>
      inFives(value)
        .slice(0, size + 1)
        .map((digit) => z85[digit])
        .join(""),
    ),
  uuencode: (text) => {
    const rows = splitInto(bytesOf(text), 45).map((row) => {
      let out = String.fromCharCode(32 + row.length);
      for (let at = 0; at < row.length; at += 3) {
        const value = ((row[at] ?? 0) << 16) | ((row[at + 1] ?? 0) << 8) | (row[at + 2] ?? 0);
        for (const shift of [18, 12, 6, 0]) out += String.fromCharCode(((value >> shift) & 63) + 32).replace(" ", "`");
      }
      return out;
    });
    return `begin 644 note.txt\n${rows.join("\n")}\n\`\nend`;
  },
  quoted_printable: (text) =>
    bytesOf(text)
      .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  mime_word: (text) => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`,
  data_uri: (text) => `data:text/plain;base64,${Buffer.from(text).toString("base64")}`,
  jwt: (text) => `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sub: "1", note: text })).toString("base64url")}.`,
  hex_dump: (text) =>
    splitInto(bytesOf(text), 16)
      .map((row, at) => {
        const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
        const shown = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
        return `${(16 * at).toString(16).padStart(8, "0")}  ${hex.padEnd(48)} |${shown}|`;
      })
      .join("\n"),
  hex_spaced: perCode((code) => code.toString(16), " "),
  hex_0x: perCode((code) => `0x${code.toString(16)}`, ", "),
  hex_x: (text) =>
    bytesOf(text)
      .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
      .join(""),
  css_escapes: perCode((code) => `\\${code.toString(16).padStart(6, "0")}`),
  octal_escapes: (text) =>
    bytesOf(text)
      .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
      .join(""),
  braces: perCode((code) => `\\u{${code.toString(16)}}`),
  u_plus: perCode((code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`, " "),
  percent_u: perCode((code) => `%u${code.toString(16).padStart(4, "0")}`),
  chr_calls: perCode((code) => `chr(${code})`, "+"),
  char_list: (text) => `String.fromCharCode(${codesOf(text).join(",")})`,
  decimal: perCode(String, " "),
  decimal_list: (text) => `[${codesOf(text).join(", ")}]`,
  octal: perCode((code) => code.toString(8), " "),
  binary: (text) =>
    bytesOf(text)
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join(" "),
  binary_joined: (text) =>
    bytesOf(text)
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join(""),
  a1z26: ofAscii((text) =>
    wordsOf(text)
      .map((word) =>
        lettersOnly(word)
          .map((one) => letterAt(one) + 1)
          .join("-"),
      )
      .filter(Boolean)
      .join(" "),
  ),
  polybius: ofAscii((text) =>
    wordsOf(text.toLowerCase())
      .map((word) => lettersOnly(word).map(polybius).join(" "))
      .filter(Boolean)
      .join("  "),
  ),
  tap_code: ofAscii((text) =>
    wordsOf(text.toLowerCase())
      .map((word) =>
        lettersOnly(word)
          .map((one) => [Math.floor(polybius(one) / 10), polybius(one) % 10].map((n) => ".".repeat(n)).join(" "))
          .join("  "),
      )
      .filter(Boolean)
      .join(" / "),
  ),
  multi_tap: ofAscii((text) =>
    wordsOf(text.toLowerCase())
      .map((word) => lettersOnly(word).map(multiTap).join(" "))
      .filter(Boolean)
      .join(" 0 "),
  ),
  morse: ofAscii((text) =>
    wordsOf(text)
      .map((word) =>
        lettersOnly(word)
          .map((one) => morse[letterAt(one)])
          .join(" "),
      )
      .filter(Boolean)
      .join(" / "),
  ),
  nato: ofAscii((text) =>
    wordsOf(text)
      .map((word) =>
        lettersOnly(word)
          .map((one) => nato[letterAt(one)])
          .join(" "),
      )
      .filter(Boolean)
      .join(" / "),
  ),
  nato_flat: ofAscii((text) =>
    lettersOnly(text)
      .map((one) => nato[letterAt(one)])
      .join(" "),
  ),
  braille: ofAscii((text) => spelledBy(table("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"))(text)),
  caesar_3: ofAscii(shiftBy(3)),
  caesar_19: ofAscii(shiftBy(19)),
  atbash: ofAscii((text) => mapLetters(text, (at) => 25 - at)),
  rot47: ofAscii((text) =>
    text.replace(/[!-~]/g, (one) => String.fromCharCode(33 + ((one.charCodeAt(0) - 33 + 47) % 94))),
  ),
  vigenere: ofAscii((text) => {
    let count = 0;
    return mapLetters(text, (at) => (at + letterAt("lemon"[count++ % 5] ?? "a")) % 26);
  }),
  rail_fence: ofAscii((text) => rail(text.replace(/\s+/g, ""), 3)),
  keyboard_right: ofAscii((text) => [...text].map((one) => beside(one, 1)).join("")),
  pig_latin: ofAscii(
    perWord((word) =>
      word.replace(/^([^aeiouAEIOU\W]*)([a-zA-Z]+)/, (_, head: string, rest: string) =>
        (head ? `${rest}${head}ay` : `${rest}way`).toLowerCase(),
      ),
    ),
  ),
  reversed: (text) => [...text].reverse().join(""),
  reversed_each: perWord((word) => [...word].reverse().join("")),
  word_order: (text) => wordsOf(text).reverse().join(" "),
  word_order_bare: (text) => wordsOf(text.toLowerCase()).map(bare).reverse().join(" "),
  upside_down: ofAscii((text) =>
    [...text]
      .reverse()
      .map((one) => upsideDown[one.toLowerCase()] ?? one)
      .join(""),
  ),
  small_caps: spelledBy(smallCaps),
  superscript: spelledBy(superscript),
  circled: styled(0x24b6, 0x24d0),
  squared: styled(0x1f130, 0x1f130),
  squared_dark: styled(0x1f170, 0x1f170),
  regional: ofAscii((text) =>
    text.replace(/[A-Za-z]/g, (one) => `${String.fromCodePoint(0x1f1e6 + letterAt(one))}\u200b`),
  ),
  fraktur: styled(0x1d56c, 0x1d586),
  fullwidth: perCode((code) => String.fromCodePoint(code > 32 && code < 127 ? code + 0xfee0 : code)),
  zalgo: strewSigns(["\u0300\u0321", "\u0489", "\u0336\u0345", "\u0334"]),
  emoji_between: strewSigns(["🔥", "😀", "✨"]),
  emoji_same: strewSigns(["👻"]),
  emoji_words: perWord((word) => word, " 🙃 "),
  emoji_for_blanks: perWord((word) => word, "🍌"),
  soft_hyphens: strewSigns(["\u00ad"]),
  variation_selectors: (text) =>
    `😊${bytesOf(text)
      .map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))
      .join("")}`,
  zero_width_bits: (text) =>
    `Hi!${bytesOf(text)
      .map((byte) => byte.toString(2).padStart(8, "0").replaceAll("0", "\u200b").replaceAll("1", "\u200c"))
      .join("")}`,
  sneaky_bits: (text) =>
    `Hi!${bytesOf(text)
      .map((byte) => byte.toString(2).padStart(8, "0").replaceAll("0", "\u2062").replaceAll("1", "\u2064"))
      .join("")}`,
  dashed: perWord((word) => [...word].join("-")),
  starred: perWord((word) => [...word].join("*")),
  slashed: perWord((word) => [...word].join("/")),
  piped: perWord((word) => [...word].join("|")),
  spaced_all: (text) => [...text.replace(/\s+/g, "")].join(" "),
  spaced_single: (text) => [...text].join(" "),
  camel: perWord((word) => word.charAt(0).toUpperCase() + word.slice(1), ""),
  joined: (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ""),
  snake: (text) => wordsOf(text.toLowerCase()).map(bare).join("_"),
  kebab: (text) => wordsOf(text.toLowerCase()).map(bare).join("-"),
  dots_for_blanks: (text) => wordsOf(text).map(bare).join("."),
  slashes_for_blanks: (text) => wordsOf(text).map(bare).join("/"),
  pipes_for_blanks: (text) => wordsOf(text).map(bare).join(" | "),
  stars_for_blanks: (text) => wordsOf(text).map(bare).join("*"),
  plus_for_blanks: (text) => `https://example.com/?q=${wordsOf(text).map(bare).join("+")}`,
  commas_for_blanks: (text) => wordsOf(text).map(bare).join(", "),
  alternating: (text) => [...text].map((one, at) => (at % 2 ? one.toUpperCase() : one.toLowerCase())).join(""),
  no_vowels: ofAscii((text) => text.replace(/(?<=[A-Za-z])[aeiou]|(?<![A-Za-z])[aeiou](?=[A-Za-z]{4})/gi, "")),
  vowels_starred: ofAscii((text) => text.replace(/(?<=[A-Za-z])[aeiou](?=[A-Za-z])/gi, "*")),
  doubled: (text) => [...text].map((one) => (letterAt(one) < 0 ? one : one + one)).join(""),
  stretched: (text) => text.replace(/(?<=[A-Za-z])[aeiou]/gi, (one) => one.repeat(4)),
  scrambled: perWord((word) =>
    word.replace(/(?<=^[A-Za-z])[A-Za-z]{2,}(?=[A-Za-z]\W*$)/, (inner) => stir([...inner], word).join("")),
  ),
  swapped: perWord((word) => (word.length < 4 ? word : word.replace(/^(.)(.)(.)/, "$1$3$2"))),
  dropped: perWord((word) =>
    word.length < 5
      ? word
      : word.slice(0, 1 + pick(word, word.length - 2)) + word.slice(2 + pick(word, word.length - 2)),
  ),
  neighbours: perWord((word) => {
    if (word.length < 4) return word;
    const at = 1 + pick(word, word.length - 2);
    return word.slice(0, at) + beside(word.charAt(at), 1) + word.slice(at + 1);
  }),
  homophones: ofAscii((text) => homophones.reduce((said, [from, to]) => said.replace(from, to), text.toLowerCase())),
  pieces: perWord((word) =>
    word.length < 5 ? word : `${word.slice(0, word.length >> 1)} ${word.slice(word.length >> 1)}`,
  ),
  shifted_blanks: (text) =>
    splitInto([...text.replace(/\s+/g, "")], 4)
      .map((part) => part.join(""))
      .join(" "),
  hyphen_pieces: perWord((word) =>
    word.length < 5 ? word : `${word.slice(0, word.length >> 1)}-${word.slice(word.length >> 1)}`,
  ),
  leet_more: spelledBy(leetMore),
  in_cyrillic: spelledBy(inCyrillic),
  in_greek: spelledBy(inGreek),
  bold_cuts: perWord((word) => (word.length < 4 ? word : `${word.slice(0, 2)}**${word.slice(2, 4)}**${word.slice(4)}`)),
  tag_cuts: perWord((word) =>
    word.length < 4 ? word : `${word.slice(0, 2)}<b>${word.slice(2, 4)}</b>${word.slice(4)}`,
  ),
  comment_cuts: perWord((word) => (word.length < 4 ? word : `${word.slice(0, 3)}<!-- x -->${word.slice(3)}`)),
  code_comment_cuts: perWord((word) => (word.length < 4 ? word : `${word.slice(0, 3)}/**/${word.slice(3)}`)),
  span_letters: (text) => [...text].map((one) => (one === " " ? one : `<span>${one}</span>`)).join(""),
  latex_cuts: perWord((word) => (word.length < 4 ? word : `${word.slice(0, 2)}\\textbf{${word.slice(2)}}`)),
  bracket_cuts: perWord((word) => (word.length < 4 ? word : `${word.slice(0, 3)}[${word.slice(3)}]`)),
  plus_pieces: (text) => quoted(splitInto([...text], 5).map((part) => part.join(""))),
  plus_words: (text) => quoted(wordsOf(text).map((word, at) => (at ? ` ${word}` : word))),
  join_list: (text) => `" ".join(${JSON.stringify(wordsOf(text))})`,
  join_letters: (text) => `"".join(${JSON.stringify([...text])})`,
  variables: (text) => {
    const parts = splitInto([...text], Math.ceil(text.length / 3)).map((part) => part.join(""));
    return `${parts.map((part, at) => `${lines[at]} = ${JSON.stringify(part)}`).join("\n")}\nNow do what ${parts.map((_, at) => lines[at]).join(" + ")} says.`;
  },
  format_call: (text) =>
    `"${wordsOf(text)
      .map(() => "{}")
      .join(" ")}".format(${wordsOf(text)
      .map((word) => `"${word}"`)
      .join(", ")})`,
  brackets: (text) =>
    splitInto([...text], 4)
      .map((part) => `[${part.join("")}]`)
      .join(" + "),
  json_words: (text) => JSON.stringify(wordsOf(text)),
  json_members: (text) => JSON.stringify(Object.fromEntries(wordsOf(text).map((word, at) => [`w${at + 1}`, word]))),
  yaml_list: perWord((word) => `- ${word}`, "\n"),
  numbered_lines: (text) =>
    wordsOf(text)
      .map((word, at) => `${at + 1}. ${word}`)
      .join("\n"),
  numbered_row: (text) =>
    wordsOf(text)
      .map((word, at) => `${at + 1}) ${word}`)
      .join(" "),
  csv_cells: (text) =>
    wordsOf(text)
      .map((word) => `"${word}"`)
      .join(","),
  table_cells: (text) =>
    `| ${wordsOf(text).join(" | ")} |\n|${wordsOf(text)
      .map(() => "---|")
      .join("")}`,
  table_rows: (text) =>
    `| step | word |\n|---|---|\n${wordsOf(text)
      .map((word, at) => `| ${at + 1} | ${word} |`)
      .join("\n")}`,
  xml_words: perWord((word) => `<w>${word}</w>`, ""),
  bracket_words: perWord((word) => `[${word}]`),
  quoted_words: perWord((word) => `"${word}"`),
  acrostic_lines: ofAscii((text) =>
    lettersOnly(text)
      .map((one) => `${one.toUpperCase()}${["pples are red", "irds sing", "louds drift by"][letterAt(one) % 3]}`)
      .join("\n"),
  ),
  one_letter_lines: (text) => [...text].join("\n"),
};
