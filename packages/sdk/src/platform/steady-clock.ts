import type { Clock } from "@holdpoint/core";
import type { PlatformClock } from "./platform";

/**
 * A clock for decisions, made of the machine's: it never goes back and never says NaN. When the wall clock jumps back
 * or fails, time goes on from the last good reading at the monotonic clock's pace: a budget's window cannot be
 * reopened by setting a clock back. The wall clock is read at most once in a millisecond that the monotonic one shows.
 */
export function createSteadyClock(clock: Pick<PlatformClock, "nowMs" | "monotonicMs">): Clock {
  let lastMs = 0;
  let lastMonotonicMs = readSafely(clock.monotonicMs, 0);
  let wallReadMs = Number.NEGATIVE_INFINITY;
  return () => {
    const monotonicMs = readSafely(clock.monotonicMs, lastMonotonicMs);
    const onwardMs = lastMs + Math.max(0, monotonicMs - lastMonotonicMs);
    const sinceMs = monotonicMs - wallReadMs;
    if (sinceMs > 0 && sinceMs < 1) lastMs = onwardMs;
    else {
      lastMs = Math.max(readSafely(clock.nowMs, onwardMs), onwardMs);
      wallReadMs = monotonicMs;
    }
    lastMonotonicMs = monotonicMs;
    return Math.floor(lastMs);
  };
}

/** Milliseconds that a Date can hold (ECMA-262, 21.4.1.1); anything else counts as no reading. */
const maxDateMs = 8.64e15;

function readSafely(read: () => number, otherwise: number): number {
  try {
    const value = read();
    return value >= 0 && value <= maxDateMs ? value : otherwise;
  } catch {
    return otherwise;
  }
}
