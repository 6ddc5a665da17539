"""Steps that went by without being judged as they should have been, counted by reason."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..._gen.tables import DEFAULT_DROP_REPORT_INTERVAL_MS, UNGOVERNED_REASON_VALUES
from ..types import UngovernedEvent


class UngovernedCounter:
    """The first of a reason is reported at once, further ones as totals at intervals (SPECIFICATION R-7).

    Safe for threads.
    """

    def __init__(self, report: Callable[[UngovernedEvent], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self.totals = dict.fromkeys(UNGOVERNED_REASON_VALUES, 0)
        self._reported = dict(self.totals)
        self._hooks: dict[str, str] = {}
        self._timer: threading.Timer | None = None

    def add(self, reason: str, hook: str | None = None) -> None:
        """Counts one. `hook`: where it happened. Never raises."""
        with self._lock:
            self.totals[reason] += 1
            first = self.totals[reason] == 1
            if hook is not None:
                self._hooks[reason] = hook
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
        for reason in UNGOVERNED_REASON_VALUES:
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
            hook = self._hooks.get(reason)
        if count > 0:
            self._report(UngovernedEvent(reason, count, total, hook))
