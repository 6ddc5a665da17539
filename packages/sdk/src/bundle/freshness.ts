import { defaults } from "../gen/constants";
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
  readonly clock: Pick<PlatformClock, "monotonicMs" | "uptimeMs" | "schedule">;
  /** Undefined: a bundle is never stale. */
  readonly maxStalenessMs: number | undefined;
  /** The monotonic time from which on the bundle is stale. */
  onDeadline(staleAtMs: number): void;
  /** Called once each time that the bundle becomes stale. */
  onStale(): void;
  /** The machine has slept: what was pushed meanwhile was missed. */
  onSlept(): void;
}

/** A longer timer fires at once in every JavaScript engine. */
const maxTimerMs = 2 ** 31 - 1;

/** Time counts from here until the first confirmation. */
export function createFreshness(options: FreshnessOptions): Freshness {
  const { clock, maxStalenessMs, onDeadline, onStale } = options;
  let confirmedMs: number | undefined;
  let sleptMs = readSleep(clock);
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
    const leftMs = Math.max(0, staleAtMs - clock.monotonicMs());
    const nextMs = Math.min(leftMs, clock.uptimeMs ? defaults.sleepCheckMs : maxTimerMs);
    cancel = clock.schedule(leftMs > nextMs ? look : onStale, nextMs);
  };
  /** Timers stood still with the monotonic clock while the machine slept; the deadline did not. */
  const look = (): void => {
    const nowMs = readSleep(clock);
    const missedMs = nowMs - sleptMs;
    if (!(missedMs >= defaults.sleepLeastMs)) {
      watch();
      return;
    }
    sleptMs = nowMs;
    if (confirmedMs !== undefined) confirmedMs -= missedMs;
    setDeadline(staleAtMs - missedMs - (maxStalenessMs ?? 0));
    options.onSlept();
  };
  setDeadline(clock.monotonicMs());

  return {
    confirm(agoMs = 0) {
      const ago = Number.isFinite(agoMs) ? agoMs : Math.max(0, maxStalenessMs ?? 0);
      confirmedMs = clock.monotonicMs() - ago;
      sleptMs = readSleep(clock);
      setDeadline(confirmedMs);
    },
    ageMs: () => (confirmedMs === undefined ? undefined : clock.monotonicMs() - confirmedMs),
    isStale: () => clock.monotonicMs() >= staleAtMs,
    stop: () => cancel(),
  };
}

/** What the machine has slept since it was started, about; NaN where nothing says it. */
function readSleep(clock: Pick<PlatformClock, "monotonicMs" | "uptimeMs">): number {
  try {
    return (clock.uptimeMs?.() ?? Number.NaN) - clock.monotonicMs();
  } catch {
    return Number.NaN;
  }
}
