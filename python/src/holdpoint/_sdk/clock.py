"""Time, as the client reads it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import repeat
from time import perf_counter

from .._core import format_instant

# Milliseconds since the epoch.
Clock = Callable[[], float]

_MAX_DATE_MS = 8.64e15


def now_ms() -> float:
    """Wall time, milliseconds since the epoch; may jump."""
    return time.time() * 1000


def monotonic_ms() -> float:
    """Time that only goes forward, milliseconds from any start."""
    return perf_counter() * 1000


# Goes on while the machine sleeps, and nobody can set it: CLOCK_BOOTTIME of Linux, CLOCK_MONOTONIC of macOS.
_SLEEPLESS: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def uptime_ms() -> float:
    """Time since the machine was started, sleep counted as the monotonic clock does not; NaN where nothing says it."""
    if _SLEEPLESS is None:
        return math.nan
    try:
        return time.clock_gettime(_SLEEPLESS) * 1000
    except OSError:
        return math.nan


# A reading: until when it is good (`perf_counter`, seconds), what it said, and a clock that always says so.
Reading = tuple[float, int, Clock]

# A reading of the machine's own clock is good for so long, however often it is asked for.
_GOOD_FOR_S = 0.001


class SteadyClock:
    """A clock for decisions, made of the machine's: it never goes back and never says NaN.

    When the wall clock jumps back or fails, time goes on from the last good reading at the monotonic clock's pace: a
    budget's window cannot be reopened by setting a clock back.
    """

    def __init__(self, clock: Clock = now_ms) -> None:
        self._clock = clock
        # The machine's own is read once a millisecond; a program's clock is always asked.
        self._is_own = clock is now_ms
        self._last_ms = 0.0
        self._last_monotonic_ms = monotonic_ms()
        self._lock = threading.Lock()
        # Replaced whole, so that reading it needs no lock.
        self.latest: Reading = (-math.inf, 0, repeat(0).__next__)

    def __call__(self) -> int:
        """Milliseconds since the epoch."""
        return self.read(perf_counter())[1]

    def read(self, now_s: float) -> Reading:
        """The reading for a time that `perf_counter` has just given."""
        latest = self.latest
        # One that another thread has made since is good, too.
        return latest if now_s < latest[0] else self.read_anew()

    def read_anew(self) -> Reading:
        """The reading for now."""
        value = -1.0
        try:
            value = float(self._clock())
            if not 0 <= value <= _MAX_DATE_MS:
                value = -1.0
        except Exception:  # noqa: BLE001 - a clock of the program's own
            value = -1.0
        now_s = perf_counter()
        monotonic = now_s * 1000
        # Another thread may have read later and come here before: time then stands.
        with self._lock:
            passed = monotonic - self._last_monotonic_ms
            onward = self._last_ms + passed if passed > 0 else self._last_ms
            last = self._last_ms = value if value > onward else onward
            if passed > 0:
                self._last_monotonic_ms = monotonic
            said = int(last)
            reading = (now_s + _GOOD_FOR_S, said, repeat(said).__next__)
            if self._is_own:
                self.latest = reading
        return reading


@lru_cache(maxsize=64)
def to_timestamp(at_ms: float) -> str:
    """RFC 3339 in UTC; the epoch when it is no time."""
    try:
        return format_instant(at_ms if math.isfinite(at_ms) else 0)
    except (OverflowError, ValueError):
        return format_instant(0)
