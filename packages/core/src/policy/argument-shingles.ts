import { canonicalJson } from "../decide/canonical-json";
import { sha256Hex, utf8Bytes } from "../decide/digest";
import { limits } from "../gen/tables";

/** What is kept of the arguments of a call: enough to compare, too little to read. */
export interface ArgumentSummary {
  readonly digest: string;
  readonly shingles: readonly number[];
}

/** A digest of any JSON value: 16 hex digits of the SHA-256 of its canonical form. */
export const digestValue = (value: unknown): string => sha256Hex(canonicalJson(value)).slice(0, 16);

/**
 * Words of the canonical JSON of arguments (runs of ASCII letters, digits and `_`; every other code point beyond ASCII
 * by itself), at most `maxArgumentTokens`, and of each pair of neighbours the CRC-32 of both with a space between them,
 * sorted (SPECIFICATION P-24).
 */
export function summariseArguments(args: unknown): ArgumentSummary {
  const text = canonicalJson(args);
  const bytes = utf8Bytes(text);
  const words = listWords(bytes);
  const shingles: number[] = [];
  for (let index = 1; index < words.length; index++) {
    const [left, right] = [words[index - 1] as Span, words[index] as Span];
    let crc = addToCrc(0xffffffff, bytes, left);
    crc = (table[(crc ^ 0x20) & 0xff] as number) ^ (crc >>> 8);
    shingles.push((addToCrc(crc, bytes, right) ^ 0xffffffff) >>> 0);
  }
  return { digest: sha256Hex(bytes).slice(0, 16), shingles: shingles.sort((a, b) => a - b) };
}

/**
 * Whether two calls' arguments are more alike than a threshold in thousandths: 2000 · shared > threshold · (all of one
 * + all of the other), over multisets. Equal digests are alike under any threshold below 1.
 */
export function areAlike(a: ArgumentSummary, b: ArgumentSummary, thousandths: number): boolean {
  if (a.digest === b.digest) return thousandths < 1000;
  let shared = 0;
  for (let left = 0, right = 0; left < a.shingles.length && right < b.shingles.length; ) {
    const difference = (a.shingles[left] as number) - (b.shingles[right] as number);
    if (difference === 0) shared++;
    if (difference <= 0) left++;
    if (difference >= 0) right++;
  }
  return 2000 * shared > thousandths * (a.shingles.length + b.shingles.length);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function listWords(bytes: Uint8Array): Span[] {
  const words: Span[] = [];
  let index = 0;
  while (index < bytes.length && words.length < limits.maxArgumentTokens) {
    const start = index;
    const byte = bytes[index++] as number;
    if (byte >= 0x80) while (((bytes[index] ?? 0) & 0xc0) === 0x80) index++;
    else if (isWordByte(byte)) while (isWordByte(bytes[index] ?? 0)) index++;
    else continue;
    words.push({ start, end: index });
  }
  return words;
}

const isWordByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;

/** CRC-32 as in ISO 3309, reflected. */
const table = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function addToCrc(crc: number, bytes: Uint8Array, { start, end }: Span): number {
  let value = crc;
  for (let index = start; index < end; index++)
    value = (table[(value ^ (bytes[index] as number)) & 0xff] as number) ^ (value >>> 8);
  return value;
}
