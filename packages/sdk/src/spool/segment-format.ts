import { crc32 } from "./crc32";

/** First line of every segment; another one is of a format not known here (clause S-3). */
export const segmentHeader = "holdpoint-spool 1\n";

/** One record as it stands in a segment: checksum of its UTF-8 bytes, a space, the JSON, a line end. */
export const encodeRecord = (json: string): Uint8Array => encodeRecords([json]);

/** Many records one after another, behind `first`: in one piece of memory, not three small ones for each. */
export function encodeRecords(texts: readonly string[], first = ""): Uint8Array {
  const chars = texts.reduce((sum, { length }) => sum + length, first.length);
  // Mostly a code unit is a byte; it takes three at most.
  return encodeInto(chars, texts, first) ?? (encodeInto(3 * chars, texts, first) as Uint8Array);
}

/** Undefined where there is too little room for the texts. */
function encodeInto(room: number, texts: readonly string[], first: string): Uint8Array | undefined {
  const bytes = new Uint8Array(room + texts.length * (prefixLength + 1));
  let at = encoder.encodeInto(first, bytes).written;
  for (const text of texts) {
    const start = at + prefixLength;
    const { read, written } = encoder.encodeInto(text, bytes.subarray(start));
    const end = start + written;
    if (read < text.length || end >= bytes.length) return undefined;
    const checksum = crc32(bytes, start, end);
    for (let digit = 0; digit < 8; digit++)
      bytes[at + digit] = hexDigits[(checksum >>> (28 - 4 * digit)) & 15] as number;
    bytes[start - 1] = space;
    bytes[end] = lineEnd;
    at = end + 1;
  }
  return bytes.subarray(0, at);
}

export interface DecodedRecords {
  /** Whole and unharmed, oldest first. */
  readonly texts: string[];
  /** Whole lines that are not what was written. */
  readonly damaged: string[];
  /** Bytes that were decoded; a line without its end is left for later. */
  readonly length: number;
}

/** Records out of a piece of a segment that begins at the start of a line; at most `maxCount`, and `maxBytes` but for the first. */
export function decodeRecords(bytes: Uint8Array, maxCount: number, maxBytes: number): DecodedRecords {
  const texts: string[] = [];
  const damaged: string[] = [];
  let start = 0;
  while (texts.length + damaged.length < maxCount) {
    const end = bytes.indexOf(lineEnd, start);
    if (end < 0 || (start > 0 && end > maxBytes)) break;
    const line = start;
    const body = line + prefixLength;
    start = end + 1;
    if (end === line) continue;
    if (end > body && crc32(bytes, body, end) === readChecksum(bytes, line))
      texts.push(decoder.decode(bytes.subarray(body, end)));
    else damaged.push(decoder.decode(bytes.subarray(line, end)));
  }
  return { texts, damaged, length: start };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const hexDigits = encoder.encode("0123456789abcdef");
const space = 32;
const lineEnd = 10;
const prefixLength = 9;

/** NaN for what is none. */
function readChecksum(bytes: Uint8Array, at: number): number {
  let checksum = 0;
  for (let digit = 0; digit < 8; digit++) {
    const value = hexDigits.indexOf(bytes[at + digit] as number);
    if (value < 0) return Number.NaN;
    checksum = 16 * checksum + value;
  }
  return checksum;
}

/** Segments sort by age: `0000000000000042.seg`. */
export const segmentName = (sequence: number): string => `${String(sequence).padStart(16, "0")}.seg`;

export const isSegmentName = (name: string): boolean => /^\d{16}\.seg$/.test(name);
