"""Counters in this process's memory."""

from __future__ import annotations

import math
import threading

from ..._core import Counter, parse_instant
from ..._gen.tables import DEFAULT_USAGE_COUNTER_CAPACITY
from ..clock import Clock, now_ms

_DAY_MS = 86_400_000
_MAX_AMOUNT = 2**53 - 1

# Longest that a window of a name can last, with a day to spare for time zones.
_WINDOW_MS = {"1d": 2 * _DAY_MS, "1mo": 32 * _DAY_MS}


class MemoryUsageStore:
    """Counters in this process's memory, safe for threads.

    Bounded: when it is full, counters of windows that are over go first; if none are, a counter that is not held cannot
    be read (NaN), so its policy fails closed rather than start at zero.
    """

    def __init__(self, *, clock: Clock = now_ms, capacity: int = DEFAULT_USAGE_COUNTER_CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._lock = threading.Lock()
        # key -> [end of the window in ms, micro-dollars]
        self._amounts: dict[str, tuple[float, int]] = {}

    def read(self, counter: Counter) -> float:
        """Micro-dollars counted so far; NaN when there is no room to count it."""
        held = self._amounts.get(counter.key)
        if held is not None:
            return held[1]
        with self._lock:
            return 0 if self._make_room() else math.nan

    def add(self, counter: Counter, amount_micros: int) -> None:
        """Adds to a counter, which never falls below zero."""
        if not math.isfinite(amount_micros):
            return
        with self._lock:
            held = self._amounts.get(counter.key)
            if held is None and not self._make_room():
                return
            end_ms, micros = held or (parse_instant(counter.start) + _WINDOW_MS[counter.window], 0)
            self._amounts[counter.key] = (end_ms, min(_MAX_AMOUNT, max(0, micros + amount_micros)))

    def _make_room(self) -> bool:
        if len(self._amounts) < self._capacity:
            return True
        at_ms = self._clock()
        for key in [key for key, (end_ms, _) in self._amounts.items() if end_ms < at_ms]:
            del self._amounts[key]
        return len(self._amounts) < self._capacity
