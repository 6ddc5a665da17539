/**
 * Where a block of ASCII text stands as bytes while it is scanned. One for all sets: a scan is never interrupted by another.
 */
export const blockLength = 16_384;

/** Room for more than a full block: text that is not ASCII then always writes more bytes than it has units. */
export const blockBytes = new Uint8Array(blockLength + 8);
/** The same bytes, to be read four at a time. */
export const blockView = new DataView(blockBytes.buffer);
const encoder = new TextEncoder();

/** The text that is the block as a whole: one and the same is asked for by all that read it. */
let loaded = "";

/** Texts are looked at in so many places first, since writing one that is not ASCII would be in vain. */
const probes = 8;

/** Returns true when the text from `from` to `to` is ASCII; it then stands in `blockBytes`. */
export function loadAscii(text: string, from: number, to: number): boolean {
  const length = to - from;
  const isWhole = length === text.length;
  if (isWhole && length > 0 && text === loaded) return true;
  loaded = "";
  const apart = Math.max(1, Math.floor(length / probes));
  for (let at = from; at < to; at += apart) if (text.charCodeAt(at) > 127) return false;
  const block = isWhole ? text : text.substring(from, to);
  const { written } = encoder.encodeInto(block, blockBytes);
  if (written !== length) return false;
  if (isWhole) loaded = text;
  return true;
}
