import { limits } from "@holdpoint/core";
import type { Directories } from "../platform/platform";
import { decodeRecords, isSegmentName, segmentHeader } from "./segment-format";

export interface ReadBatch {
  readonly texts: readonly string[];
  readonly damaged: readonly string[];
  /** The segment they are from. */
  readonly path: string;
  /** Moves on behind them; a segment read to its end is removed. Never rejects. */
  settle(): Promise<void>;
}

/** Reads segments oldest first: directories in the order they were added, the own one last. */
export interface SegmentReader {
  addDirectory(path: string): void;
  addSegment(path: string): void;
  /** Undefined when all that can be read has been. Never rejects. */
  take(maxCount: number, maxBytes: number): Promise<ReadBatch | undefined>;
}

export interface SegmentReaderOptions {
  readonly directories: Directories;
  readonly join: (...parts: string[]) => string;
  /** The segment that still grows, and how much of it is written. */
  readonly growing: () => { readonly path: string; readonly length: number } | undefined;
  /** Ends the segment that grows, once all of it is read. */
  readonly finishGrowing: () => Promise<void>;
  readonly sizeOf: (path: string) => Promise<number>;
  /** Bytes that were found in a directory that was taken over, and bytes that are no longer there. */
  readonly onFound: (bytes: number) => void;
  readonly onRemove: (bytes: number) => void;
  /** Nothing more comes of a segment. `isGone`: it was there no more, or could not be read and is empty. */
  readonly onEnd: (path: string, isGone: boolean) => void;
}

/** Longest line: a record as large as one request may be, and its checksum. */
const maxLineBytes = limits.maxRequestBytes + 16;

export function createSegmentReader(options: SegmentReaderOptions): SegmentReader {
  const { directories, join } = options;
  const adopted: string[] = [];
  const segments: string[] = [];
  let offset = 0;

  /** Segments of directories that were taken over go before the own ones. */
  const openNext = async (): Promise<string | undefined> => {
    const directory = adopted.shift();
    if (directory === undefined) return segments[0];
    const names = (await directories.list(directory)).filter(isSegmentName).sort();
    if (names.length === 0) {
      await directories.remove(directory).catch(() => undefined);
      return openNext();
    }
    const found = names.map((name) => join(directory, name));
    segments.unshift(...found);
    for (const path of found) options.onFound(await options.sizeOf(path));
    return segments[0];
  };

  const drop = async (path: string, bytes: number): Promise<void> => {
    segments.shift();
    offset = 0;
    await directories.remove(path).catch(() => undefined);
    options.onRemove(bytes);
    options.onEnd(path, false);
  };

  const readPiece = async (path: string, maxBytes: number): Promise<Uint8Array> => {
    const growing = options.growing();
    const length = growing?.path === path ? Math.max(0, growing.length - offset) : Number.MAX_SAFE_INTEGER;
    const piece = await directories.readAt(path, offset, Math.min(length, maxBytes));
    // A line longer than the piece asked for needs a longer one.
    return piece.indexOf(10) < 0 && piece.length === maxBytes
      ? directories.readAt(path, offset, Math.min(length, maxLineBytes))
      : piece;
  };

  const takeNext = async (maxCount: number, maxBytes: number): Promise<ReadBatch | undefined> => {
    for (;;) {
      const path = (offset === 0 ? await openNext() : undefined) ?? segments[0];
      if (path === undefined) return undefined;
      if (offset === 0) {
        const head = new TextDecoder().decode(await directories.readAt(path, 0, segmentHeader.length));
        if (options.growing()?.path === path && options.growing()?.length === 0) return undefined;
        if (head !== segmentHeader && !(await skipUnknown(path, head))) return undefined;
        if (head !== segmentHeader) continue;
        offset = segmentHeader.length;
      }
      const piece = await readPiece(path, maxBytes);
      const { texts, damaged, length } = decodeRecords(piece, maxCount, maxBytes);
      if (texts.length + damaged.length > 0) {
        const settle = async (): Promise<void> => {
          offset += length;
          if (options.growing()?.path === path && options.growing()?.length === offset) await options.finishGrowing();
        };
        return { texts, damaged, path, settle };
      }
      if (options.growing()?.path === path) return undefined;
      // Half a line at the end was never acknowledged: its writer was stopped in the middle of it.
      await drop(path, offset + piece.length);
    }
  };

  /** A segment that was begun and not written, or of a format that is not known: the latter is left where it is. */
  const skipUnknown = async (path: string, head: string): Promise<boolean> => {
    if (segmentHeader.startsWith(head)) await drop(path, head.length);
    else segments.shift();
    return true;
  };

  return {
    addDirectory: (path) => void adopted.push(path),
    addSegment: (path) => void segments.push(path),
    async take(maxCount, maxBytes) {
      try {
        return await takeNext(maxCount, maxBytes);
      } catch {
        // One that cannot be read now must not hold up the others; what is read twice is stored once.
        const unreadable = segments.shift();
        offset = 0;
        if (unreadable === undefined) return undefined;
        if ((await options.sizeOf(unreadable)) > 0) segments.push(unreadable);
        else options.onEnd(unreadable, true);
        return undefined;
      }
    },
  };
}
