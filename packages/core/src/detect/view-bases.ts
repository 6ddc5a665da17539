import { numberBases } from "../gen/views";
import { decodeUtf8 } from "../match/normalise/decode-utf8";
import { addRuns, readable, type TextView } from "./view-codes";

/** Digits of one run that are read, and of one that is one number. */
const maxDigits = 4096;
const maxWhole = 512;

interface NumberBase {
  readonly run: RegExp;
  readonly read: (run: string) => string | undefined;
  /** A blank is one of its digits. */
  readonly hasBlanks: boolean;
}

/** Bases in which texts are written as numbers (SPECIFICATION T-73). */
const listBases = (): readonly NumberBase[] =>
  (bases ??= numberBases.map(([digits, run, chars, bytes, turned]) => {
    const values = listDigits(digits);
    const readRun = (found: string): string | undefined =>
      chars === 0
        ? readWhole(found, values)
        : readBytes(readGroups(found.slice(0, maxDigits), values, chars, bytes, turned === "group"));
    return {
      run: new RegExp(run, "g"),
      hasBlanks: digits.includes(" "),
      read: turned === "run" ? (found) => readRun([...found].reverse().join("")) : readRun,
    };
  }));
let bases: readonly NumberBase[] | undefined;

/** What each digit is worth, by its code, and how many there are. */
interface Digits {
  readonly values: Uint8Array;
  readonly size: number;
}

function listDigits(digits: string): Digits {
  const values = new Uint8Array(128);
  for (let value = 0; value < digits.length; value++) values[digits.charCodeAt(value)] = value;
  return { values, size: digits.length };
}

/** Groups of digits, each some bytes; a last one that is not full is filled with the highest digit. */
function readGroups(
  run: string,
  { values, size: base }: Digits,
  chars: number,
  size: number,
  turned: boolean,
): number[] | undefined {
  const out: number[] = [];
  for (let at = 0; at < run.length; at += chars) {
    const length = Math.min(chars, run.length - at);
    const count = Math.floor((length * size) / chars);
    const filled = turned ? length : chars;
    let value = 0;
    for (let i = 0; i < filled; i++)
      value = value * base + (i < length ? values[run.charCodeAt(at + (turned ? length - 1 - i : i))]! : base - 1);
    const places = turned ? count : size;
    let unit = 256 ** places;
    if (value >= unit) return undefined;
    for (let i = 0; i < count; i++) {
      unit /= 256;
      out.push(Math.floor(value / unit) % 256);
    }
    if (at === 0 && !mayBegin(out)) return undefined;
  }
  return out;
}

function readBytes(bytes: readonly number[] | undefined): string | undefined {
  const text = bytes && decodeUtf8(bytes);
  return text === undefined ? undefined : readable(text);
}

/** Whether bytes may begin a text: no control characters. */
const mayBegin = (bytes: readonly number[]): boolean =>
  bytes.every((byte) => (byte >= 0x20 && byte !== 0x7f) || byte === 10);

const limbSize = 1 << 24;

/** All digits as one number. */
function readWhole(run: string, { values, size: base }: Digits): string | undefined {
  if (run.length > maxWhole) return undefined;
  // Three bytes each, the least first: a number of any length without one of the platform's, four digits in one step.
  const limbs: number[] = [];
  for (let at = 0; at < run.length; ) {
    let carry = 0;
    let unit = 1;
    for (const end = Math.min(at + 4, run.length); at < end; at++) {
      carry = carry * base + values[run.charCodeAt(at)]!;
      unit *= base;
    }
    for (let i = 0; i < limbs.length; i++) {
      carry += limbs[i]! * unit;
      limbs[i] = carry % limbSize;
      carry = Math.floor(carry / limbSize);
    }
    if (carry > 0) limbs.push(carry);
  }
  const bytes = limbs.reverse().flatMap((limb) => [limb >> 16, (limb >> 8) & 255, limb & 255]);
  while (bytes[0] === 0) bytes.shift();
  return mayBegin(bytes) ? readBytes(bytes) : undefined;
}

const uuDigits = listDigits(String.fromCharCode(...Array.from({ length: 64 }, (_, value) => 32 + value)));
const uuRun = /begin [0-7]{3} [^\n]{1,64}\n(?:[!-M][!-`]{4,84}\n?)+/g;

/** What lines of uuencode say: their first character tells how many bytes follow. */
function readUu(run: string): string | undefined {
  const out: number[] = [];
  for (const line of run.split("\n").slice(1)) {
    const length = (line.charCodeAt(0) - 32) & 63;
    const said = readGroups(line.slice(1, 1 + Math.ceil((length * 4) / 3)).replaceAll("`", " "), uuDigits, 4, 3, false);
    if (said === undefined) return undefined;
    out.push(...said.slice(0, length));
  }
  return readBytes(out);
}

/** Every run of a base that says a text: those within long tokens, and those that hold blanks. */
export function addBases(text: string, views: TextView[], isMixed: boolean): void {
  const tokens = listLongTokens(text);
  for (const { token, start } of tokens)
    for (const { run, read } of listBases()) addRuns(token, views, "base32", run, read, start);
  if (isMixed) {
    addRuns(text, views, "base32", groupsRun, readBase64Groups);
    for (const { run, read, hasBlanks } of listBases()) if (hasBlanks) addRuns(text, views, "base32", run, read);
  }
  if (tokens.length > 0 && text.includes("begin ")) addRuns(text, views, "base32", uuRun, readUu);
}

/** Where small letters, capitals and digits meet; in words, paths and addresses they seldom do. */
const turn = /[a-z](?=[A-Z0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[0-9])/g;
const leastTurns = 3;
const longToken = /[!-~]{20,}/g;
const maxTokens = 16;

/** Long tokens of a text; few are tried. */
const listLongTokens = (text: string): readonly { readonly token: string; readonly start: number }[] => {
  const tokens: { token: string; start: number }[] = [];
  longToken.lastIndex = 0;
  for (let at = longToken.exec(text); at !== null && tokens.length < maxTokens; at = longToken.exec(text))
    if ((at[0].match(turn)?.length ?? 0) >= leastTurns)
      tokens.push({ token: at[0].slice(0, maxDigits), start: at.index });
  return tokens;
};

const groupsRun = /(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4,76}[ \r\n]{1,2}){3,}[A-Za-z0-9+/]{1,76}={0,2}/g;

/** Base64 in groups of the same length. */
function readBase64Groups(run: string): string | undefined {
  const groups = run.replace(/=+$/, "").split(/[ \r\n]+/);
  const size = groups[0]?.length ?? 0;
  if (groups.some((group, at) => (at < groups.length - 1 ? group.length !== size : group.length > size)))
    return undefined;
  return readBytes(readGroups(groups.join("").slice(0, maxDigits), base64Digits, 4, 3, false));
}
const base64Digits = listDigits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
