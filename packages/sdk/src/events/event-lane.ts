import { limits } from "@holdpoint/core";
import type { PlatformClock } from "../platform/platform";
import { addJitter, createBackoff } from "../transport/backoff";
import type { DropCounter } from "./drop-counter";
import type { EventQueue, QueuedTrace } from "./event-queue";
import type { EventTransport } from "./ingest-transport";

export interface EventLaneOptions {
  readonly queue: EventQueue;
  readonly transport: EventTransport;
  readonly drops: DropCounter;
  readonly clock: PlatformClock;
  readonly random: () => number;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  /** How long to wait after the key was refused. */
  readonly authRetryMs: number;
}

export interface EventLane {
  /** O(1): takes it or counts it as dropped. Never waits, never throws. */
  push(item: QueuedTrace): void;
  /** Resolves when all that was pushed before is sent or dropped, or when the time is over. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** Flushes once; what is left then is counted as closed. */
  close(timeoutMs: number): Promise<void>;
  readonly queued: () => number;
  readonly sent: () => number;
}

/** A quarter of what a request may hold: JSON takes at most three bytes for one code unit. */
const maxBatchChars = Math.floor(limits.maxRequestBytes / 4);

export function createEventLane(options: EventLaneOptions): EventLane {
  const { queue, transport, drops, clock } = options;
  const backoff = createBackoff(options.random);
  const abort = new AbortController();
  const batches: string[][] = [];
  let carried: string | undefined;
  let accepted = 0;
  let settled = 0;
  let sent = 0;
  let running = false;
  let closed = false;
  let cancelTimer: (() => void) | undefined;
  let waiters: { readonly until: number; readonly done: () => void }[] = [];

  const settle = (count: number): void => {
    settled += count;
    const ready = waiters.filter(({ until }) => settled >= until);
    if (ready.length === 0) return;
    waiters = waiters.filter(({ until }) => settled < until);
    for (const { done } of ready) done();
  };
  const lose = (reason: "unserializable" | "rejected", count: number): void => {
    drops.add(reason, count);
    settle(count);
  };

  const takeText = (): string | undefined => {
    for (let item = queue.take(); item; item = queue.take()) {
      try {
        const text = item.toJson();
        if (fits(text)) return text;
        lose("rejected", 1);
      } catch {
        lose("unserializable", 1);
      }
    }
    return undefined;
  };
  const takeBatch = (): string[] => {
    const batch: string[] = [];
    let chars = 0;
    while (batch.length < options.batchSize) {
      const text = carried ?? takeText();
      carried = undefined;
      if (text === undefined) break;
      if (batch.length > 0 && chars + text.length > maxBatchChars) {
        carried = text;
        break;
      }
      batch.push(text);
      chars += text.length;
    }
    return batch;
  };

  /** One batch once. Gives back how long to wait before the next. */
  const sendBatch = async (batch: string[]): Promise<number> => {
    const outcome = await transport.send(batch, abort.signal);
    if (closed) return 0;
    if (outcome.kind === "retry" || outcome.kind === "auth") {
      batches.unshift(batch);
      return outcome.kind === "auth" ? addJitter(options.authRetryMs, options.random) : backoff.nextMs(outcome.afterMs);
    }
    backoff.reset();
    if (outcome.kind === "split" && batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      batches.unshift(batch.slice(0, half), batch.slice(half));
    } else if (outcome.kind === "sent") {
      sent += batch.length - outcome.rejected;
      drops.add("rejected", outcome.rejected);
      settle(batch.length);
    } else lose("rejected", batch.length);
    return 0;
  };
  const drain = async (): Promise<void> => {
    if (running || closed) return;
    running = true;
    cancelTimer?.();
    cancelTimer = undefined;
    let waitMs = 0;
    while (!closed && waitMs === 0) {
      const batch = batches.shift() ?? takeBatch();
      if (batch.length === 0) break;
      waitMs = await sendBatch(batch);
    }
    running = false;
    if (waitMs > 0) schedule(waitMs);
    else if (queue.size > 0) schedule(options.flushIntervalMs);
  };
  const schedule = (delayMs: number): void => {
    if (running || closed) return;
    cancelTimer ??= clock.schedule(() => void drain(), delayMs);
  };
  /** Sends as soon as the caller has returned: writing JSON is no part of its path. */
  const hurry = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    schedule(0);
  };
  const waiting = (): boolean => batches.length > 0;

  const flush = (timeoutMs: number): Promise<void> => {
    if (settled >= accepted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.schedule(resolve, timeoutMs, { keepAlive: true });
      waiters.push({
        until: accepted,
        done: () => {
          cancel();
          resolve();
        },
      });
      if (!waiting()) void drain();
    });
  };

  return {
    push(item) {
      if (closed) drops.add("closed");
      else if (!queue.push(item)) drops.add("queue_full");
      else {
        accepted++;
        if (queue.size === options.batchSize && !waiting()) hurry();
        else schedule(options.flushIntervalMs);
      }
    },
    flush,
    async close(timeoutMs) {
      if (closed) return;
      await flush(timeoutMs);
      if (closed) return;
      closed = true;
      cancelTimer?.();
      abort.abort();
      drops.add("closed", accepted - settled);
      for (const { done } of waiters) done();
      waiters = [];
    },
    queued: () => accepted - settled,
    sent: () => sent,
  };
}

function fits(text: string): boolean {
  if (text.length <= maxBatchChars) return true;
  return new TextEncoder().encode(text).length < limits.maxRequestBytes - '{"traces":[]}'.length;
}
