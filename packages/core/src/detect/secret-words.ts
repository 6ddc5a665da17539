import { secretWords } from "../gen/secrets";
import { log2Fixed } from "./entropy";
import { createWordIndex } from "./word-index";

const placeholders = createWordIndex(secretWords.placeholders);

/** ASCII letters in lower case, everything else as it is: the same in every language. */
export const lowerAscii = (text: string): string =>
  /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;

/** True for what stands where a credential would: `EXAMPLE`, `xxxx`, `your-key-here`, a template's hole. `entropy` is the value's. */
export function isPlaceholder(value: string, entropy: number): boolean {
  const lower = lowerAscii(value);
  if (placeholders.holds(lower)) return true;
  // What a pattern asks for at its ends is looked at first: most values have neither.
  if ("$%{[".includes(value.charAt(0)) && hole.test(value)) return true;
  if ("eosy".includes(lower.charAt(lower.length - 1)) && lastWord.test(lower)) return true;
  if (value.endsWith("..")) return true;
  // One character over and over.
  return value.length >= 4 && entropy < 700;
}

const hole = /^(?:\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|\{[\w.]+\}|\[[\w. ]+\])$/;
const lastWord = /(?:^|[_-])(?:here|goes|todo|dummy|sample)$/;

/** Sorts of characters, as bits. */
const digit = 1;
const hyphen = 2;
const lowLine = 4;
const lowHex = 8;
const low = 16;
const highHex = 32;
const high = 64;
const other = 128;

function sortsOf(text: string): number {
  let sorts = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x30 && unit <= 0x39) sorts |= digit;
    else if (unit >= 0x61 && unit <= 0x7a) sorts |= unit <= 0x66 ? lowHex : low;
    else if (unit >= 0x41 && unit <= 0x5a) sorts |= unit <= 0x46 ? highHex : high;
    else sorts |= unit === 0x2d ? hyphen : unit === 0x5f ? lowLine : other;
  }
  return sorts;
}

/** Digits, hex, one case of letters with digits, both cases, more: how many characters a value was drawn from. */
function alphabetOf(value: string): number {
  const sorts = sortsOf(value);
  const isOf = (wanted: number): boolean => (sorts & ~wanted) === 0;
  if (isOf(digit)) return 10;
  if (isOf(digit | hyphen | lowHex) || isOf(digit | hyphen | highHex)) return 16;
  const signs = digit | hyphen | lowLine;
  return isOf(signs | lowHex | low) || isOf(signs | highHex | high) ? 36 : 64;
}

/** Entropy that a value needs: what is asked, or three quarters of what its length and alphabet allow (SPECIFICATION T-52). */
export function neededEntropy(value: string, asked: number): number {
  const reachable = log2Fixed(Math.min(value.length, alphabetOf(value)));
  return Math.min(asked, Math.floor((reachable * 750) / 65536));
}

const uuid = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

/** How often a letter and a digit stand side by side. */
function countChanges(text: string): number {
  let count = 0;
  /** 1 for a digit, 2 for a letter, 0 for others. */
  let before = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const lower = unit | 0x20;
    const now = unit >= 0x30 && unit <= 0x39 ? 1 : lower >= 0x61 && lower <= 0x7a ? 2 : 0;
    if (now + before === 3) count++;
    before = now;
  }
  return count;
}

/** True for a run of letters and digits that no word or name looks like. */
function isRandomRun(run: string): boolean {
  if (run.length < 6) return false;
  const changes = countChanges(run);
  if (changes === 0 && /^[0-9]+$/.test(run)) return run.length >= 15;
  if (changes >= 2) return run.length >= 8 || changes >= 4;
  if (changes === 1 && run.length >= 14) return hasStrangeLetters(run);
  return changes === 0 && run.length >= 12 && hasStrangeLetters(run);
}

/** Five consonants in a row, or capitals where no word begins. */
function hasStrangeLetters(run: string): boolean {
  if (/[bcdfghjklmnpqrstvwxz]{5}/i.test(run)) return true;
  const turns = run.match(/[a-z](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g)?.length ?? 0;
  return turns >= 3 && turns * 4 > run.length;
}

/** True for values that look drawn at random rather than written by a person. */
export function looksRandom(value: string): boolean {
  if (value.length === 36 && uuid.test(value)) return true;
  if (value.length >= 12 && countChanges(value) >= 4) return true;
  return /^[A-Za-z0-9]*$/.test(value) ? isRandomRun(value) : value.split(/[^A-Za-z0-9]+/).some(isRandomRun);
}

const weak: ReadonlySet<string> = new Set(secretWords.weakPasswords);

/** True for what is assigned to a password and is none. */
export const isWeakWord = (value: string): boolean => weak.has(lowerAscii(value));

/** True for what reads as code: `request.password`, `this->secret`. */
export const isMember = (value: string): boolean => /^[A-Za-z_][A-Za-z_0-9]*(?:(?:\.|->|::)[A-Za-z_]\w*)+$/.test(value);

/** A value of base64, whose end does not say that code goes on. */
const padded = /^[A-Za-z0-9+/_-]{16,}={1,2}$/;

/** When a password was set, or ends (ISO 8601). */
const timeOfDay = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9:.+-]*Z?$/;

/** True for what a person may have chosen as a password: quoted, bare, or bare and all that a line assigns. */
export function looksLikePassword(value: string, isQuoted: boolean, isWholeLine: boolean): boolean {
  if (value.length < 4 || isWeakWord(value.replace(/(?<![^A-Za-z0-9])[^A-Za-z0-9]+$/, ""))) return false;
  if (/[^\x21-\x7e]/.test(value) || /^[#./$@:&*-]/.test(value) || timeOfDay.test(value)) return false;
  if (/[:([{=]$/.test(value) && !(isQuoted && padded.test(value))) return false;
  if (isQuoted) {
    if (/^[A-Z]?[a-z]+$/.test(value)) return value.length >= 9 && /^[a-z]/.test(value);
    return !(/^[A-Za-z._-]+$/.test(value) && /[._-]/.test(value)) || /^(?:[a-z]+-){1,3}[a-z]+$/.test(value);
  }
  if (isWholeLine && /^[a-z]{9,}$/.test(value)) return true;
  if (value.length < 6 || !/[A-Za-z]/.test(value)) return false;
  if (isMember(value)) return false;
  const hasDigit = /[0-9]/.test(value);
  const hasSign = /[^A-Za-z0-9_.-]/.test(value);
  return (hasDigit && !/^[a-z]+[0-9]$/.test(value)) || (hasSign && /[A-Z]/.test(value));
}
