import type { Directories, GrowingFile } from "../platform/platform";
import { encodeRecords, isSegmentName, segmentHeader, segmentName } from "./segment-format";

/** Appends records to the segments of one directory after another. One call at a time. */
export interface SegmentWriter {
  /**
   * Gives the segment that was written. Rejects with the system's error; a new segment is begun the next time, so that half a
   * line stays at an end.
   */
  append(texts: readonly string[]): Promise<string>;
  /** The same at once, for a process that ends. Throws. */
  appendNow(texts: readonly string[]): void;
  sync(): Promise<void>;
  /** The segment that grows: who has read it to its end closes it by `finish`. */
  readonly current: () => { readonly path: string; readonly length: number } | undefined;
  /** Ends the segment that grows. Never rejects. */
  finish(): Promise<void>;
}

export interface SegmentWriterOptions {
  readonly directories: Directories;
  readonly join: (...parts: string[]) => string;
  /** Where to write now; made if it is not there. */
  readonly directory: () => Promise<string>;
  /** The same, as it is. */
  readonly directoryNow: () => string;
  readonly segmentBytes: number;
  /** Whether a segment can still be found: one that was removed takes what is written as if nothing were wrong. */
  readonly isThere: (path: string) => Promise<boolean>;
  readonly onCreate: (path: string) => void;
  readonly onWrite: (bytes: number, path: string) => void;
}

interface Open {
  readonly directory: string;
  readonly path: string;
  readonly file: GrowingFile;
  length: number;
}

const maxNamesTried = 100;

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directories, join } = options;
  let open: Open | undefined;
  let sequence = 0;
  let busy = false;

  const begin = async (directory: string): Promise<Open> => {
    for (const name of await directories.list(directory))
      if (isSegmentName(name)) sequence = Math.max(sequence, Number.parseInt(name, 10));
    const path = join(directory, segmentName(++sequence));
    const file = await directories.create(path);
    const opened: Open = { directory, path, file, length: 0 };
    open = opened;
    options.onCreate(path);
    await write(opened, new TextEncoder().encode(segmentHeader));
    return opened;
  };
  /** A segment may be about to be made by a call that will never come back: its name is passed over. */
  const beginNow = (): Open => {
    if (!directories.createNow) throw new Error("no segment is open");
    const directory = options.directoryNow();
    for (let tries = 0; ; tries++) {
      const path = join(directory, segmentName(++sequence));
      try {
        const file = directories.createNow(path);
        file.appendNow(new TextEncoder().encode(segmentHeader));
        return { directory, path, file, length: segmentHeader.length };
      } catch (error) {
        if ((error as { code?: unknown }).code !== "EEXIST" || tries > maxNamesTried) throw error;
      }
    }
  };
  const write = async (to: Open, bytes: Uint8Array): Promise<void> => {
    await to.file.append(bytes);
    to.length += bytes.length;
    options.onWrite(bytes.length, to.path);
  };
  const finish = async (): Promise<void> => {
    const last = open;
    open = undefined;
    await last?.file.close();
  };

  return {
    async append(texts) {
      busy = true;
      try {
        const isOver = open && (open.directory !== options.directoryNow() || open.length >= options.segmentBytes);
        if (open && (isOver || !(await options.isThere(open.path)))) await finish();
        // Where a segment still is, its directory need not be made.
        const to = open ?? (await begin(await options.directory()));
        await write(to, encodeRecords(texts));
        return to.path;
      } catch (error) {
        await finish();
        throw error;
      } finally {
        busy = false;
      }
    },
    appendNow(texts) {
      open ??= beginNow();
      // What was being written may be there in part: its line ends here, and all of it is written again.
      open.file.appendNow(encodeRecords(texts, busy ? "\n" : ""));
    },
    sync: async () => open?.file.sync(),
    current: () => open && { path: open.path, length: open.length },
    finish,
  };
}
