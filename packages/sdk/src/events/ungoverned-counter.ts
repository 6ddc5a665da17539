import { type UngovernedReason, ungovernedReasonValues } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { PlatformClock } from "../platform/platform";
import type { UngovernedEvent } from "../types";

/** Counts what went by without being judged as it should have been (SPECIFICATION R-7). */
export interface UngovernedCounter {
  /** O(1); never throws. `hook`: where it happened. */
  add(reason: UngovernedReason, hook?: string): void;
  readonly totals: Readonly<Record<UngovernedReason, number>>;
  /** Reports what has not been reported yet, and stops the timer. */
  close(): void;
}

/** The first of a reason is reported at once, further ones as totals at intervals. */
export function createUngovernedCounter(
  clock: PlatformClock,
  report: (event: UngovernedEvent) => void,
): UngovernedCounter {
  const totals = Object.fromEntries(ungovernedReasonValues.map((name) => [name, 0])) as Record<
    UngovernedReason,
    number
  >;
  const reported = { ...totals };
  const hooks = new Map<UngovernedReason, string>();
  let cancel: (() => void) | undefined;

  const reportReason = (reason: UngovernedReason): void => {
    const count = totals[reason] - reported[reason];
    if (count === 0) return;
    reported[reason] = totals[reason];
    report({ reason, count, total: totals[reason], hook: hooks.get(reason) });
  };
  const reportAll = (): void => {
    cancel = undefined;
    ungovernedReasonValues.forEach(reportReason);
  };
  return {
    totals,
    add(reason, hook) {
      totals[reason]++;
      if (hook !== undefined) hooks.set(reason, hook);
      if (totals[reason] === 1) reportReason(reason);
      else cancel ??= clock.schedule(reportAll, defaults.dropReportIntervalMs);
    },
    close() {
      cancel?.();
      reportAll();
    },
  };
}
