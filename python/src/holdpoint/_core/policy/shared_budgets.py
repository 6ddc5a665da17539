"""Budgets that processes share (clauses L-1, L-2)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from ..._gen.tables import MAX_LEASES
from .applicable import names
from .counters import Counter, PolicyCounter, Subject
from .pauses import parse_instant
from .plan import CompiledPolicy, Plan

BudgetKind = Literal["strict", "lenient", "watched"]


class SharedBudget(NamedTuple):
    """What is known of a counter that policies cap.

    `kind`: `strict` never spends ahead, `lenient` a little, `watched` is only reported. `cap_micros`: whole
    micro-dollars of one window. `end_ms`: when the counter's window ends. `next`: the counter of the window after it.
    """

    kind: BudgetKind
    cap_micros: int
    end_ms: float
    next: Counter


def find_shared_budget(plan: Plan, counter: Counter, policy_ids: Collection[str] | None = None) -> SharedBudget | None:
    """The budget that a counter belongs to; None when no policy caps it, or when it is not one that processes share.

    With `policy_ids` only those policies count.
    """
    if counter.metric != "cost" or counter.kind != "calendar" or "session" in (counter.window, counter.scope):
        return None
    start_ms = parse_instant(counter.start)
    if math.isnan(start_ms):
        return None
    subject = _create_owner(counter.scope_id)
    caps: dict[str, list[int]] = {"strict": [], "lenient": [], "watched": []}
    found: PolicyCounter | None = None
    for policy, one in _list_capped(plan, policy_ids):
        for_agent = counter.scope != "agent" or names(policy.applies_to, counter.scope_id)
        if not one.concerns(subject) or not for_agent:
            continue
        if not any(other.key == counter.key for other in one.list(subject, start_ms) or ()):
            continue
        found = one
        caps[_kind_of(plan, policy, one)].append(one.cap_micros or 0)
    if found is None:
        return None
    end_ms = found.window_at(start_ms).end_ms
    later = found.list(subject, end_ms) or ()
    following = next((other for other in later if other.scope_id == counter.scope_id), counter)
    if caps["strict"]:
        return SharedBudget("strict", min(caps["strict"]), end_ms, following)
    kind: BudgetKind = "lenient" if caps["lenient"] else "watched"
    return SharedBudget(kind, max(caps[kind]), end_ms, following)


def list_shared_counters(plan: Plan, now_ms: float, policy_ids: Collection[str] | None = None) -> Sequence[Counter]:
    """Counters of shared budgets whose owners are known before any of them takes a step; at most `maxLeases`."""
    found: dict[str, Counter] = {}
    for policy, one in _list_capped(plan, policy_ids):
        if one.scope == "session":
            continue
        for owner in _list_owners(plan, policy, one):
            subject = _create_owner(owner)
            if not one.concerns(subject):
                continue
            for counter in one.list(subject, now_ms) or ():
                if len(found) >= MAX_LEASES:
                    return tuple(found.values())
                found[counter.key] = counter
    return tuple(found.values())


def _list_capped(plan: Plan, policy_ids: Collection[str] | None) -> Iterator[tuple[CompiledPolicy, PolicyCounter]]:
    for policy in plan.compiled:
        if policy_ids is None or policy.id in policy_ids:
            yield from ((policy, one) for one in policy.state if one.cap_micros is not None)


def _kind_of(plan: Plan, policy: CompiledPolicy, counter: PolicyCounter) -> BudgetKind:
    """Where settings of the cascade may raise a mode, every mode may hold."""
    holds = policy.mode in ("block", "require_approval") or bool(plan.settings)
    if not holds or policy.rule.get("action") == "warn":
        return "watched"
    return "strict" if counter.strict else "lenient"


def _create_owner(owner: str) -> Subject:
    return Subject(owner, owner, "", owner)


def _list_owners(plan: Plan, policy: CompiledPolicy, counter: PolicyCounter) -> Sequence[str]:
    if counter.scope == "organization":
        return ("*",)
    wanted = policy.rule.get("scope_id")
    if isinstance(wanted, str):
        return (wanted,)
    agents = [agent for agent in plan.agents.values() if names(policy.applies_to, agent.agent_id)]
    if counter.scope == "workspace":
        return [agent.workspace_id for agent in agents if agent.workspace_id]
    if counter.scope != "agent":
        return ()
    return list(dict.fromkeys([*policy.applies_to, *(agent.agent_id for agent in agents)]))
