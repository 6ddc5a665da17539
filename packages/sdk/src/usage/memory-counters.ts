import { type Clock, type Counter, parseInstant, slidingSlots, windowLengthMs } from "@holdpoint/core";

export interface MemoryCounters {
  /** What was counted; NaN for a counter that is not held and for which there is no room. */
  read(counter: Counter): number;
  add(counter: Counter, amount: number): void;
  readonly size: () => number;
}

/** One series of counts in memory. `endMs`: when it has nothing more to say. */
interface Entry {
  endMs: number;
  /** Of a calendar counter: its amount. Of a bucket: what it holds, in parts of which one call has as many as the window has ms. */
  amount: number;
  /** Of a bucket: when that was so. */
  atMs: number;
  /** Of a sliding counter: slots and their amounts, in turn, oldest first. */
  slots: number[] | undefined;
}

const dayMs = 86_400_000;
const sweepPauseMs = 1000;

/** Longest that a calendar window of a name can last, with time to spare for time zones. */
const calendarMs: Readonly<Record<Counter["window"], number>> = {
  "1m": 120_000,
  "1h": 7_200_000,
  "1d": 2 * dayMs,
  "1mo": 32 * dayMs,
  // A session's counter goes when it has not been added to for a day.
  session: dayMs,
};

/**
 * Counters in memory, at most `capacity`. When it is full, those whose time is over go first, looked for at most once
 * a second; what then finds no room cannot be read, so that its policy fails closed rather than start at zero.
 */
export function createMemoryCounters(clock: Clock, capacity: number): MemoryCounters {
  const entries = new Map<string, Entry>();
  let earliestEndMs = Number.POSITIVE_INFINITY;
  let sweptMs = Number.NEGATIVE_INFINITY;

  const sweep = (nowMs: number): void => {
    sweptMs = nowMs;
    earliestEndMs = Number.POSITIVE_INFINITY;
    for (const [key, { endMs }] of entries) {
      if (endMs < nowMs) entries.delete(key);
      else earliestEndMs = Math.min(earliestEndMs, endMs);
    }
  };

  const hasRoom = (): boolean => {
    if (entries.size < capacity) return true;
    const nowMs = clock();
    // A clock that went back is not waited for.
    const due = nowMs - sweptMs >= sweepPauseMs || nowMs < sweptMs;
    if (earliestEndMs < nowMs && due) sweep(nowMs);
    return entries.size < capacity;
  };

  const extend = (entry: Entry, endMs: number): void => {
    entry.endMs = Math.max(entry.endMs, endMs);
    earliestEndMs = Math.min(earliestEndMs, entry.endMs);
  };

  return {
    size: () => entries.size,
    read(counter) {
      const entry = entries.get(seriesOf(counter));
      if (!entry) return hasRoom() ? 0 : Number.NaN;
      if (counter.kind === "sliding") return readSliding(entry, counter);
      return counter.kind === "bucket" ? readBucket(entry, counter) : entry.amount;
    },
    add(counter, amount) {
      if (!Number.isFinite(amount)) return;
      const key = seriesOf(counter);
      let entry = entries.get(key);
      if (!entry) {
        if (!hasRoom()) return;
        entry = { endMs: Number.NEGATIVE_INFINITY, amount: 0, atMs: parseInstant(counter.start), slots: undefined };
        entries.set(key, entry);
      }
      const whole = Math.round(amount);
      if (counter.kind === "sliding") addSliding(entry, counter, whole);
      else if (counter.kind === "bucket") addToBucket(entry, counter, whole);
      else {
        entry.amount = bound(entry.amount + whole);
        // Its key names its window, so its end stays.
        if (counter.window !== "session" && entry.endMs !== Number.NEGATIVE_INFINITY) return;
      }
      extend(entry, endOf(counter, clock));
    },
  };
}

const bound = (amount: number): number => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, amount));

/** A key without the start, where what is counted outlasts it. */
const seriesOf = ({ key, kind }: Counter): string => (kind === undefined ? key : key.slice(0, key.lastIndexOf("|")));

function endOf({ kind, window, start }: Counter, clock: Clock): number {
  if (window === "session") return clock() + calendarMs.session;
  if (kind === undefined) return parseInstant(start) + calendarMs[window];
  return parseInstant(start) + 2 * windowLengthMs[window] + calendarMs["1m"];
}

const slotMs = ({ window }: Counter): number =>
  windowLengthMs[window as Exclude<Counter["window"], "session">] / slidingSlots;

/** The slot that now is in, when a window starts here. */
const lastSlot = (counter: Counter): number => Math.round(parseInstant(counter.start) / slotMs(counter)) + slidingSlots;

/** INVARIANT: slots ascend; what was counted in a future that the clock has gone back from counts as now. */
function readSliding(entry: Entry, counter: Counter): number {
  const slots = entry.slots ?? [];
  const last = lastSlot(counter);
  pullBack(slots, last);
  const first = last - slidingSlots;
  let sum = 0;
  for (let index = slots.length - 2; index >= 0 && (slots[index] as number) >= first; index -= 2)
    sum += slots[index + 1] as number;
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}

function addSliding(entry: Entry, counter: Counter, amount: number): void {
  const slots = (entry.slots ??= []);
  const slot = lastSlot(counter);
  const end = slots.length;
  if (end === 0 || (slots[end - 2] as number) < slot) slots.push(slot, bound(amount));
  else {
    // What is given back goes where it was taken; what is added to a past slot was reserved there.
    let index = end - 2;
    while (index >= 0 && (slots[index] as number) > slot) index -= 2;
    if (index >= 0 && slots[index] === slot) slots[index + 1] = bound((slots[index + 1] as number) + amount);
    else slots.splice(index + 2, 0, slot, bound(amount));
  }
  let old = 0;
  while (old < slots.length && (slots[old] as number) < slot - 2 * slidingSlots) old += 2;
  if (old > 0) slots.splice(0, old);
}

function pullBack(slots: number[], last: number): void {
  let future = 0;
  while (slots.length > 0 && (slots[slots.length - 2] as number) > last) {
    future += slots[slots.length - 1] as number;
    slots.length -= 2;
  }
  if (future === 0) return;
  const end = slots.length;
  if (end > 0 && slots[end - 2] === last) slots[end - 1] = bound((slots[end - 1] as number) + future);
  else slots.push(last, bound(future));
}

/** What is left in a bucket at a time, in parts of a call. A clock that goes back starts anew from there. */
function leakUntil(entry: Entry, { start, leak = 0 }: Counter): number {
  const nowMs = parseInstant(start);
  entry.amount = Math.max(0, entry.amount - leak * Math.max(0, nowMs - entry.atMs));
  entry.atMs = nowMs;
  return entry.amount;
}

const partsOf = ({ window }: Counter): number => windowLengthMs[window as Exclude<Counter["window"], "session">];

const readBucket = (entry: Entry, counter: Counter): number => Math.ceil(leakUntil(entry, counter) / partsOf(counter));

function addToBucket(entry: Entry, counter: Counter, amount: number): void {
  entry.amount = bound(leakUntil(entry, counter) + amount * partsOf(counter));
}
