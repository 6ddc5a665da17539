"""Reservations over any store that adds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ..._core import Charge, Counter


class ReservationBook:
    """What is reserved is added at once, so that the next call sees it; safe for threads.

    Beyond `capacity` the oldest are forgotten: their estimates stand as spent.
    """

    def __init__(self, add: Callable[[Counter, int], None], capacity: int) -> None:
        self._add = add
        self._capacity = capacity
        self._lock = threading.Lock()
        self._held: dict[str, dict[str, Charge]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._held)

    def reserve(self, charges: Sequence[Charge], into: str | None = None) -> str | None:
        """Adds all of these and remembers them under an id."""
        for charge in charges:
            self._add(charge.counter, charge.amount)
        with self._lock:
            if into is not None and into in self._held:
                reservation_id = into
            else:
                reservation_id = f"r{self._next}"
                self._next += 1
            reserved = self._held.setdefault(reservation_id, {})
            for charge in charges:
                known = reserved.get(charge.counter.key)
                amount = charge.amount + (known.amount if known else 0)
                reserved[charge.counter.key] = charge._replace(amount=amount)
            if len(self._held) > self._capacity:
                del self._held[next(iter(self._held))]
        return reservation_id

    def spend(self, charges: Sequence[Charge]) -> bool:
        """Adds all of these for good: nobody will settle or release them, so nothing is remembered. Always True."""
        for charge in charges:
            self._add(charge.counter, charge.amount)
        return True

    def forget(self, reservation_id: str) -> None:
        """What was reserved stands as spent: it is neither settled nor released any more."""
        self._take(reservation_id)

    def settle(self, reservation_id: str, cost_micros: int) -> None:
        """Replaces what was reserved of cost by what it really cost."""
        for charge in self._take(reservation_id):
            if charge.counter.metric == "cost":
                self._add(charge.counter, cost_micros - charge.amount)

    def release(self, reservation_id: str) -> None:
        """Gives everything back that was reserved."""
        for charge in self._take(reservation_id):
            self._add(charge.counter, -charge.amount)

    def _take(self, reservation_id: str) -> list[Charge]:
        with self._lock:
            return list(self._held.pop(reservation_id, {}).values())
