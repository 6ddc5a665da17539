import type { Clock } from "@holdpoint/core";

/** A clock that can be held: one step is decided, counted and recorded at one time, and the machine's clock is read once for it. */
export interface HeldClock {
  readonly now: Clock;
  /** From here on `now` stands still. Only for what ends before anything else gets a turn. */
  hold(): void;
  release(): void;
}

export function createHeldClock(clock: Clock): HeldClock {
  let heldMs: number | undefined;
  return {
    now: () => heldMs ?? clock(),
    hold() {
      heldMs ??= clock();
    },
    release() {
      heldMs = undefined;
    },
  };
}
