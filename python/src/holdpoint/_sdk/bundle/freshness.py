"""How long ago the control plane confirmed the bundle in force (clause S-21)."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from ..._gen.tables import DEFAULT_SLEEP_CHECK_MS, DEFAULT_SLEEP_LEAST_MS
from .. import clock
from ..clock import monotonic_ms


class Freshness:
    """Time counts from its making until the first confirmation.

    `max_staleness_ms`: None when a bundle is never stale. `on_deadline` gets the monotonic time from which on it is;
    `on_stale` is called once each time that it has become so, `on_slept` when the machine has slept: what was pushed
    meanwhile was missed.
    """

    def __init__(
        self,
        max_staleness_ms: float | None,
        on_deadline: Callable[[float], None],
        on_stale: Callable[[], None],
        on_slept: Callable[[], None],
    ) -> None:
        self._max_ms = max_staleness_ms
        self._on_deadline = on_deadline
        self._on_stale = on_stale
        self._on_slept = on_slept
        self._slept_ms = _read_sleep()
        self._confirmed_ms: float | None = None
        self._stale_at_ms = math.inf
        self._told = False
        self._stopped = False
        self._changed = threading.Condition()
        self._set_deadline(monotonic_ms())

    def start(self) -> None:
        """Watches the deadline in the background."""
        if self._max_ms is not None:
            threading.Thread(target=self._watch, name="holdpoint-freshness", daemon=True).start()

    def confirm(self, ago_ms: float = 0.0) -> None:
        """Confirmed now, or so long ago; an age that is no number is older than any limit."""
        ago_ms = ago_ms if math.isfinite(ago_ms) else max(0.0, self._max_ms or 0.0)
        with self._changed:
            self._confirmed_ms = monotonic_ms() - ago_ms
            self._slept_ms = _read_sleep()
            self._set_deadline(self._confirmed_ms)

    def age_ms(self) -> float | None:
        """Time since the last confirmation; None before the first."""
        return None if self._confirmed_ms is None else monotonic_ms() - self._confirmed_ms

    def is_stale(self) -> bool:
        """True when that is longer than it may be."""
        return monotonic_ms() >= self._stale_at_ms

    def stop(self) -> None:
        """Stops watching."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _set_deadline(self, from_ms: float) -> None:
        if self._max_ms is None:
            return
        with self._changed:
            self._stale_at_ms = from_ms + self._max_ms
            self._told = False
            self._on_deadline(self._stale_at_ms)
            self._changed.notify_all()

    def _count_sleep(self) -> None:
        """Waits stood still with the monotonic clock while the machine slept; the deadline did not."""
        with self._changed:
            now_ms = _read_sleep()
            missed_ms = now_ms - self._slept_ms
            if self._max_ms is None or not missed_ms >= DEFAULT_SLEEP_LEAST_MS:
                return
            self._slept_ms = now_ms
            if self._confirmed_ms is not None:
                self._confirmed_ms -= missed_ms
            self._set_deadline(self._stale_at_ms - missed_ms - self._max_ms)
        self._on_slept()

    def _watch(self) -> None:
        while not self._stopped:
            if not self._told:
                self._count_sleep()
            with self._changed:
                left_ms = math.inf if self._told else self._stale_at_ms - monotonic_ms()
                if left_ms > 0:
                    self._changed.wait(None if self._told else min(left_ms, DEFAULT_SLEEP_CHECK_MS) / 1000)
                    continue
                self._told = True
            if not self._stopped:
                self._on_stale()


def _read_sleep() -> float:
    """What the machine has slept since it was started, about; NaN where nothing says it."""
    return clock.uptime_ms() - monotonic_ms()
