import { matchLimits } from "../../gen/match-limits";
import { decodeUtf8 } from "./decode-utf8";
import { createTextEditor, type EditedText } from "./edit-text";
import { readEntity } from "./html-entities";

/** What one normalisation may still decode. */
export interface DecodeBudget {
  runs: number;
  length: number;
}

const percentRun = /(?:%[0-9A-Fa-f]{2})+/g;
const entity = /&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,6});/g;
const base64Run = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const allHex = /^(?:[0-9A-Fa-f]{2})+$/;

/** Which runs are decoded: all, or those in signs of their own (percent, HTML entities), not hex and base64. */
export type DecodedRuns = "all" | "signs";

/** Returns the text with percent, HTML-entity, hex and base64 runs decoded where they hold readable UTF-8. */
export function decodeRuns(text: string, budget: DecodeBudget, which: DecodedRuns = "all"): EditedText {
  if (!mayHoldRuns(text)) return { text, edits: noEdits };
  const editor = createTextEditor(text);
  for (const { start, end, decode } of findRuns(text, which)) {
    if (budget.runs <= 0) break;
    const run = text.slice(start, end);
    const decoded = decode(run);
    if (decoded === undefined || decoded.length > budget.length) continue;
    budget.runs--;
    budget.length -= decoded.length;
    editor.replace(start, end, decoded);
  }
  return editor.finish();
}

const noEdits: readonly number[] = [];

/** False for most texts: nothing in them looks like a code. */
export const mayHoldRuns = (text: string): boolean => text.includes("%") || text.includes("&") || hasLongRun(text);

interface Run {
  readonly start: number;
  readonly end: number;
  readonly decode: (run: string) => string | undefined;
}

/** Returns runs by start; of two that overlap the first, and the longer of two that start together. */
function findRuns(text: string, which: DecodedRuns): Run[] {
  const runs: Run[] = [];
  const collect = (syntax: RegExp, decode: Run["decode"]) => {
    for (const match of text.matchAll(syntax))
      runs.push({ start: match.index, end: match.index + match[0].length, decode });
  };
  if (text.includes("%")) collect(percentRun, decodePercent);
  if (text.includes("&")) collect(entity, readEntity);
  if (which === "all" && hasLongRun(text)) collect(base64Run, decodeHexOrBase64);
  runs.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return runs.filter((run) => {
    if (run.start < end) return false;
    end = run.end;
    return true;
  });
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
const isBase64 = Uint8Array.from({ length: 128 }, (_, unit) =>
  Number(base64Digits.includes(String.fromCharCode(unit))),
);

/** True when some run of base64 characters is long enough to look at; reads about a third of ordinary text. */
function hasLongRun(text: string): boolean {
  const length = matchLimits.minEncodedRun;
  for (let start = 0; start + length <= text.length; ) {
    let at = start + length - 1;
    for (; at >= start; at--) {
      const unit = text.charCodeAt(at);
      if (unit > 127 || isBase64[unit] === 0) break;
    }
    if (at < start) return true;
    start = at + 1;
  }
  return false;
}

function decodePercent(run: string): string | undefined {
  const bytes: number[] = [];
  for (let i = 1; i < run.length; i += 3) bytes.push(Number.parseInt(run.slice(i, i + 2), 16));
  return readable(decodeUtf8(bytes));
}

/** What is no code: a number of up to 31 digits (a card, an account), one character over and over. */
const plainRun = /^(?:[0-9]{1,31}|(.)\1*)$/;

/** Of a long run so many digits are looked at before all of it is decoded: most that look like base64 are not text. */
const looksFirst = 64;

/** Whether bytes begin a text; the last of them may begin a character that goes on. */
function isPlausible(bytes: readonly number[] | undefined): boolean {
  return (
    bytes !== undefined &&
    [0, 1, 2, 3].some((cut) => readable(decodeUtf8(bytes.slice(0, bytes.length - cut))) !== undefined)
  );
}

function decodeHexOrBase64(run: string): string | undefined {
  if (plainRun.test(run)) return undefined;
  if (allHex.test(run) && (run.length <= 4 * looksFirst || isPlausible(decodeHex(run.slice(0, looksFirst))))) {
    const decoded = readable(decodeUtf8(decodeHex(run)));
    if (decoded !== undefined) return decoded;
  }
  if (run.length > 4 * looksFirst && !isPlausible(decodeBase64(run.slice(0, looksFirst)))) return undefined;
  const bytes = decodeBase64(run.replace(/=+$/, ""));
  return bytes === undefined ? undefined : readable(decodeUtf8(bytes));
}

function decodeHex(digits: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < digits.length; i += 2) bytes.push(Number.parseInt(digits.slice(i, i + 2), 16));
  return bytes;
}

function decodeBase64(digits: string): number[] | undefined {
  if (digits.length % 4 === 1) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (let i = 0; i < digits.length; i++) {
    bits = ((bits << 6) | base64Value(digits.charCodeAt(i))) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return bytes;
}

function base64Value(c: number): number {
  if (c >= 0x61) return c === 0x5f ? 63 : c - 0x61 + 26;
  if (c === 0x5f) return 63;
  if (c >= 0x41) return c - 0x41;
  if (c >= 0x30) return c - 0x30 + 52;
  return c === 0x2b || c === 0x2d ? 62 : 63;
}

/** Returns the text unless it holds control characters, which no hidden instruction would. */
function readable(text: string | undefined): string | undefined {
  return text === undefined || /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(text) ? undefined : text;
}
