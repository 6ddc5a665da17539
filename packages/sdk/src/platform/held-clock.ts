import type { Clock } from "@holdpoint/core";
import type { PlatformClock } from "./platform";
import { createSteadyClock } from "./steady-clock";

/** A clock that can be held: one step is decided, counted and recorded at one time, and the machine's clocks are read once for it. */
export interface HeldClock {
  readonly now: Clock;
  /** From here on `now` stands still. Only for what ends before anything else gets a turn. Gives the monotonic time. */
  hold(): number;
  release(): void;
}

/** The steady clock of a platform, to be held. */
export function createHeldClock(clock: Pick<PlatformClock, "nowMs" | "monotonicMs">): HeldClock {
  // Members of an object, as in the steady clock: a number that a closure keeps is made anew each time it changes.
  const held = { isHeld: false, nowMs: 0.5, monotonicMs: 0.5 };
  const readMonotonic = (): number => {
    held.monotonicMs = clock.monotonicMs();
    return held.monotonicMs;
  };
  const steady = createSteadyClock({ nowMs: clock.nowMs, monotonicMs: readMonotonic });
  return {
    now: () => (held.isHeld ? held.nowMs : steady()),
    hold() {
      if (held.isHeld) return readMonotonic();
      held.nowMs = steady();
      held.isHeld = true;
      return held.monotonicMs;
    },
    release() {
      held.isHeld = false;
    },
  };
}
