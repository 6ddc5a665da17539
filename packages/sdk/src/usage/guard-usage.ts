import type { UsageStore } from "../types";

const maxBroken = 10_000;

/**
 * A usage store that never throws. A read that throws is NaN; a counter whose addition was lost reads NaN from then on,
 * for its count is too low: the policy that needs it fails closed.
 */
export function guardUsage(store: UsageStore): UsageStore {
  const broken = new Set<string>();
  return {
    read(counter) {
      if (broken.has(counter.key) || broken.size >= maxBroken) return Number.NaN;
      try {
        return store.read(counter);
      } catch {
        return Number.NaN;
      }
    },
    add(counter, amountMicros) {
      try {
        store.add(counter, amountMicros);
      } catch {
        if (broken.size < maxBroken) broken.add(counter.key);
      }
    },
  };
}
