import type { DropCounter } from "../events/drop-counter";
import { createEventQueue } from "../events/event-queue";
import type { EventStore, StoredBatch } from "../events/event-store";
import { defaults } from "../gen/constants";
import type { Files, Platform } from "../platform/platform";
import type { SpoolSync } from "../types";
import { createOwners } from "./owners";
import { createSegmentReader } from "./segment-reader";
import { createSegmentWriter } from "./segment-writer";
import { createSetAside } from "./set-aside";

export interface SpoolOptions {
  readonly platform: Platform;
  readonly files: Files;
  readonly root: string;
  readonly drops: DropCounter;
  readonly capacity: number;
  readonly capacityBytes: number;
  readonly maxBytes: number;
  readonly sync: SpoolSync;
  /** A trace as JSON; undefined when it cannot be sent, and is counted. */
  readonly writeText: (item: { toJson(): string }) => string | undefined;
  /** There is something to send again: left over by another process, or the disk is back. */
  readonly onNews: () => void;
}

/**
 * Traces wait on disk (clauses S-1 to S-8). What is pushed goes through a bounded queue in memory to a segment, in the
 * turn of the event loop after the call; sending reads it back from there. While the disk cannot be written, traces
 * are sent out of memory as if there were none.
 */
export function createSpool(options: SpoolOptions): EventStore | undefined {
  const { platform, files, root } = options;
  const { directories } = files;
  if (!directories) return undefined;
  const { clock, crypto } = platform;
  const join = files.join;
  const queue = createEventQueue(options.capacity, options.capacityBytes);
  const owners = createOwners({ directories, join, clock, randomUuid: crypto.randomUuid, root });
  const setAside = createSetAside(directories, () => join(root, `set-aside-${crypto.randomUuid()}.jsonl`));
  let waiting: string[] = [];
  let lost = 0;
  let bytes = 0;
  let adopted = 0;
  let failing: string | undefined;
  let retryAtMs = 0;
  let writing: Promise<void> | undefined;
  let cancelWrite: (() => void) | undefined;
  let dirty = false;
  let closed = false;
  /** Something could not be read: the next beat has it tried again. */
  let unreadable = false;
  /** The first of those that wait, on their way to the server out of memory. */
  let lent: { readonly count: number; isWritten: boolean } | undefined;
  let cancelRetry: (() => void) | undefined;
  /** Own segments: their records that are not settled, and their bytes. */
  const unread = new Map<string, { records: number; bytes: number }>();
  const countUnread = (path: string, records: number, more = 0): void => {
    const known = unread.get(path);
    unread.set(path, { records: (known?.records ?? 0) + records, bytes: (known?.bytes ?? 0) + more });
  };
  /** What somebody has removed or cut off is not sent any more (clause S-8). */
  const endSegment = (path: string, isGone: boolean): void => {
    const left = unread.get(path);
    unread.delete(path);
    if (left && left.records > 0) {
      lost += left.records;
      options.drops.add("damaged", left.records);
    }
    if (left && isGone) bytes = Math.max(0, bytes - left.bytes);
  };

  const reader = createSegmentReader({
    directories,
    join,
    growing: () => writer.current(),
    finishGrowing: () => writer.finish(),
    endOf: (path) => unread.get(path)?.bytes,
    sizeOf: async (path) => (await files.stamp(path))?.sizeBytes ?? 0,
    onFound: (found) => void (bytes += found),
    onRemove: (removed) => void (bytes = Math.max(0, bytes - removed)),
    onEnd: endSegment,
    onUnreadable() {
      unreadable = true;
    },
  });
  const writer = createSegmentWriter({
    directories,
    join,
    directory: owners.own,
    directoryNow: owners.ownNow,
    segmentBytes: defaults.spoolSegmentBytes,
    isThere: async (path) => (await files.stamp(path)) !== undefined,
    onCreate: reader.addSegment,
    onWrite(written, path) {
      bytes += written;
      countUnread(path, 0, written);
    },
  });

  /** Texts of what is queued, up to a chunk; what cannot be written is counted. */
  const fill = (): void => {
    let chars = waiting.reduce((sum, { length }) => sum + length, 0);
    while (chars < defaults.spoolChunkChars) {
      const item = queue.take();
      if (!item) return;
      const text = options.writeText(item);
      if (text === undefined) lost++;
      else {
        waiting.push(text);
        chars += text.length;
      }
    }
  };
  const mayWrite = (): boolean =>
    bytes < options.maxBytes && (failing === undefined || clock.monotonicMs() >= retryAtMs);

  const writeAll = async (): Promise<void> => {
    for (fill(); waiting.length > 0 && mayWrite(); fill()) {
      const chunk = waiting;
      try {
        countUnread(await writer.append(chunk), chunk.length);
        waiting = waiting.slice(chunk.length);
        if (lent) lent.isWritten = true;
        lent = undefined;
        if (options.sync === "always") await writer.sync();
        else dirty = true;
        failing = undefined;
      } catch (error) {
        failing = describe(error);
        retryAtMs = clock.monotonicMs() + defaults.spoolRetryMs;
        cancelRetry?.();
        if (!closed) cancelRetry = clock.schedule(() => void write(), defaults.spoolRetryMs);
      }
    }
  };
  /** A disk that does not keep what it took is in trouble too: `stats()` says so, and it is asked again. */
  const syncNow = async (): Promise<void> => {
    dirty = false;
    try {
      await writer.sync();
    } catch (error) {
      dirty = true;
      failing = describe(error);
      retryAtMs = clock.monotonicMs() + defaults.spoolRetryMs;
    }
  };
  const write = (): Promise<void> =>
    (writing ??= writeAll().finally(() => {
      writing = undefined;
    }));
  const scheduleWrite = (): void => {
    cancelWrite ??= clock.schedule(() => {
      cancelWrite = undefined;
      void write();
    }, 0);
  };

  const beat = async (): Promise<void> => {
    const taken = await owners.beat();
    adopted += taken.length;
    for (const path of taken) reader.addDirectory(path);
    if ((taken.length > 0 || unreadable) && !closed) options.onNews();
    unreadable = false;
  };
  const every = (ms: number, run: () => Promise<void>): (() => void) => {
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = clock.schedule(() => void run().then(() => closed || next()), ms);
    };
    next();
    return () => cancel();
  };
  const stopBeat = every(defaults.spoolHeartbeatMs, beat);
  const stopSync = every(defaults.spoolSyncIntervalMs, async () => {
    if (dirty && options.sync === "interval") await syncNow();
  });
  /** A process that ends by itself gets no further turn: what is queued is written before it does. */
  const stopExit = platform.onExit?.(() => {
    for (let before = -1; waiting.length !== before; ) {
      before = waiting.length;
      fill();
    }
    if (waiting.length === 0) return;
    try {
      writer.appendNow(waiting);
    } catch {
      options.drops.add("closed", waiting.length);
    }
  });
  const ready = beat();

  /** What the disk does not take is sent out of memory. */
  const takeFromMemory = (maxCount: number, maxChars: number): StoredBatch | undefined => {
    if (writing || (failing === undefined && bytes < options.maxBytes)) return undefined;
    fill();
    let chars = 0;
    let count = 0;
    while (count < Math.min(maxCount, waiting.length)) {
      chars += (waiting[count] as string).length;
      if (count > 0 && chars > maxChars) break;
      count++;
    }
    if (count === 0) return undefined;
    // They wait on until they are sent: should the disk be back before that, they are written and sent from there.
    const batch = { count, isWritten: false };
    lent = batch;
    return {
      texts: waiting.slice(0, count),
      get own() {
        return batch.isWritten ? 0 : count;
      },
      get comesAgain() {
        return batch.isWritten;
      },
      lost: takeLost(),
      async settle() {
        await writing;
        if (lent === batch) waiting = waiting.slice(count);
        if (lent === batch) lent = undefined;
      },
    };
  };
  const takeLost = (): number => {
    const count = lost;
    lost = 0;
    return count;
  };

  return {
    isDurable: true,
    push(item) {
      if (!queue.push(item)) return false;
      scheduleWrite();
      return true;
    },
    async take(maxCount, maxChars) {
      await ready;
      await write();
      const batch = await reader.take(maxCount, maxChars);
      if (!batch) return takeFromMemory(maxCount, maxChars) ?? takeLosses();
      for (const line of batch.damaged) setAside.add(line, "damaged");
      options.drops.add("damaged", batch.damaged.length);
      const { path } = batch;
      const own = owners.isOwn(path) ? batch.texts.length + batch.damaged.length : 0;
      const settle = async (): Promise<void> => {
        await batch.settle();
        if (unread.has(path)) countUnread(path, -own);
      };
      return { texts: batch.texts, own, lost: takeLost(), settle };
    },
    async secure() {
      await ready;
      await write();
      if (options.sync !== "never") await syncNow();
    },
    setAside: setAside.add,
    size: () => queue.size + waiting.length - (lent?.count ?? 0),
    async close() {
      if (closed) return 0;
      closed = true;
      cancelWrite?.();
      cancelRetry?.();
      stopBeat();
      stopSync();
      stopExit?.();
      await ready;
      await write();
      const left = queue.size + waiting.length;
      options.drops.add("closed", left);
      if (options.sync !== "never") await syncNow();
      await writer.finish();
      await setAside.close();
      await owners.leave();
      return left + takeLost();
    },
    stats: () => ({ bytes, adopted, setAside: setAside.count(), failing }),
  };

  function takeLosses(): StoredBatch | undefined {
    const count = takeLost();
    return count === 0 ? undefined : { texts: [], own: 0, lost: count, settle: () => Promise.resolve() };
  }
}

function describe(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : error instanceof Error ? error.name : "unknown";
}
