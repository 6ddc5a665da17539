import type { FeatureReader } from "./learned-features";
import { blockLength } from "./learned-features";

/** Called with each stretch of a text, in UTF-16 code units, and its margin by itself. */
export type TakeStretch = (start: number, end: number, margin: number) => void;

/** Code points that a stretch has at least, unless its text ends before. */
const leastStretch = 16;

/** What ends a sentence (SPECIFICATION T-64). */
const farEnds: ReadonlySet<number> = new Set([..."。！？؟।"].map((sign) => sign.charCodeAt(0)));
const nearEnds = Uint8Array.from({ length: 128 }, (_, code) => Number("\n.!?;".includes(String.fromCharCode(code))));

/**
 * Reads a text from `from` to `to` in stretches (SPECIFICATION T-68): up to the end of a sentence, and no longer than a block.
 * What is said again right away has the same margin.
 */
export function readStretches(
  text: string,
  from: number,
  to: number,
  isLoaded: boolean,
  read: FeatureReader,
  marginOf: (sum: number, count: number) => number,
  take: TakeStretch,
): void {
  let lastStart = 0;
  let lastEnd = 0;
  let margin = 0;
  for (let start = from; start < to; ) {
    const end = isLoaded ? endOfAscii(text, start, to) : endOfStretch(text, start, to);
    if (!repeats(text, lastStart, lastEnd, start, end)) {
      const { sum, count } = read(text, start, end, isLoaded);
      margin = marginOf(sum, count);
    }
    take(start, end, margin);
    lastStart = start;
    lastEnd = end;
    start = end;
  }
}

/** Whether two stretches hold the same; most do not end with the same character. */
export const repeats = (text: string, start: number, end: number, nextStart: number, nextEnd: number): boolean =>
  end - start === nextEnd - nextStart &&
  text.charCodeAt(end - 1) === text.charCodeAt(nextEnd - 1) &&
  text.startsWith(text.slice(start, end), nextStart);

function endOfAscii(text: string, start: number, to: number): number {
  const most = Math.min(to, start + blockLength);
  for (let at = start + leastStretch - 1; at < most; at++) if (nearEnds[text.charCodeAt(at)] === 1) return at + 1;
  return most;
}

function endOfStretch(text: string, start: number, to: number): number {
  let length = 0;
  for (let at = start; at < to; ) {
    const code = text.charCodeAt(at++);
    if (code >= 0xd800 && code <= 0xdbff && at < to && (text.charCodeAt(at) & 0xfc00) === 0xdc00) at++;
    length++;
    if (length === blockLength) return at;
    if (length >= leastStretch && (code < 128 ? nearEnds[code] === 1 : farEnds.has(code))) return at;
  }
  return to;
}
