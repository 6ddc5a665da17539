import { limits } from "@holdpoint/core";
import { defaults } from "../gen/constants";
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
  /**
   * How much of an own segment counts: what is behind that is still being written, or was written in part as the disk failed,
   * and is written again elsewhere. Undefined for one of another process.
   */
  readonly endOf: (path: string) => number | undefined;
  readonly sizeOf: (path: string) => Promise<number>;
  /** Bytes that were found in a directory that was taken over, and bytes that are no longer there. */
  readonly onFound: (bytes: number) => void;
  readonly onRemove: (bytes: number) => void;
  /** Nothing more comes of a segment. `isGone`: it was there no more, or could not be read and is empty. */
  readonly onEnd: (path: string, isGone: boolean) => void;
  /** There is something that could not be read now. */
  readonly onUnreadable: () => void;
}

/** What is read at first. */
const firstBytes = defaults.spoolSegmentBytes / 8;

/** Longest line: a record as large as one request may be, and its checksum. */
const maxLineBytes = limits.maxRequestBytes + 16;

export function createSegmentReader(options: SegmentReaderOptions): SegmentReader {
  const { directories, join } = options;
  const adopted: string[] = [];
  const segments: string[] = [];
  let offset = 0;
  /** Where to go on in segments that could not be read for a while. */
  const resume = new Map<string, number>();

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

  /** What a batch took of the last pieces, and somewhat more: not all of a segment is read for a part of it. */
  let reachBytes = firstBytes;

  /** A batch, or all that there is; a line longer than a batch may be is one by itself. */
  const readRecords = async (path: string, maxCount: number, maxBytes: number) => {
    const left = Math.max(0, (options.endOf(path) ?? Number.MAX_SAFE_INTEGER) - offset);
    for (let size = Math.min(reachBytes, maxBytes); ; size *= 4) {
      const piece = await directories.readAt(path, offset, Math.min(left, size));
      const records = decodeRecords(piece, maxCount, maxBytes);
      const count = records.texts.length + records.damaged.length;
      const isAll = piece.length < size || size >= (count > 0 ? maxBytes : maxLineBytes);
      if (!isAll && count < maxCount) continue;
      if (count === maxCount) reachBytes = Math.max(firstBytes, Math.ceil(records.length * 1.25));
      return { piece, ...records };
    }
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
        offset = resume.get(path) ?? segmentHeader.length;
        resume.delete(path);
      }
      const { piece, texts, damaged, length } = await readRecords(path, maxCount, maxBytes);
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
        // One that cannot be read now must not hold up the others.
        const unreadable = segments.shift();
        if (unreadable === undefined) return undefined;
        if ((await options.sizeOf(unreadable)) > 0) {
          segments.push(unreadable);
          if (offset > 0) resume.set(unreadable, offset);
          options.onUnreadable();
        } else options.onEnd(unreadable, true);
        offset = 0;
        return undefined;
      }
    },
  };
}
