"""Spend, reserved before a call and settled after it."""

from __future__ import annotations

import threading

from ..._core import Charge, Clock, Counter, Plan, charges_for, to_micros
from ..._gen.tables import MAX_COST_USD
from ..types import UsageStore


class Reservations:
    """What was reserved and not yet settled, for one trace."""

    __slots__ = ("charges", "lock")

    def __init__(self) -> None:
        self.charges: dict[str, Charge] = {}
        self.lock = threading.Lock()


class Ledger:
    """Reserves and settles in one usage store. Never raises."""

    def __init__(self, usage: UsageStore, clock: Clock) -> None:
        self._usage = usage
        self._clock = clock

    def reserve(self, plan: Plan, request: object, reservations: Reservations | None) -> None:
        """Reserves what a call that goes ahead is estimated to cost."""
        for counter, amount in charges_for(plan, request, self._clock):
            self._usage.add(counter, amount)
            if reservations is None:
                continue
            with reservations.lock:
                held = reservations.charges.get(counter.key)
                reservations.charges[counter.key] = Charge(counter, amount + (held.amount if held else 0))

    def settle(self, plan: Plan, agent_id: str, cost_usd: float, reservations: Reservations) -> None:
        """Replaces what was reserved by what it really cost. With nothing reserved the cost is simply added.

        A cost that is no number, or negative, settles nothing: the estimate stands.
        """
        if not cost_usd >= 0:
            return
        spent_usd = min(cost_usd, MAX_COST_USD)
        actual = charges_for(plan, {"agentId": agent_id, "estimatedCost": spent_usd}, self._clock)
        micros = to_micros(spent_usd)
        with reservations.lock:
            reserved = list(reservations.charges.values())
            reservations.charges.clear()
        # A window may have ended since: the cost belongs to the one it was reserved in.
        series = {_series_of(counter) for counter, _ in reserved}
        for counter, amount in reserved:
            self._usage.add(counter, micros - amount)
        for counter, amount in actual:
            if _series_of(counter) not in series:
                self._usage.add(counter, amount)


def _series_of(counter: Counter) -> str:
    return counter.key.rpartition("|")[0]
