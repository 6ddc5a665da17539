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
const codes = new Int32Array(blockLength);

/** A place for features of models with `2 ** bits` buckets; one per model, used again for every block. */
export function createFeatureReader(bits: number): (text: string, start: number, end: number) => FeatureSink {
  const shift = 32 - bits;
  const stamps = new Int32Array(1 << bits);
  const sink: FeatureSink = { buckets: new Int32Array(maxFeatures), count: 0 };
  let stamp = 0;

  const add = (hash: number): void => {
    let h = hash ^ (hash >>> 15);
    h = Math.imul(h, 0x2c1b3c6d);
    h ^= h >>> 12;
    const bucket = h >>> shift;
    if (stamps[bucket] === stamp) return;
    stamps[bucket] = stamp;
    sink.buckets[sink.count++] = bucket;
  };

  return (text, start, end) => {
    if (stamp === 0x7fffffff) stamps.fill(0);
    stamp = stamp === 0x7fffffff ? 1 : stamp + 1;
    sink.count = 0;
    const length = readCodes(text, start, end);
    let word = wordSeed;
    let size = 0;
    let before = 0;
    for (let i = 0; i <= length; i++) {
      const code = i < length ? codes[i]! : 0x20;
      if (i >= 3 && i < length) {
        let h = Math.imul(gramSeed ^ codes[i - 3]!, prime);
        h = Math.imul(h ^ codes[i - 2]!, prime);
        h = Math.imul(h ^ codes[i - 1]!, prime);
        add(Math.imul(h ^ code, prime));
      }
      if (code >= 0x2e80 && i >= 1 && i < length)
        add(Math.imul(Math.imul(pairSeed ^ codes[i - 1]!, prime) ^ code, prime));
      if (isWordCode(code)) {
        word = Math.imul(word ^ code, prime);
        size++;
      } else if (size > 0) {
        add(word);
        if (before !== 0) add(Math.imul(before, 31) + word);
        before = word;
        word = wordSeed;
        size = 0;
      }
    }
    return sink;
  };
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
    if (code >= 0xd800 && code <= 0xdbff) {
      code = text.codePointAt(at)!;
      if (code > 0xffff) at++;
    }
    code = foldCode(code);
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

/** Letters and digits, roughly: what is no blank, sign or punctuation in the common blocks. */
function isWordCode(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || code === 0x30;
  if (code < 0xaa || code === 0xd7 || code === 0xf7) return false;
  return !(
    (code >= 0x2000 && code <= 0x2bff) ||
    (code >= 0x3000 && code <= 0x303f) ||
    (code >= 0xff00 && code <= 0xff0f)
  );
}
