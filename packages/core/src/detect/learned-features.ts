/** Features of one stretch of text: distinct buckets, each once. */
export interface FeatureSink {
  /** Buckets seen, valid up to `count`. */
  readonly buckets: Int32Array;
  count: number;
}

/** Code points in one block; a window is two blocks (SPECIFICATION T-30). */
export const blockLength = 256;

/** A gram, a pair, a word and two words for each code, and the last word. */
const maxFeatures = 4 * (blockLength + 1);
/** Codes of the block that is read, and a blank behind them. */
const codes = new Int32Array(blockLength + 1);

/** A place for features of models with `2 ** bits` buckets; one per model, used again for every block. */
export function createFeatureReader(bits: number): (text: string, start: number, end: number) => FeatureSink {
  const shift = 32 - bits;
  // A byte for each bucket keeps the marks of the shipped models within the processor's nearest cache.
  const stamps = new Uint8Array(1 << bits);
  const buckets = new Int32Array(maxFeatures);
  const sink: FeatureSink = { buckets, count: 0 };
  let stamp = 0;

  /** Notes the bucket of a hash at `count` unless it is there; gives the next count. */
  const add = (hash: number, count: number): number => {
    const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    const bucket = (h ^ (h >>> 12)) >>> shift;
    if (stamps[bucket] === stamp) return count;
    stamps[bucket] = stamp;
    buckets[count] = bucket;
    return count + 1;
  };

  return (text, start, end) => {
    if (stamp === 255) stamps.fill(0);
    stamp = stamp === 255 ? 1 : stamp + 1;
    const length = readCodes(text, start, end);
    codes[length] = 0x20;
    let count = 0;
    for (let i = 3; i < length; i++) {
      let h = Math.imul(gramSeed ^ codes[i - 3]!, prime);
      h = Math.imul(h ^ codes[i - 2]!, prime);
      h = Math.imul(h ^ codes[i - 1]!, prime);
      count = add(Math.imul(h ^ codes[i]!, prime), count);
    }
    let before = 0;
    for (let i = 0; i <= length; i++) {
      let word = wordSeed;
      const first = i;
      for (let code = codes[i]!; isWordCode(code); code = codes[++i]!) {
        if (code >= 0x2e80 && i > 0) count = addPair(codes[i - 1]!, code, count);
        word = Math.imul(word ^ code, prime);
      }
      if (i > first) {
        count = add(word, count);
        if (before !== 0) count = add(Math.imul(before, 31) + word, count);
        before = word;
      }
      const code = codes[i]!;
      if (code >= 0x2e80 && i > 0) count = addPair(codes[i - 1]!, code, count);
    }
    sink.count = count;
    return sink;
  };

  function addPair(first: number, second: number, count: number): number {
    return add(Math.imul(Math.imul(pairSeed ^ first, prime) ^ second, prime), count);
  }
}

const prime = 0x01000193;
const wordSeed = 0x1b873593;
const gramSeed = 0x5bd1e995;
const pairSeed = 0x27d4eb2f;

/** Folded code points of a stretch, blanks run together; gives how many there are. */
function readCodes(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    let code = text.charCodeAt(at);
    if (code < 0x80) code = foldedAscii[code]!;
    else {
      if (code >= 0xd800 && code <= 0xdbff) {
        code = text.codePointAt(at)!;
        if (code > 0xffff) at++;
      }
      code = foldCode(code);
    }
    if (code === 0x20 || code === 0x0a) {
      const last = length > 0 ? codes[length - 1] : 0;
      if (last === 0x0a) continue;
      if (last === 0x20) length--;
    }
    codes[length++] = code;
  }
  return length;
}

/** Small letters for capitals of Latin-1, Greek and Cyrillic, `0` for ASCII digits, one blank for all but line feeds. */
function foldCode(code: number): number {
  if (code < 0x80) {
    if (code >= 0x41 && code <= 0x5a) return code + 32;
    if (code >= 0x30 && code <= 0x39) return 0x30;
    return code === 9 || (code >= 11 && code <= 13) ? 0x20 : code;
  }
  if (code >= 0xc0 && code <= 0xde) return code === 0xd7 ? code : code + 32;
  if (code >= 0x391 && code <= 0x3a9) return code + 32;
  if (code >= 0x400 && code <= 0x42f) return code + (code < 0x410 ? 80 : 32);
  return code === 0xa0 || code === 0x3000 ? 0x20 : code;
}

const foldedAscii = Uint8Array.from({ length: 128 }, (_, code) => foldCode(code));

/** Letters and digits, roughly: what is no blank, sign or punctuation in the common blocks. */
function isWordCode(code: number): boolean {
  return code < 0x80 ? asciiWords[code] === 1 : isFarWordCode(code);
}

const asciiWords = Uint8Array.from({ length: 128 }, (_, code) =>
  Number((code >= 0x61 && code <= 0x7a) || code === 0x30),
);

function isFarWordCode(code: number): boolean {
  if (code < 0xaa || code === 0xd7 || code === 0xf7) return false;
  return !(
    (code >= 0x2000 && code <= 0x2bff) ||
    (code >= 0x3000 && code <= 0x303f) ||
    (code >= 0xff00 && code <= 0xff0f)
  );
}
