"""A usage store made complete, which raises only where a session cannot be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..._core import Charge, Counter, SessionEffect, SessionState
from ..._gen.tables import DEFAULT_RESERVATION_CAPACITY, DEFAULT_SESSION_CAPACITY, DEFAULT_SESSION_IDLE_MS
from ..clock import Clock
from ..types import UsageStore
from .memory_sessions import MemorySessions
from .reservation_book import ReservationBook

_MAX_BROKEN = 10_000


class GuardedUsage:
    """A read that raises is NaN; a counter whose addition was lost reads NaN from then on.

    Its count is too low then: the policy that needs it fails closed. A session whose step was lost cannot be read any
    more. What the store does not keep (reservations, sessions) is kept here.
    """

    def __init__(self, store: UsageStore, clock: Clock) -> None:
        self._store = store
        self._broken: set[str] = set()
        own: Any = ReservationBook(self.add, DEFAULT_RESERVATION_CAPACITY)
        self._book: Any = store if _has(store, "reserve", "settle", "release") else own
        # Stores of ours have a shorter way for what is never settled.
        self._spend_own: Any = getattr(self._book, "spend" if self._book is own else "_holdpoint_spend", None)
        self._forget_own: Any = getattr(self._book, "forget" if self._book is own else "_holdpoint_forget", None)
        kept: Any = store if _has(store, "session", "record") else None
        self._sessions: Any = kept or MemorySessions(clock, DEFAULT_SESSION_CAPACITY, DEFAULT_SESSION_IDLE_MS)

    def read(self, counter: Counter) -> float:
        """The store's answer, NaN when it has none."""
        if self._is_broken(counter.key):
            return math.nan
        try:
            return self._store.read(counter)
        except Exception:  # noqa: BLE001 - a store of the program's own
            return math.nan

    def add(self, counter: Counter, amount: int) -> None:
        """Adds, or remembers that it could not."""
        try:
            self._store.add(counter, amount)
        except Exception:  # noqa: BLE001 - a store of the program's own
            self._break(counter.key)

    def reserve(self, charges: Sequence[Charge], into: str | None = None) -> str | None:
        """The id of a reservation; None when the store refuses."""
        try:
            reserved = self._book.reserve(charges, into)
        except Exception:  # noqa: BLE001 - a store of the program's own
            return None
        return reserved if isinstance(reserved, str) else None

    def spend(self, charges: Sequence[Charge]) -> bool:
        """Reserves what nobody will settle or release; False when the store refuses."""
        if self._spend_own is None:
            return self.reserve(charges) is not None
        try:
            return bool(self._spend_own(charges))
        except Exception:  # noqa: BLE001 - a defect of a lease
            return False

    def forget(self, reservation_id: str) -> None:
        """What was reserved stands as spent; what a program's own store keeps of it is its affair."""
        if self._forget_own is not None:
            self._forget_own(reservation_id)

    def settle(self, reservation_id: str, cost_micros: int) -> None:
        """A settlement that is lost leaves the estimate standing: too much, never too little."""
        try:
            self._book.settle(reservation_id, cost_micros)
        except Exception:  # noqa: BLE001 - a store of the program's own
            return

    def release(self, reservation_id: str) -> None:
        """Gives everything back that was reserved."""
        try:
            self._book.release(reservation_id)
        except Exception:  # noqa: BLE001 - a store of the program's own
            return

    def session(self, session_id: str) -> SessionState | None:
        """What a session has done; raises when it cannot be read."""
        if self._is_broken(_session_key(session_id)):
            raise LookupError("a step of the session was lost")
        state: SessionState | None = self._sessions.session(session_id)
        return state

    def record(self, effect: SessionEffect) -> None:
        """Adds a step, or remembers that it could not."""
        try:
            self._sessions.record(effect)
        except Exception:  # noqa: BLE001 - a store of the program's own
            self._break(_session_key(effect.session_id))
            if effect.parent_session_id:
                self._break(_session_key(effect.parent_session_id))

    def _break(self, key: str) -> None:
        if len(self._broken) < _MAX_BROKEN:
            self._broken.add(key)

    def _is_broken(self, key: str) -> bool:
        return key in self._broken or len(self._broken) >= _MAX_BROKEN


def _has(store: object, *names: str) -> bool:
    return all(callable(getattr(store, name, None)) for name in names)


def _session_key(session_id: str) -> str:
    return f"session|{session_id}"
