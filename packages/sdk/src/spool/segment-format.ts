import { crc32 } from "./crc32";

/** First line of every segment; another one is of a format not known here (clause S-3). */
export const segmentHeader = "holdpoint-spool 1\n";

/** One record as it stands in a segment: checksum of its UTF-8 bytes, a space, the JSON, a line end. */
export function encodeRecord(json: string): Uint8Array {
  const body = encoder.encode(json);
  const prefix = encoder.encode(`${crc32(body).toString(16).padStart(8, "0")} `);
  const line = new Uint8Array(prefix.length + body.length + 1);
  line.set(prefix);
  line.set(body, prefix.length);
  line[line.length - 1] = lineEnd;
  return line;
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
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (line.length === 0) continue;
    const body = line.subarray(prefixLength);
    const checksum = Number.parseInt(decoder.decode(line.subarray(0, prefixLength - 1)), 16);
    if (line.length > prefixLength && crc32(body) === checksum) texts.push(decoder.decode(body));
    else damaged.push(decoder.decode(line));
  }
  return { texts, damaged, length: start };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const lineEnd = 10;
const prefixLength = 9;

/** Segments sort by age: `0000000000000042.seg`. */
export const segmentName = (sequence: number): string => `${String(sequence).padStart(16, "0")}.seg`;

export const isSegmentName = (name: string): boolean => /^\d{16}\.seg$/.test(name);
