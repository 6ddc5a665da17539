import { morseLetters } from "../gen/views";
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
const hexRun = /(?:(?:0x|\\x|=)?[0-9A-Fa-f]{2}[ ,:;|-]{0,2}){8,}/g;
const decimalRun = /\b(?:[0-9]{2,3}[ ,:;|-]{1,2}){6,}[0-9]{2,3}\b/g;
/** Five whole characters; behind them what a copy has damaged too: groups that lost a bit or a blank. */
const binaryRun = /(?:[01]{7,8}[ ,:;|-]{0,2}){5,}(?:[01]{1,24}[ ,:;|-]{1,2})*[01]{0,24}/g;
const escapeRun = /(?:\\u\{?[0-9A-Fa-f]{2,6}\}?|\\U[0-9A-Fa-f]{8}){4,}/g;
export const morseRun =
  /(?<![A-Za-z0-9_)\]}.-])(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8,}[.\-_]{0,6}/g;
export const base32Run = /[A-Z2-7]{16,}/g;

const binaryGroup = /[01]+/g;
const hexGroup = /[0-9A-Fa-f]{2}(?![xX])/g;
const decimalGroup = /[0-9]{2,3}/g;
const escapeGroup = /[0-9A-Fa-f]{2,8}/g;

/** Each only where the signs of one run of it stand in the text, so that a long text is not read for nothing. */
export function addCodes(text: string, views: TextView[], { digits, pairs, escapes }: TextTraits): void {
  if (pairs >= 30) addRuns(text, views, "binary", binaryRun, readBinary);
  if (pairs > 0 || hexLetter.test(text)) addRuns(text, views, "hex", hexRun, (run) => readBytes(run, hexGroup, 16));
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
): void {
  let found = 0;
  for (const match of text.matchAll(syntax)) {
    if (views.length >= maxViews || found >= 4) return;
    const run = match[0];
    if (run.length > 4 * maxViewLength) continue;
    const written = read(run);
    if (written === undefined) continue;
    found++;
    views.push({ kind, text: written, start: match.index, end: match.index + run.length });
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
    if (begins === undefined || holdsControl(begins)) return undefined;
  }
  const out = spellCodes(run.match(group) ?? [], base);
  return out === undefined ? undefined : readable(out);
}

/** Numbers of characters, decimal or else octal. */
function readNumbers(run: string): string | undefined {
  return readBytes(run, decimalGroup, 10) ?? (/[89]/.test(run) ? undefined : readBytes(run, decimalGroup, 8));
}

/** What groups of bits say; of the characters that damaged ones were, half may be missing. */
function readBinary(run: string): string | undefined {
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
  let out = "";
  for (const group of groups) {
    const code = Number.parseInt(group, base);
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

export function readBase32(run: string): string | undefined {
  let out = "";
  let bits = 0;
  let count = 0;
  for (let i = 0; i < run.length; i++) {
    const code = run.charCodeAt(i);
    bits = ((bits << 5) | (code >= 65 ? code - 65 : code - 24)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    out += String.fromCharCode((bits >> count) & 0xff);
    if (out.length === looksFirst && holdsControl(out)) return undefined;
  }
  return readable(out);
}

const holdsControl = (text: string): boolean => /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(text);

/** The text when it holds no control character, at least six letters, and mostly letters and blanks. */
function readable(text: string): string | undefined {
  if (holdsControl(text)) return undefined;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (((code | 32) >= 0x61 && (code | 32) <= 0x7a) || code === 0x20 || code >= 0xc0) letters++;
  }
  return letters >= 6 && letters * 4 >= text.length * 3 ? text : undefined;
}
