"""What is counted by reason and told a few times only: losses, and steps that nobody judged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from ..._gen.tables import DEFAULT_DROP_REPORT_INTERVAL_MS, DROP_REASONS, UNGOVERNED_REASON_VALUES
from ..types import DroppedEvent, UngovernedEvent

# The reason, how often since the last report, how often in all, and where it was seen last.
Report = Callable[[str, int, int, "str | None"], None]


class ReasonCounter:
    """The first of a reason is reported at once, further ones as totals at intervals (clauses S-15 and R-7).

    Safe for threads.
    """

    def __init__(self, reasons: Iterable[str], report: Report) -> None:
        self._report = report
        self._lock = threading.Lock()
        self.totals = dict.fromkeys(reasons, 0)
        self._reported = dict(self.totals)
        self._places: dict[str, str] = {}
        self._timer: threading.Timer | None = None

    def add(self, reason: str, count: int = 1, place: str | None = None) -> None:
        """Counts. `place`: where it happened. Never raises."""
        if count <= 0:
            return
        with self._lock:
            self.totals[reason] += count
            if place is not None:
                self._places[reason] = place
            first = self._reported[reason] == 0
            if not first and self._timer is None:
                self._start_timer()
        if first:
            self._report_reason(reason)

    def report_all(self) -> None:
        """Reports what has not been reported yet."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        for reason in self.totals:
            self._report_reason(reason)

    def after_fork(self) -> None:
        """Goes on in a process that was forked, where no timer lives."""
        self._lock = threading.Lock()
        self._timer = None

    def _start_timer(self) -> None:
        timer = threading.Timer(DEFAULT_DROP_REPORT_INTERVAL_MS / 1000, self.report_all)
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError:
            # The process ends: whoever closes the client reports.
            return
        self._timer = timer

    def _report_reason(self, reason: str) -> None:
        with self._lock:
            total = self.totals[reason]
            count = total - self._reported[reason]
            self._reported[reason] = total
            place = self._places.get(reason)
        if count > 0:
            self._report(reason, count, total, place)


def count_drops(report: Callable[[DroppedEvent], None]) -> ReasonCounter:
    """A counter of traces that are not delivered."""
    return ReasonCounter(DROP_REASONS, lambda reason, count, total, _: report(DroppedEvent(reason, count, total)))


def count_ungoverned(report: Callable[[UngovernedEvent], None]) -> ReasonCounter:
    """A counter of steps that went by without being judged as they should have been."""
    return ReasonCounter(
        UNGOVERNED_REASON_VALUES,
        lambda reason, count, total, hook: report(UngovernedEvent(reason, count, total, hook)),
    )
