import { defaults } from "../gen/constants";

export interface Backoff {
  /** How long to wait before the next attempt: doubled each time, half of it random, never more than the cap. */
  nextMs(atLeastMs?: number): number;
  reset(): void;
}

export function createBackoff(random: () => number): Backoff {
  let attempts = 0;
  return {
    nextMs(atLeastMs = 0) {
      const fullMs = Math.min(defaults.retryCapMs, defaults.retryBaseMs * 2 ** Math.min(attempts++, 30));
      return Math.max(atLeastMs, fullMs / 2 + (fullMs / 2) * random());
    },
    reset() {
      attempts = 0;
    },
  };
}

/** A time shifted at random, so that clients started together do not call together. */
export function addJitter(ms: number, random: () => number): number {
  const spread = (ms * defaults.pollJitterPct) / 100;
  return ms - spread / 2 + spread * random();
}
