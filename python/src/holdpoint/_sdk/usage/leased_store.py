"""A store of this process whose shared budgets are bounded by slices of the control plane's count."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core import Charge, Counter, SessionEffect, SessionState
from .guard import GuardedUsage
from .lease_book import Lease, LeaseBook


class LeasedUsageStore:
    """Clauses L-3 to L-5. Never waits.

    All is kept in `own`; a lease only says what the others have spent and how much may be spent here.
    """

    def __init__(self, own: GuardedUsage, book: LeaseBook) -> None:
        self._own = own
        self._book = book

    def read(self, counter: Counter) -> float:
        """What the others have spent and what this process has."""
        lease = self._book.find(counter)
        return self._own.read(counter) if lease is None else lease.others + self._book.spent(lease)

    def add(self, counter: Counter, amount: int) -> None:
        """Adds to a counter."""
        self._own.add(counter, amount)
        lease = self._book.find(counter)
        if lease is not None:
            self._book.touch(lease)

    def reserve(self, charges: Sequence[Charge], into: str | None = None) -> str | None:
        """All are asked before any is taken: what one refuses, no other keeps."""
        asked = self._ask(charges)
        if asked is None:
            return None
        reserved = self._own.reserve(charges, into)
        self._touch(asked, went_on=reserved is not None)
        return reserved

    def _holdpoint_spend(self, charges: Sequence[Charge]) -> bool:
        """The same of what nobody will settle."""
        asked = self._ask(charges)
        if asked is None:
            return False
        spent = self._own.spend(charges)
        self._touch(asked, went_on=spent)
        return spent

    def _holdpoint_forget(self, reservation_id: str) -> None:
        """What was reserved stands as spent."""
        self._own.forget(reservation_id)

    def _ask(self, charges: Sequence[Charge]) -> tuple[list[Lease], bool] | None:
        """The leases of a step, and whether their slices have room for it; None where it is refused."""
        book = self._book
        leases: list[Lease] = []
        is_held = True
        for charge in charges:
            lease = book.find(charge.counter)
            if lease is None:
                continue
            leases.append(lease)
            if book.admits(lease, charge.amount):
                continue
            if not book.is_open():
                return None
            is_held = False
        return leases, is_held

    def _touch(self, asked: tuple[list[Lease], bool], *, went_on: bool) -> None:
        leases, is_held = asked
        # The step counts, once, and only if it goes ahead.
        if went_on and not is_held:
            self._book.count_ungoverned()
        for lease in leases:
            self._book.touch(lease)

    def settle(self, reservation_id: str, cost_micros: int) -> None:
        """Replaces what was reserved of cost by what it really cost."""
        self._own.settle(reservation_id, cost_micros)

    def release(self, reservation_id: str) -> None:
        """Gives everything back that was reserved."""
        self._own.release(reservation_id)

    def session(self, session_id: str) -> SessionState | None:
        """What a session has done."""
        return self._own.session(session_id)

    def record(self, effect: SessionEffect) -> None:
        """Adds a step to a session."""
        self._own.record(effect)
