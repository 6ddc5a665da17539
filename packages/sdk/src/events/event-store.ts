import type { QueuedTrace } from "./event-queue";

/** Traces on their way out, as JSON, oldest first. */
export interface StoredBatch {
  readonly texts: readonly string[];
  /** How many of them this client has pushed itself; the others are left over from processes before it. */
  readonly own: number;
  /** Own traces that were lost on the way here, counted by reason already. */
  readonly lost: number;
  /** They will be given out once more, and are counted then: a disk that is back has taken them. */
  readonly comesAgain?: boolean;
  /** All of it is sent or set aside: it need not be kept. Never rejects. */
  settle(): Promise<void>;
}

/** Where traces wait: memory, or a spool on disk. One batch is out at a time. */
export interface EventStore {
  /** False when there is no room. O(1), never waits, never throws. */
  push(item: QueuedTrace): boolean;
  /** The oldest that wait; undefined when there are none. Never rejects. */
  take(maxCount: number, maxChars: number): Promise<StoredBatch | undefined>;
  /** The same at once; absent where what waits survives this process anyway. */
  takeNow?(maxCount: number, maxChars: number): StoredBatch | undefined;
  /** Resolves when all that was pushed is as safe as it can be made here. Never rejects. */
  secure(): Promise<void>;
  /** Keeps what will never be taken by the server for a human to look at, where there is a place for it. */
  setAside(text: string, reason: string): void;
  /** Traces that would survive the end of this process. */
  readonly isDurable: boolean;
  /** Traces pushed and not yet taken. */
  readonly size: () => number;
  /** Stops; what is not on disk is lost. Gives how many a disk did not take, counted as closed already. Never rejects. */
  close(): Promise<number>;
  readonly stats: () => SpoolStats | undefined;
}

export interface SpoolStats {
  /** Bytes of segments that wait on disk. */
  readonly bytes: number;
  /** Directories taken over from processes that ended. */
  readonly adopted: number;
  /** Traces set aside: refused by the server for good, or damaged on disk. */
  readonly setAside: number;
  /** The system's error while the disk cannot be written; traces then wait in memory. */
  readonly failing: string | undefined;
}
