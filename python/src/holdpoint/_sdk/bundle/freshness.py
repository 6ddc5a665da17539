"""How long ago the control plane confirmed the bundle in force (clause S-21)."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from ..clock import monotonic_ms


class Freshness:
    """Time counts from its making until the first confirmation.

    `max_staleness_ms`: None when a bundle is never stale. `on_deadline` gets the monotonic time from which on it is;
    `on_stale` is called once each time that it has become so.
    """

    def __init__(
        self,
        max_staleness_ms: float | None,
        on_deadline: Callable[[float], None],
        on_stale: Callable[[], None],
    ) -> None:
        self._max_ms = max_staleness_ms
        self._on_deadline = on_deadline
        self._on_stale = on_stale
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
        self._confirmed_ms = monotonic_ms() - ago_ms
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

    def _watch(self) -> None:
        while not self._stopped:
            with self._changed:
                left_ms = math.inf if self._told else self._stale_at_ms - monotonic_ms()
                if left_ms > 0:
                    self._changed.wait(None if left_ms == math.inf else min(left_ms / 1000, threading.TIMEOUT_MAX))
                    continue
                self._told = True
            if not self._stopped:
                self._on_stale()
