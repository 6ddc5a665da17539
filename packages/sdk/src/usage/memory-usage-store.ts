import type { Clock, Counter } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { UsageStore } from "../types";

export interface MemoryUsageOptions {
  readonly clock: Clock;
  /** Most counters held; 100,000 unless given. */
  readonly capacity?: number;
}

const dayMs = 86_400_000;

/** Longest that a window of a name can last, with a day to spare for time zones. */
const windowMs: Readonly<Record<Counter["window"], number>> = { "1d": 2 * dayMs, "1mo": 32 * dayMs };

/**
 * Counters in this process's memory. Bounded: when it is full, counters of windows that are over go first; if none
 * are, a counter that is not held cannot be read (NaN), so its policy fails closed rather than start at zero.
 */
export function createMemoryUsageStore({
  clock,
  capacity = defaults.usageCounterCapacity,
}: MemoryUsageOptions): UsageStore {
  const amounts = new Map<string, { readonly endMs: number; micros: number }>();

  const makeRoom = (): boolean => {
    if (amounts.size < capacity) return true;
    const nowMs = clock();
    for (const [key, { endMs }] of amounts) if (endMs < nowMs) amounts.delete(key);
    return amounts.size < capacity;
  };

  return {
    read(counter) {
      const held = amounts.get(counter.key);
      if (held) return held.micros;
      return makeRoom() ? 0 : Number.NaN;
    },
    add(counter, amountMicros) {
      if (!Number.isFinite(amountMicros)) return;
      const held = amounts.get(counter.key);
      const micros = Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, (held?.micros ?? 0) + Math.round(amountMicros)));
      if (held) held.micros = micros;
      else if (makeRoom())
        amounts.set(counter.key, { endMs: Date.parse(counter.start) + windowMs[counter.window], micros });
    },
  };
}
