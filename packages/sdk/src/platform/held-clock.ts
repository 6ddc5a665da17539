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
  let monotonicMs = 0;
  const readMonotonic = (): number => (monotonicMs = clock.monotonicMs());
  const steady = createSteadyClock({ nowMs: clock.nowMs, monotonicMs: readMonotonic });
  let heldMs: number | undefined;
  return {
    now: () => heldMs ?? steady(),
    hold() {
      if (heldMs === undefined) heldMs = steady();
      else readMonotonic();
      return monotonicMs;
    },
    release() {
      heldMs = undefined;
    },
  };
}
