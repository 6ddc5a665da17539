import type { CodeRanges } from "./code-ranges";
import type { SyntaxTree } from "./syntax-tree";

/** The last code point of each length in UTF-8, and how many bits its last bytes carry. */
const lastOfLength = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** Returns the same pattern over the UTF-8 bytes of a text, a byte being a code point of 0 to 255. */
export function toByteTree(tree: SyntaxTree): SyntaxTree {
  switch (tree.kind) {
    case "chars":
      return bytesOfRanges(tree.ranges);
    case "sequence":
    case "choice":
      return { kind: tree.kind, items: tree.items.map(toByteTree) };
    case "repeat":
      return { ...tree, item: toByteTree(tree.item) };
    default:
      return tree;
  }
}

const byteRange = (first: number, last: number): SyntaxTree => ({ kind: "chars", ranges: [first, last] });

function bytesOfRanges(ranges: CodeRanges): SyntaxTree {
  const branches: SyntaxTree[] = [];
  for (let i = 0; i < ranges.length; i += 2) splitByLength(ranges[i]!, ranges[i + 1]!, branches);
  return branches.length === 0
    ? { kind: "chars", ranges: [] }
    : branches.length === 1
      ? branches[0]!
      : { kind: "choice", items: branches };
}

function splitByLength(first: number, last: number, branches: SyntaxTree[]): void {
  let from = first;
  for (let length = 1; length <= 4 && from <= last; length++) {
    const to = Math.min(last, lastOfLength[length - 1]!);
    if (from > to) continue;
    splitByBytes(from, to, length, branches);
    from = to + 1;
  }
}

/** Cuts the range until all but one byte position is either fixed or free, then writes a sequence of byte ranges. */
function splitByBytes(first: number, last: number, length: number, branches: SyntaxTree[]): void {
  for (let i = 1; i < length; i++) {
    const mask = 2 ** (6 * i) - 1;
    if ((first & ~mask) === (last & ~mask)) continue;
    if ((first & mask) !== 0) {
      splitByBytes(first, first | mask, length, branches);
      splitByBytes((first | mask) + 1, last, length, branches);
      return;
    }
    if ((last & mask) !== mask) {
      splitByBytes(first, (last & ~mask) - 1, length, branches);
      splitByBytes(last & ~mask, last, length, branches);
      return;
    }
  }
  const low = encode(first, length);
  const high = encode(last, length);
  const items = low.map((byte, i) => byteRange(byte, high[i]!));
  branches.push(items.length === 1 ? items[0]! : { kind: "sequence", items });
}

function encode(codePoint: number, length: number): number[] {
  if (length === 1) return [codePoint];
  const bytes: number[] = [];
  let rest = codePoint;
  for (let i = 1; i < length; i++) {
    bytes.unshift(0x80 | (rest & 0x3f));
    rest >>= 6;
  }
  bytes.unshift([0, 0, 0xc0, 0xe0, 0xf0][length]! | rest);
  return bytes;
}

/** A text as a string of its UTF-8 bytes, with the UTF-16 offset of the character each byte belongs to. */
export interface ByteText {
  readonly text: string;
  /** One longer than `text`; undefined when the text is ASCII and each byte stands where its character does. */
  readonly offsets: Int32Array | undefined;
}

/** Returns the bytes of a text; a lone surrogate counts as U+FFFD. */
export function toByteText(text: string): ByteText {
  if (!/[^\0-\x7f]/.test(text)) return { text, offsets: undefined };
  const parts: string[] = [];
  const offsets = new Int32Array(text.length * 3 + 1);
  let count = 0;
  for (let i = 0; i < text.length; ) {
    let codePoint = text.codePointAt(i)!;
    const width = codePoint > 0xffff ? 2 : 1;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) codePoint = 0xfffd;
    const bytes = encode(codePoint, codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4);
    for (const _ of bytes) offsets[count++] = i;
    parts.push(String.fromCharCode(...bytes));
    i += width;
  }
  offsets[count] = text.length;
  return { text: parts.join(""), offsets: offsets.subarray(0, count + 1) };
}
