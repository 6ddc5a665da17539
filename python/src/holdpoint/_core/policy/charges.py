"""What a call that goes ahead is charged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..._gen.tables import DEFAULT_ENVIRONMENT
from .applicable import names
from .count_records import count_records
from .count_tokens import count_tokens
from .counters import Counter
from .evaluate import Clock
from .external_hosts import list_hosts
from .plan import CompiledPolicy, Plan
from .request import RequestView, bind_request
from .subject import create_subject


class Charge(NamedTuple):
    """An amount to add to one counter: whole micro-dollars, or whole things counted.

    `strict`: a policy asks that its budget hold across processes.
    """

    counter: Counter
    amount: int
    strict: bool = False


def charges_for(plan: Plan, request: Any, clock: Clock) -> list[Charge]:
    """One entry for each counter that any policy of the plan keeps for the call's agent, whichever its phase.

    SPECIFICATION D-32. Never raises.
    """
    try:
        return charges_for_view(plan, bind_request(request, DEFAULT_ENVIRONMENT), clock())
    except Exception:  # noqa: BLE001
        return []


def charges_for_view(plan: Plan, view: RequestView, now_ms: float) -> list[Charge]:
    """The same for a request that is read already."""
    if view.agent_id == "":
        return []
    subject = create_subject(plan, view)
    charges: dict[str, Charge] = {}
    for compiled in _list_counting(plan, view.agent_id):
        for counter in compiled.counters:
            amount = _amount_of(counter.metric, view, compiled.rule) if counter.concerns(subject) else 0
            if amount == 0:
                continue
            for one in counter.list(subject, now_ms) or ():
                if one.scope == "agent" and one.scope_id != view.agent_id:
                    continue
                known = charges.get(one.key)
                strict = counter.strict or (known is not None and known.strict)
                charges[one.key] = Charge(one, max(amount, known.amount if known else 0), strict)
    return list(charges.values())


def keeps_state(plan: Plan) -> bool:
    """True when a step under this plan may leave anything behind: a charge, or a step of a session."""
    return plan.uses_sessions or any(compiled.counters for compiled in plan.compiled)


_MOST_AGENTS = 4096


def _list_counting(plan: Plan, agent_id: str) -> Sequence[CompiledPolicy]:
    """Policies with counters for an agent, found once."""
    known = plan.counting.get(agent_id)
    if known is None:
        known = [one for one in plan.compiled if one.counters and names(one.applies_to, agent_id)]
        if len(plan.counting) >= _MOST_AGENTS:
            plan.counting.clear()
        plan.counting[agent_id] = known
    return known


_CALL_PHASES = frozenset({"input", "tool_call", "agent_call"})


def _amount_of(metric: str, view: RequestView, rule: dict[str, Any]) -> int:
    """What a step adds to a counter; nothing where the request cannot be read."""
    if metric == "cost":
        return 0 if "cost" in view.broken else view.cost
    if metric == "calls":
        return 1 if view.phase in _CALL_PHASES else 0
    if metric == "tool_calls":
        return 1 if view.phase == "tool_call" else 0
    if metric == "turns":
        return 1 if view.phase == "input" else 0
    if metric == "external_calls":
        hosts = list_hosts(view)
        return 1 if hosts is None or hosts else 0
    if metric == "tokens":
        if not view.broken.keys().isdisjoint(("texts", "tokens", "outputTokens")):
            return 0
        return sum(count_tokens(view))
    return int(count_records(view, rule.get("count_field") or "")) if view.phase == "tool_result" else 0
