import { type DropReason, defaults, dropReasons } from "../gen/constants";
import type { PlatformClock } from "../platform/platform";
import type { DroppedEvent } from "../types";

export interface DropCounter {
  add(reason: DropReason, count?: number): void;
  readonly totals: Readonly<Record<DropReason, number>>;
  /** Reports what has not been reported yet, and stops the timer. */
  close(): void;
}

/** Counts losses by reason. The first of a reason is reported at once, further ones as totals at intervals. */
export function createDropCounter(clock: PlatformClock, report: (event: DroppedEvent) => void): DropCounter {
  const totals = Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>;
  const reported = { ...totals };
  let cancel: (() => void) | undefined;

  const reportReason = (reason: DropReason): void => {
    const count = totals[reason] - reported[reason];
    if (count === 0) return;
    reported[reason] = totals[reason];
    report({ reason, count, total: totals[reason] });
  };
  const reportAll = (): void => {
    cancel = undefined;
    dropReasons.forEach(reportReason);
  };
  return {
    totals,
    add(reason, count = 1) {
      if (count <= 0) return;
      totals[reason] += count;
      if (reported[reason] === 0) reportReason(reason);
      else cancel ??= clock.schedule(reportAll, defaults.dropReportIntervalMs);
    },
    close() {
      cancel?.();
      reportAll();
    },
  };
}
