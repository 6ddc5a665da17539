import { morseLetters } from "../gen/views";
import { decodeUtf8 } from "../match/normalise/decode-utf8";
import type { TextTraits } from "./view-traits";

/** A stretch of a text, written another way. */
export interface TextView {
  readonly kind: string;
  readonly text: string;
  /** The stretch, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Code points of one view; a text's views together have at most `maxViews` times as many. */
export const maxViewLength = 16_384;
export const maxViews = 8;

const hexLetter = /[A-Fa-f]/;
/** What marks a code of two digits, with the zeros before them. */
const hexMark = /(?:0x|\\x?|=|U\+|%u)0{0,4}(?=[0-9A-Fa-f]{2}(?![0-9A-Fa-f]))/g;
const hexRun = new RegExp(`(?:(?:${hexMark.source})?[0-9A-Fa-f]{2}[ ,:;|-]{0,2}){8,}`, "g");
const decimalRun =
  /(?<![0-9A-Za-z])(?:[0-9]{2,5}[^0-9A-Za-z]{1,5}(?:[Cc][Hh][AaRr]{1,2}\()?){6,}[0-9]{2,5}(?![0-9A-Za-z])/gu;
/** Lines of a dump: a place, bytes, and what may stand behind them. */
const dumpRun = /(?<![^\n])(?:[0-9A-Fa-f]{4,8}:? {1,2}(?:[0-9A-Fa-f]{2,4} {1,2}){1,16}[^\n]{0,80}(?:\n|$))+/gu;
const dumpLine = /^[0-9A-Fa-f]{4,8}:? {1,2}((?:[0-9A-Fa-f]{2,4} {1,2}){1,16})/;
/** Numbers of letters, from one digit on. */
export const numbersRun = /(?<![0-9A-Za-z.])(?:[0-9]{1,4}[ ,./|-]{1,3}){8,}[0-9]{1,4}(?![0-9A-Za-z])/g;
/** Five whole characters; behind them what a copy has damaged too: groups that lost a bit or a blank. */
const binaryRun = /(?:[01]{7,8}[ ,:;|-]{0,2}){5,}(?:[01]{1,24}[ ,:;|-]{1,2})*[01]{0,24}/g;
const escapeRun = /(?:\\u\{?[0-9A-Fa-f]{2,6}\}?|\\U[0-9A-Fa-f]{8}){4,}/g;
export const morseRun =
  /(?<![A-Za-z0-9_)\]}.-])(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8,}[.\-_]{0,6}/g;

const wholeByte = /[01]{8}/g;
const binaryGroup = /[01]+/g;
const hexGroup = /[0-9A-Fa-f]{2}/g;
const decimalGroup = /[0-9]{2,5}/g;
const escapeGroup = /[0-9A-Fa-f]{2,8}/g;

/** Each only where the signs of one run of it stand in the text, so that a long text is not read for nothing. */
export function addCodes(text: string, views: TextView[], { digits, pairs, escapes }: TextTraits): void {
  if (pairs >= 30) addRuns(text, views, "binary", binaryRun, readBinary);
  if (pairs > 0 || hexLetter.test(text)) {
    addRuns(text, views, "hex", dumpRun, readDump);
    addRuns(text, views, "hex", hexRun, (run) => readBytes(run.replace(hexMark, ""), hexGroup, 16));
  }
  if (pairs >= 7 && digits >= 14) addRuns(text, views, "decimal", decimalRun, readNumbers);
  if (escapes >= 4) addRuns(text, views, "escapes", escapeRun, (run) => readBytes(run, escapeGroup, 16));
}

/** Every run of a syntax that reads as a text, with what stands around it so that a phrase may go on. */
export function addRuns(
  text: string,
  views: TextView[],
  kind: string,
  syntax: RegExp,
  read: (run: string) => string | undefined,
  from = 0,
): void {
  let found = 0;
  // A copy of the regular expression for each search, as `matchAll` makes, would cost more than most searches.
  syntax.lastIndex = 0;
  for (let match = syntax.exec(text); match !== null; match = syntax.exec(text)) {
    if (views.length >= maxViews || found >= 4) return;
    const run = match[0];
    if (run.length > 4 * maxViewLength) continue;
    const written = read(run);
    if (written === undefined) continue;
    found++;
    views.push({ kind, text: written, start: from + match.index, end: from + match.index + run.length });
  }
}

/** Of a long run so many characters are looked at before all of it is read: most are no text. */
const looksFirst = 256;

/** What the groups of a run say as codes of characters; undefined when that is no text. */
function readBytes(run: string, group: RegExp, base: number): string | undefined {
  if (run.length > 4 * looksFirst) {
    const first = run.slice(0, looksFirst).match(group) ?? [];
    // The last group may go on.
    const begins = spellCodes(first.slice(0, -1), base);
    if (begins === undefined || /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(begins)) return undefined;
  }
  const out = spellCodes(run.match(group) ?? [], base);
  return out === undefined ? undefined : readable(out);
}

/** Numbers of characters, decimal or else octal. */
function readNumbers(run: string): string | undefined {
  return readBytes(run, decimalGroup, 10) ?? (/[89]/.test(run) ? undefined : readBytes(run, decimalGroup, 8));
}

const readDump = (run: string): string | undefined =>
  readBytes(
    run
      .split("\n")
      .map((line) => dumpLine.exec(line)?.[1] ?? "")
      .join(" "),
    hexGroup,
    16,
  );

/** What groups of bits say; of the characters that damaged ones were, half may be missing. */
function readBinary(run: string): string | undefined {
  const bytes = decodeUtf8((run.match(wholeByte) ?? []).map((bits) => Number.parseInt(bits, 2)));
  const whole = bytes === undefined ? undefined : readable(bytes);
  if (whole !== undefined) return whole;
  let out = "";
  let lost = 0;
  for (const group of run.match(binaryGroup) ?? []) {
    for (let at = 0; at < group.length; at += 8) {
      const bits = group.slice(at, at + 8);
      const char = bits.length < 7 ? "" : String.fromCharCode(Number.parseInt(bits, 2));
      if (char === "" || holdsControl(char)) lost++;
      else out += char;
    }
    if (out.length + lost >= looksFirst && lost * 2 > out.length + lost) return undefined;
  }
  return lost * 2 > out.length + lost ? undefined : readable(out);
}

function spellCodes(groups: readonly string[], base: number): string | undefined {
  const codes = groups.map((group) => Number.parseInt(group, base));
  // Bytes of UTF-8, else the codes themselves.
  const text = codes.every((code) => code < 256) ? decodeUtf8(codes) : undefined;
  if (text !== undefined) return text;
  let out = "";
  for (const code of codes) {
    if (code > 0xffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    out += String.fromCharCode(code);
  }
  return out;
}

export function readMorse(run: string): string | undefined {
  const out = run
    .replaceAll("_", "-")
    .split(/[ \t]*[/|\n][ \t]*|[ \t]{2,3}/)
    .map((word) =>
      word
        .split(/[ \t]/)
        .map((sign) => (sign === "" ? "" : (morseLetters[sign] ?? "?")))
        .join(""),
    )
    .join(" ");
  return out.includes("?") && out.split("?").length * 4 > out.length ? undefined : readable(out.replaceAll("?", ""));
}

const holdsControl = (text: string): boolean => /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(text);

/** The text when it holds no control character, at least six letters, and mostly letters and blanks. */
export function readable(text: string): string | undefined {
  if (holdsControl(text)) return undefined;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (((code | 32) >= 0x61 && (code | 32) <= 0x7a) || code === 0x20 || code >= 0xc0) letters++;
  }
  return letters >= 6 && letters * 4 >= text.length * 3 ? text : undefined;
}
