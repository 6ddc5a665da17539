import { defaults } from "../gen/constants";
import type { PlatformClock } from "../platform/platform";
import { addJitter, createBackoff } from "../transport/backoff";
import type { DropCounter } from "./drop-counter";
import type { QueuedTrace } from "./event-queue";
import type { EventStore, StoredBatch } from "./event-store";
import type { EventTransport, SendOutcome } from "./ingest-transport";
import { createLastSends, type LastSends, type LastSendsOptions } from "./last-sends";
import type { LossReport } from "./own-trace";
import { type Parcel, splitParcel } from "./parcel";
import { maxBatchChars } from "./write-text";

export interface EventLaneOptions {
  readonly store: EventStore;
  readonly transport: EventTransport;
  readonly drops: DropCounter;
  readonly clock: PlatformClock;
  readonly random: () => number;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  /** How long to wait after the key was refused. */
  readonly authRetryMs: number;
  /** No request takes longer than this: one that has is nobody's any more. */
  readonly requestMs: number;
  /** Tells the server of losses; without it only listeners hear of them. */
  readonly losses?: LossReport;
  /** A harmless trace, to see whether the server takes any. */
  readonly probe?: () => string;
  /** For a page, which may end: tells the server how many traces it has not sent, and how many are open. */
  readonly page?: Pick<LastSendsOptions, "describeLeft" | "openTraces"> | undefined;
}

export interface EventLane {
  /** O(1): takes it or counts it as dropped. Never waits, never throws. */
  push(item: QueuedTrace): void;
  /** There may be something to send that was not pushed here. */
  wake(): void;
  /**
   * Resolves when all that was pushed before is sent or dropped, or when the time is over; by then what can be is on
   * disk. Never rejects.
   */
  flush(timeoutMs: number): Promise<void>;
  /** Flushes once; what is left then stays on disk, or is counted as closed. */
  close(timeoutMs: number): Promise<void>;
  /** For pages; nothing to do where traces survive the process. */
  readonly page: Pick<LastSends, "hide" | "show"> | undefined;
  readonly queued: () => number;
  readonly sent: () => number;
  readonly spool: EventStore["stats"];
}

export function createEventLane(options: EventLaneOptions): EventLane {
  const { store, transport, drops, clock } = options;
  const backoff = createBackoff(options.random);
  const sending = new Set<AbortController>();
  const parcels: Parcel[] = [];
  let current: Parcel | undefined;
  /** The server took what was sent last. */
  let isAnswering = true;
  let accepted = 0;
  let settled = 0;
  let sent = 0;
  let running = false;
  let closed = false;
  let cancelTimer: (() => void) | undefined;
  /** When the timer is due, and when the last request began, monotonic. */
  let dueMs = 0;
  let sentMs = 0;
  /** Parcels that were taken from a drain that has come to nothing. */
  const takenOver = new WeakSet<Parcel>();
  /** A trace that the server has taken: sent again it is stored once. */
  let lastTaken: string | undefined;
  let waiters: { readonly until: number; readonly done: () => void }[] = [];

  const stopTimer = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };
  const settle = (count: number): void => {
    settled += count;
    const ready = waiters.filter(({ until }) => settled >= until);
    if (ready.length === 0) return;
    waiters = waiters.filter(({ until }) => settled < until);
    for (const { done } of ready) done();
  };

  const send = async (texts: readonly string[], isLast = false): Promise<SendOutcome> => {
    // One for each: in some runtimes what one request of a server has made is of no use in the next.
    const abort = new AbortController();
    sending.add(abort);
    try {
      return await transport.send(texts, abort.signal, isLast);
    } finally {
      sending.delete(abort);
    }
  };
  const openBatch = (stored: StoredBatch): Parcel => ({
    texts: stored.texts,
    batch: { stored, parcelsLeft: 1 },
    defects: 0,
  });
  const takeParcel = async (): Promise<Parcel | undefined> => {
    const known = parcels.shift();
    if (known) return known;
    for (;;) {
      const stored = await store.take(options.batchSize, maxBatchChars);
      if (!stored) return undefined;
      settle(stored.lost);
      if (stored.texts.length > 0) return openBatch(stored);
      settle(stored.own);
      await stored.settle();
    }
  };
  /** Counts what became of it, unless it is given out again. */
  const finish = async ({ batch }: Parcel, count?: () => void): Promise<void> => {
    const isLast = --batch.parcelsLeft === 0;
    if (isLast) await batch.stored.settle();
    if (!batch.stored.comesAgain) count?.();
    if (isLast) settle(batch.stored.own);
  };
  /** The server will never take these: they are counted, and kept where a human can look at them. */
  const reject = (count: number, texts: readonly string[]): void => {
    options.losses?.ignore("rejected", texts);
    drops.add("rejected", count);
    for (const text of texts) store.setAside(text, "rejected");
  };

  const halve = (parcel: Parcel): void => {
    parcels.unshift(...splitParcel(parcel, parcel.texts.slice(0, Math.ceil(parcel.texts.length / 2))));
  };
  /**
   * The server fails over a parcel (clause S-13): what is in it is taken apart until the trace at fault is alone. That
   * one is set aside if the server takes another; if it does not, it is no fault of the trace.
   */
  const findPoison = async (parcel: Parcel): Promise<boolean> => {
    if (++parcel.defects < defaults.poisonAttempts) return false;
    parcel.defects = defaults.poisonAttempts - 1;
    if (parcel.texts.length > 1) {
      halve(parcel);
      return true;
    }
    const probe = lastTaken ?? options.probe?.();
    if (probe === undefined || (await send([probe])).kind !== "sent" || closed || takenOver.has(parcel)) return false;
    await finish(parcel, () => reject(1, parcel.texts));
    return true;
  };
  const reportLosses = (): void => {
    const item = options.losses?.take();
    if (!item) return;
    if (store.push(item)) accepted++;
    else options.losses?.putBack();
  };

  /** One parcel once. Gives back how long to wait before the next. */
  const sendParcel = async (parcel: Parcel, isLast = false): Promise<number> => {
    const { texts, batch } = parcel;
    if (batch.stored.comesAgain) {
      await finish(parcel);
      return 0;
    }
    const outcome = await send(texts, isLast);
    if (closed || takenOver.has(parcel)) return 0;
    isAnswering = outcome.kind !== "retry" && outcome.kind !== "auth";
    if (outcome.kind === "retry" || outcome.kind === "auth") {
      const isOver = outcome.kind === "retry" && outcome.isDefect && (await findPoison(parcel));
      if (takenOver.has(parcel)) return 0;
      if (!isOver) parcels.unshift(parcel);
      return outcome.kind === "auth" ? addJitter(options.authRetryMs, options.random) : backoff.nextMs(outcome.afterMs);
    }
    backoff.reset();
    if (outcome.kind === "split" && texts.length > 1) {
      halve({ ...parcel, defects: 0 });
      return 0;
    }
    if (outcome.kind === "sent") {
      if (outcome.rejected === 0) lastTaken = texts.at(-1);
      await finish(parcel, () => {
        sent += texts.length - outcome.rejected;
        reject(outcome.rejected, outcome.refused);
      });
    } else await finish(parcel, () => reject(texts.length, texts));
    return 0;
  };
  /** A defect of ours: what was taken is not lost, and what fails each time does not hold up the rest. */
  const keepOrReject = async (parcel: Parcel): Promise<number> => {
    isAnswering = false;
    if (++parcel.defects <= defaults.poisonAttempts) parcels.unshift(parcel);
    else await finish(parcel, () => reject(parcel.texts.length, parcel.texts));
    return backoff.nextMs();
  };
  const drain = async (): Promise<void> => {
    if (running || closed) return;
    running = true;
    stopTimer();
    let waitMs = 0;
    while (!closed && waitMs === 0) {
      reportLosses();
      const parcel = await takeParcel();
      if (!parcel) break;
      current = parcel;
      sentMs = clock.monotonicMs();
      waitMs = await sendParcel(parcel).catch(() => keepOrReject(parcel));
      if (takenOver.has(parcel)) return;
      current = undefined;
      lastSends?.forget(parcel);
    }
    running = false;
    if (waitMs > 0) schedule(waitMs);
    else if (store.size() > 0) schedule(options.flushIntervalMs);
  };
  const schedule = (delayMs: number): void => {
    if (running || closed || cancelTimer) return;
    dueMs = clock.monotonicMs() + delayMs;
    cancelTimer = clock.schedule(() => void drain(), delayMs);
  };
  /** Sends as soon as the caller has returned: writing JSON is no part of its path. */
  const hurry = (): void => {
    stopTimer();
    schedule(0);
  };
  const waiting = (): boolean => parcels.length > 0 && !isAnswering;
  /**
   * Sends now, or when it is time after a failure. Where a server's runtime lets go of what one request has begun when that
   * one is answered, neither its timers nor its own requests ever come to an end: whoever asks next goes on from there.
   */
  const goOn = (): void => {
    const nowMs = clock.monotonicMs();
    if (current && nowMs - sentMs > 2 * options.requestMs) {
      takenOver.add(current);
      lastSends?.forget(current);
      parcels.unshift({ ...current });
      current = undefined;
      running = false;
    }
    if (!waiting()) return void drain();
    stopTimer();
    schedule(Math.max(0, dueMs - nowMs));
  };

  const lastSends =
    options.page &&
    store.takeNow &&
    createLastSends({
      ...options.page,
      parcels,
      current: () => current,
      takeNow(maxChars) {
        for (;;) {
          const stored = store.takeNow?.(options.batchSize, maxChars);
          if (stored) settle(stored.lost);
          if (!stored || stored.texts.length > 0) return stored && openBatch(stored);
        }
      },
      post: (texts) => send(texts, true).catch(() => undefined),
      async send(parcel) {
        const waitMs = await sendParcel(parcel, true).catch(() => keepOrReject(parcel));
        stopTimer();
        schedule(waitMs);
      },
      hurry: () => hurry(),
      queued: () => (closed ? 0 : accepted - settled),
      isAnswering: () => isAnswering,
    });

  const flush = async (timeoutMs: number): Promise<void> => {
    if (settled >= accepted) return;
    const until = accepted;
    await store.secure();
    if (settled >= until) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.schedule(resolve, timeoutMs, { keepAlive: true });
      waiters.push({
        until,
        done: () => {
          cancel();
          resolve();
        },
      });
      goOn();
    });
  };

  return {
    push(item) {
      if (closed) drops.add("closed");
      else if (!store.push(item)) drops.add("queue_full");
      else {
        accepted++;
        lastSends?.changed();
        if (store.size() === options.batchSize && !waiting()) hurry();
        else schedule(options.flushIntervalMs);
      }
    },
    wake: () => schedule(options.flushIntervalMs),
    flush,
    async close(timeoutMs) {
      if (closed) return;
      await flush(timeoutMs);
      if (closed) return;
      closed = true;
      stopTimer();
      for (const abort of sending) abort.abort();
      // What is lost waits no more.
      const lost = store.isDurable ? 0 : accepted - settled;
      drops.add("closed", lost);
      settled += lost + (await store.close());
      for (const { done } of waiters) done();
      waiters = [];
    },
    page: lastSends,
    queued: () => accepted - settled,
    sent: () => sent,
    spool: store.stats,
  };
}
