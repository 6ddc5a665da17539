import type { Clock } from "@holdpoint/core";
import type { PlatformClock } from "./platform";

/**
 * A clock for decisions, made of the machine's: it never goes back and never says NaN. When the wall clock jumps back
 * or fails, time goes on from the last good reading at the monotonic clock's pace: a budget's window cannot be
 * reopened by setting a clock back. The wall clock is read at most once in a millisecond that the monotonic one shows.
 */
export function createSteadyClock(clock: Pick<PlatformClock, "nowMs" | "monotonicMs">): Clock {
  // Every decision changes these: as fractions in one object they are changed in place, and nothing is made for it.
  const last = { ms: 0.5, monotonicMs: 0.5, wallReadMs: 0.5 };
  last.ms = 0;
  last.monotonicMs = readSafely(clock.monotonicMs, 0);
  last.wallReadMs = Number.NEGATIVE_INFINITY;
  return () => {
    const monotonicMs = readSafely(clock.monotonicMs, last.monotonicMs);
    const onwardMs = last.ms + Math.max(0, monotonicMs - last.monotonicMs);
    const sinceMs = monotonicMs - last.wallReadMs;
    if (sinceMs > 0 && sinceMs < 1) last.ms = onwardMs;
    else {
      last.ms = Math.max(readSafely(clock.nowMs, onwardMs), onwardMs);
      last.wallReadMs = monotonicMs;
    }
    last.monotonicMs = monotonicMs;
    return Math.floor(last.ms);
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
