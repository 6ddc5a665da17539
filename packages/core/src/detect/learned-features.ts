import { blockBytes } from "../match/ascii-block";

/** Features of one stretch of text: distinct buckets, each once. */
export interface FeatureSink {
  /** Buckets seen, valid up to `count`. */
  readonly buckets: Int32Array;
  count: number;
  /** What they weigh together. */
  sum: number;
}

/**
 * Reads the features of a stretch; the sink is valid until the next one is read. `isLoaded` says that the whole text is ASCII and
 * stands in the matcher's block.
 */
export type FeatureReader = (text: string, start: number, end: number, isLoaded?: boolean) => FeatureSink;

/** Code points in one block; a window is two blocks (SPECIFICATION T-30). */
export const blockLength = 256;

/** A gram, a pair, a word and two words for each code, and the last word. */
const maxFeatures = 4 * (blockLength + 1);

/** A place for features of models with `2 ** bits` buckets; one per model, used again for every block. */
export function createFeatureReader(bits: number, weights?: Int8Array): FeatureReader {
  const shift = 32 - bits;
  // By bucket: a mark of the block it was last seen in, and its weight. Side by side, for memory is what this waits for.
  const unmarked = Uint16Array.from({ length: 1 << bits }, (_, bucket) => (weights?.[bucket] ?? 0) & 255);
  const table = unmarked.slice();
  const buckets = new Int32Array(maxFeatures);
  const sink: FeatureSink = { buckets, count: 0, sum: 0 };
  const found = hashes;
  let lastMark = 0;
  return (text, start, end, isLoaded = false) => {
    if (lastMark === 255) table.set(unmarked);
    const mark = lastMark === 255 ? 1 : lastMark + 1;
    lastMark = mark;
    const total = hashFeatures(isLoaded ? readAsciiCodes(start, end) : readCodes(text, start, end));
    let count = 0;
    let sum = 0;
    for (let i = 0; i < total; i++) {
      const hash = found[i]!;
      const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      const bucket = (h ^ (h >>> 12)) >>> shift;
      const entry = table[bucket]!;
      // Without a branch: whether a bucket is new nobody could foretell.
      const isNew = (((entry >>> 8) ^ mark) + 255) >>> 8;
      table[bucket] = (mark << 8) | (entry & 255);
      buckets[count] = bucket;
      count += isNew;
      sum += ((entry << 24) >> 24) & -isNew;
    }
    sink.count = count;
    sink.sum = sum;
    return sink;
  };
}

/** Slots of a set of at most `maxFeatures` buckets: many enough that most stand where they are looked for first. */
const setSlots = 4096;

/**
 * The same without weights, and with little memory beside the text: what models of many buckets are asked for seldom would otherwise
 * be waited for each time.
 */
export function createBucketReader(bits: number): FeatureReader {
  const shift = 32 - bits;
  // A bucket and, above it, the number of the block that it was seen in.
  const slots = new Int32Array(setSlots);
  const buckets = new Int32Array(maxFeatures);
  const sink: FeatureSink = { buckets, count: 0, sum: 0 };
  const found = hashes;
  const lastBlock = (1 << (31 - bits)) - 1;
  let block = 0;
  return (text, start, end, isLoaded = false) => {
    if (block === lastBlock) slots.fill(0);
    block = block === lastBlock ? 1 : block + 1;
    const mark = block << bits;
    const total = hashFeatures(isLoaded ? readAsciiCodes(start, end) : readCodes(text, start, end));
    let count = 0;
    for (let i = 0; i < total; i++) {
      const hash = found[i]!;
      const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      const bucket = (h ^ (h >>> 12)) >>> shift;
      const entry = mark | bucket;
      let slot = bucket & (setSlots - 1);
      while (slots[slot]! >= mark && slots[slot] !== entry) slot = (slot + 1) & (setSlots - 1);
      if (slots[slot] === entry) continue;
      slots[slot] = entry;
      buckets[count++] = bucket;
    }
    sink.count = count;
    return sink;
  };
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

const asciiBlanks = Uint8Array.from({ length: 128 }, (_, code) => Number(code === 0x20 || code === 0x0a));
const foldedAscii = Uint8Array.from({ length: 128 }, (_, code) => foldCode(code));

const asciiWords = Uint8Array.from({ length: 128 }, (_, code) =>
  Number((code >= 0x61 && code <= 0x7a) || code === 0x30),
);

/** Whether a code beyond ASCII is part of a word. */
export function isFarWordCode(code: number): boolean {
  if (code < 0xaa || code === 0xd7 || code === 0xf7) return false;
  return !(
    (code >= 0x2000 && code <= 0x2bff) ||
    (code >= 0x3000 && code <= 0x303f) ||
    (code >= 0xff00 && code <= 0xff0f)
  );
}

/** What a function closes over is known to the compiler for good, and then reading it costs half as much. */
function bindTables(bytes: Uint8Array, folded: Uint8Array, blanks: Uint8Array, words: Uint8Array) {
  const prime = 0x01000193;
  const wordSeed = 0x1b873593;
  const gramSeed = 0x5bd1e995;
  const pairSeed = 0x27d4eb2f;
  /** Codes of the block that is read, and a blank behind them. */
  const codes = new Int32Array(blockLength + 1);
  /** Hashes of its features, those that come again included. */
  const hashes = new Int32Array(maxFeatures);
  /** Letters and digits, roughly: what is no blank, sign or punctuation in the common blocks. */
  const isWordCode = (code: number): boolean => (code < 0x80 ? words[code] === 1 : isFarWordCode(code));

  const hashPair = (first: number, second: number): number =>
    Math.imul(Math.imul(pairSeed ^ first, prime) ^ second, prime);

  /** Folded code points of a stretch, blanks run together; gives how many there are. */
  function readCodes(text: string, start: number, end: number): number {
    let length = 0;
    for (let at = start; at < end; at++) {
      let code = text.charCodeAt(at);
      if (code < 0x80) code = folded[code]!;
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

  /** The same as `readCodes` for ASCII that stands in the matcher's block. */
  function readAsciiCodes(start: number, end: number): number {
    let length = 0;
    let isAfterBlank = 0;
    for (let at = start; at < end; at++) {
      const code = folded[bytes[at]!]!;
      const isBlank = blanks[code]!;
      if ((isBlank & isAfterBlank) !== 0) {
        // Blanks run together, and a line feed among them is what is left.
        if (code === 0x0a) codes[length - 1] = 0x0a;
        continue;
      }
      codes[length++] = code;
      isAfterBlank = isBlank;
    }
    return length;
  }

  /** Leaves the hashes of the first so many codes in `hashes`: of each four in a row, words, two words, pairs; gives how many there are. */
  function hashFeatures(length: number): number {
    codes[length] = 0x20;
    let total = 0;
    let [first, second, third] = [codes[0]!, codes[1]!, codes[2]!];
    for (let i = 3; i < length; i++) {
      const fourth = codes[i]!;
      const h = Math.imul(Math.imul(gramSeed ^ first, prime) ^ second, prime);
      hashes[total++] = Math.imul(Math.imul(h ^ third, prime) ^ fourth, prime);
      first = second;
      second = third;
      third = fourth;
    }
    let before = 0;
    for (let i = 0; i <= length; i++) {
      let word = wordSeed;
      const from = i;
      for (let code = codes[i]!; isWordCode(code); code = codes[++i]!) {
        if (code >= 0x2e80 && i > 0) hashes[total++] = hashPair(codes[i - 1]!, code);
        word = Math.imul(word ^ code, prime);
      }
      if (i > from) {
        hashes[total++] = word;
        if (before !== 0) hashes[total++] = Math.imul(before, 31) + word;
        before = word;
      }
      const code = codes[i]!;
      if (code >= 0x2e80 && i > 0) hashes[total++] = hashPair(codes[i - 1]!, code);
    }
    return total;
  }

  return { hashes, readAsciiCodes, readCodes, hashFeatures };
}

const { hashes, readAsciiCodes, readCodes, hashFeatures } = bindTables(
  blockBytes,
  foldedAscii,
  asciiBlanks,
  asciiWords,
);
