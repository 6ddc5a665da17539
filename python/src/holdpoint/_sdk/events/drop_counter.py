"""Losses, counted by reason."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..._gen.tables import DEFAULT_DROP_REPORT_INTERVAL_MS, DROP_REASONS
from ..clock import monotonic_ms
from ..types import DroppedEvent


class DropCounter:
    """The first of a reason is reported at once, further ones as totals at intervals."""

    def __init__(self, report: Callable[[DroppedEvent], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self.totals = dict.fromkeys(DROP_REASONS, 0)
        self._reported = dict(self.totals)
        self._next_ms = 0.0

    def add(self, reason: str, count: int = 1) -> None:
        """Counts losses."""
        if count <= 0:
            return
        with self._lock:
            self.totals[reason] += count
            first = self._reported[reason] == 0
        if first:
            self._report_reason(reason)
        elif monotonic_ms() >= self._next_ms:
            self.report_all()

    def report_all(self) -> None:
        """Reports what has not been reported yet."""
        self._next_ms = monotonic_ms() + DEFAULT_DROP_REPORT_INTERVAL_MS
        for reason in DROP_REASONS:
            self._report_reason(reason)

    def _report_reason(self, reason: str) -> None:
        with self._lock:
            total = self.totals[reason]
            count = total - self._reported[reason]
            self._reported[reason] = total
        if count > 0:
            self._report(DroppedEvent(reason, count, total))
