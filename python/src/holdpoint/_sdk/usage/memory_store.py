"""Counters, reservations and sessions in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core import Charge
from ..._gen.tables import (
    DEFAULT_RESERVATION_CAPACITY,
    DEFAULT_SESSION_CAPACITY,
    DEFAULT_SESSION_IDLE_MS,
    DEFAULT_USAGE_COUNTER_CAPACITY,
)
from ..clock import Clock, now_ms
from .memory_counters import MemoryCounters
from .memory_sessions import MemorySessions
from .reservation_book import ReservationBook


class MemoryUsageStore:
    """Counters, reservations and sessions in this process's memory, safe for threads.

    Bounded: when it is full, what is over goes first; if nothing is, a counter or a session that is not held cannot be
    read, so its policy fails closed rather than start at zero.
    """

    def __init__(
        self,
        *,
        clock: Clock = now_ms,
        capacity: int = DEFAULT_USAGE_COUNTER_CAPACITY,
        session_capacity: int = DEFAULT_SESSION_CAPACITY,
        session_idle_ms: float = DEFAULT_SESSION_IDLE_MS,
    ) -> None:
        counters = MemoryCounters(clock, capacity)
        sessions = MemorySessions(clock, session_capacity, session_idle_ms)
        book = ReservationBook(counters.add, DEFAULT_RESERVATION_CAPACITY)
        self.read = counters.read
        self.add = counters.add
        self.reserve = book.reserve
        self.settle = book.settle
        self.release = book.release
        self._book = book
        self.session = sessions.session
        self.record = sessions.record

    def _holdpoint_spend(self, charges: Sequence[Charge]) -> bool:
        """For `GuardedUsage`: reserves what nobody will settle; False when whoever extends this store refuses."""
        if self.reserve == self._book.reserve:
            return self._book.spend(charges)
        return self.reserve(charges) is not None

    def _holdpoint_forget(self, reservation_id: str) -> None:
        """For `GuardedUsage`: nobody will settle it any more. Whoever extends this store keeps its own book."""
        if self.reserve == self._book.reserve:
            self._book.forget(reservation_id)
