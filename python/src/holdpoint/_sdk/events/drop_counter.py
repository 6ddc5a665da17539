"""Losses, counted by reason."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..._gen.tables import DEFAULT_DROP_REPORT_INTERVAL_MS, DROP_REASONS
from ..types import DroppedEvent


class DropCounter:
    """The first of a reason is reported at once, further ones as totals at intervals. Safe for threads."""

    def __init__(self, report: Callable[[DroppedEvent], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self.totals = dict.fromkeys(DROP_REASONS, 0)
        self._reported = dict(self.totals)
        self._timer: threading.Timer | None = None

    def add(self, reason: str, count: int = 1) -> None:
        """Counts losses. Never raises."""
        if count <= 0:
            return
        with self._lock:
            self.totals[reason] += count
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
        for reason in DROP_REASONS:
            self._report_reason(reason)

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
        if count > 0:
            self._report(DroppedEvent(reason, count, total))
