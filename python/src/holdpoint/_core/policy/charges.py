"""What a call that goes ahead is charged."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..._gen.tables import DEFAULT_ENVIRONMENT
from .applicable import names
from .counters import Counter
from .evaluate import Clock
from .plan import Plan
from .request import bind_request


class Charge(NamedTuple):
    """An amount to add to one counter, in whole micro-dollars."""

    counter: Counter
    amount: int


def charges_for(plan: Plan, request: Any, clock: Clock) -> list[Charge]:
    """One entry for each counter that any policy of the plan keeps for the call's agent, whichever its phase.

    Empty when the call states no cost. Never raises.
    """
    try:
        view = bind_request(request, DEFAULT_ENVIRONMENT)
        if view.cost == 0 or view.agent_id == "" or "cost" in view.broken:
            return []
        now_ms = clock()
        counters: dict[str, Counter] = {}
        for compiled in plan.compiled:
            if not compiled.state or not names(compiled.applies_to, view.agent_id):
                continue
            for _, list_counters in compiled.state:
                for counter in list_counters(view.agent_id, now_ms):
                    if counter.scope == "organization" or counter.scope_id == view.agent_id:
                        counters[counter.key] = counter
        return [Charge(counter, view.cost) for counter in counters.values()]
    except Exception:  # noqa: BLE001
        return []
