import type { Clock } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { CompleteUsageStore } from "../types";
import { createMemoryCounters } from "./memory-counters";
import { createMemorySessions } from "./memory-sessions";
import { createReservationBook } from "./reservation-book";
import { withShortWays } from "./short-ways";

export interface MemoryUsageOptions {
  readonly clock: Clock;
  /** Most counters held; 100,000 unless given. */
  readonly capacity?: number;
  /** Most sessions held; 10,000 unless given. */
  readonly sessionCapacity?: number;
  /** A session without a step for so long is over; a day unless given. */
  readonly sessionIdleMs?: number;
}

/**
 * Counters, reservations and sessions in this process's memory. Bounded: when it is full, what is over goes first; if
 * nothing is, a counter or a session that is not held cannot be read, so its policy fails closed rather than start at
 * zero.
 */
export function createMemoryUsageStore(options: MemoryUsageOptions): CompleteUsageStore {
  const { clock, capacity = defaults.usageCounterCapacity } = options;
  const { sessionCapacity = defaults.sessionCapacity, sessionIdleMs = defaults.sessionIdleMs } = options;
  const counters = createMemoryCounters(clock, capacity);
  const sessions = createMemorySessions(clock, sessionCapacity, sessionIdleMs);
  const book = createReservationBook(counters.add, defaults.reservationCapacity);
  const store = {
    read: counters.read,
    add: counters.add,
    reserve: book.reserve,
    settle: book.settle,
    release: book.release,
    session: sessions.session,
    record: sessions.record,
  };
  return withShortWays(store, book);
}
