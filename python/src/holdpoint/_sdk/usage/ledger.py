"""Spend, reserved before a call and settled after it."""

from __future__ import annotations

import threading

from ..._core import Charge, Clock, Effects, Plan, charges_for, to_micros
from ..._gen.tables import MAX_COST_USD
from .guard import GuardedUsage


class Reservations:
    """What was reserved and not yet settled, for one trace: the reservation, and the series of its counters."""

    __slots__ = ("id", "lock", "series")

    def __init__(self) -> None:
        self.id: str | None = None
        self.series: set[str] = set()
        self.lock = threading.Lock()


class Ledger:
    """Reserves, records and settles in one usage store. Never raises."""

    def __init__(self, usage: GuardedUsage, clock: Clock) -> None:
        self._usage = usage
        self._clock = clock

    def apply(self, effects: Effects, reservations: Reservations | None) -> bool:
        """Applies what a step that goes ahead leaves behind; False when its budget could not be reserved."""
        charges, session = effects
        if charges:
            if reservations is None:
                # No trace, so nobody who could settle it.
                if not self._usage.spend(charges):
                    return False
            else:
                with reservations.lock:
                    reserved = self._usage.reserve(charges, reservations.id)
                    if reserved is None:
                        return False
                    reservations.id = reserved
                    reservations.series.update(_series_of(one) for one in charges if one.counter.metric == "cost")
        if session is not None:
            self._usage.record(session)
        return True

    def settle(
        self,
        plan: Plan,
        spender: dict[str, str | None],
        cost_usd: float,
        reservations: Reservations,
    ) -> None:
        """Replaces what was reserved by what it really cost. With nothing reserved the cost is simply added.

        `spender`: `agentId`, `userId`, `sessionId`. A cost that is no number, or negative, settles nothing: the
        estimate stands.
        """
        if not cost_usd >= 0:
            return
        spent_usd = min(cost_usd, MAX_COST_USD)
        actual = charges_for(plan, {**spender, "estimatedCost": spent_usd}, self._clock)
        with reservations.lock:
            reserved, series = reservations.id, set(reservations.series)
            reservations.id = None
            reservations.series.clear()
        # A window may have ended since: the cost belongs to the one it was reserved in.
        if reserved is not None:
            self._usage.settle(reserved, to_micros(spent_usd))
        for charge in actual:
            if charge.counter.metric == "cost" and _series_of(charge) not in series:
                self._usage.add(charge.counter, charge.amount)

    def forget(self, reservations: Reservations) -> None:
        """A trace has ended: nobody settles what it has left, so the estimate stands as spent."""
        with reservations.lock:
            reserved, reservations.id = reservations.id, None
        if reserved is not None:
            self._usage.forget(reserved)


def _series_of(charge: Charge) -> str:
    return charge.counter.key.rpartition("|")[0]
