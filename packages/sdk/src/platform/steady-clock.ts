import type { Clock } from "@holdpoint/core";
import type { PlatformClock } from "./platform";

/**
 * A clock for decisions, made of the machine's: it never goes back and never says NaN. When the wall clock jumps back
 * or fails, time goes on from the last good reading at the monotonic clock's pace: a budget's window cannot be
 * reopened by setting a clock back.
 */
export function createSteadyClock(clock: Pick<PlatformClock, "nowMs" | "monotonicMs">): Clock {
  let lastMs = 0;
  let lastMonotonicMs = readSafely(clock.monotonicMs, 0);
  return () => {
    const monotonicMs = readSafely(clock.monotonicMs, lastMonotonicMs);
    const onwardMs = lastMs + Math.max(0, monotonicMs - lastMonotonicMs);
    lastMs = Math.max(readSafely(clock.nowMs, onwardMs), onwardMs);
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
