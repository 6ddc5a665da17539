import { blockLength } from "./ascii-block";

/** Where a block of text that is not ASCII stands as UTF-16 units while it is scanned. One for all sets, as `blockBytes` is. */
export const blockUnits = new Uint16Array(blockLength);

/** Shorter texts are read sooner one by one than they are handed over. */
const minCopied = 48;

interface UnitCopier {
  ucs2Write(text: string): number;
}

interface HostBuffers {
  from(buffer: ArrayBuffer): UnitCopier;
  readonly prototype: Partial<UnitCopier>;
}

/**
 * Some hosts copy the units of a string as they lie in memory, 40 times as fast as they can be asked for one by one. No standard offers that,
 * so it is taken where it is and nothing depends on it. A copy made by a script would be slower than ours.
 */
const { Buffer: host } = globalThis as unknown as { readonly Buffer?: HostBuffers };
const native = /native code/.test(String(host?.prototype.ucs2Write)) ? host?.from(blockUnits.buffer) : undefined;
native?.ucs2Write("\u0102");
/** Units of the other byte order would be others. */
const copier = blockUnits[0] === 0x102 ? native : undefined;

/** Writes the units of the text from `from` to `to`, at most a block, into `blockUnits`. */
export function loadUnits(text: string, from: number, to: number): void {
  const length = to - from;
  if (copier !== undefined && length >= minCopied) {
    copier.ucs2Write(length === text.length ? text : text.substring(from, to));
    return;
  }
  for (let i = 0; i < length; i++) blockUnits[i] = text.charCodeAt(from + i);
}
