import type { PlatformClock } from "../platform/platform";

/** How long ago the control plane confirmed the bundle in force (clause S-21). */
export interface Freshness {
  /** Confirmed now, or this long ago; an age that is no number is older than any limit. */
  confirm(agoMs?: number): void;
  /** Time since the last confirmation, ms; undefined before the first. */
  readonly ageMs: () => number | undefined;
  readonly isStale: () => boolean;
  stop(): void;
}

export interface FreshnessOptions {
  readonly clock: Pick<PlatformClock, "monotonicMs" | "schedule">;
  /** Undefined: a bundle is never stale. */
  readonly maxStalenessMs: number | undefined;
  /** The monotonic time from which on the bundle is stale. */
  onDeadline(staleAtMs: number): void;
  /** Called once each time that the bundle becomes stale. */
  onStale(): void;
}

/** A longer timer fires at once in every JavaScript engine. */
const maxTimerMs = 2 ** 31 - 1;

/** Time counts from here until the first confirmation. */
export function createFreshness({ clock, maxStalenessMs, onDeadline, onStale }: FreshnessOptions): Freshness {
  let confirmedMs: number | undefined;
  let staleAtMs = Number.POSITIVE_INFINITY;
  let cancel: () => void = () => undefined;

  const setDeadline = (fromMs: number): void => {
    if (maxStalenessMs === undefined) return;
    staleAtMs = fromMs + maxStalenessMs;
    onDeadline(staleAtMs);
    watch();
  };
  const watch = (): void => {
    cancel();
    const leftMs = staleAtMs - clock.monotonicMs();
    cancel = clock.schedule(leftMs > maxTimerMs ? watch : onStale, Math.min(Math.max(0, leftMs), maxTimerMs));
  };
  setDeadline(clock.monotonicMs());

  return {
    confirm(agoMs = 0) {
      const ago = Number.isFinite(agoMs) ? agoMs : Math.max(0, maxStalenessMs ?? 0);
      confirmedMs = clock.monotonicMs() - ago;
      setDeadline(confirmedMs);
    },
    ageMs: () => (confirmedMs === undefined ? undefined : clock.monotonicMs() - confirmedMs),
    isStale: () => clock.monotonicMs() >= staleAtMs,
    stop: () => cancel(),
  };
}
