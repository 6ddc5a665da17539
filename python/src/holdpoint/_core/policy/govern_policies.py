"""Policies as the cascade wants them for one caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..._gen.messages import Agent, GovernedSetting, TierOverride
from ..._gen.tables import AUTONOMY_LEVEL_RANK, ENFORCEMENT_MODE_RANK
from .caller import Caller
from .cascade import Demands, meet
from .governance import find_least_mode, gather_demands

if TYPE_CHECKING:
    from .plan import CompiledPolicy

_HOLDS_FROM = ENFORCEMENT_MODE_RANK["require_approval"]


@dataclass(frozen=True, slots=True)
class Governed:
    """Policies, the agent's tier under every cap (empty without one), and those beyond the tier."""

    policies: Sequence[CompiledPolicy]
    autonomy: str = ""
    tier_overrides: tuple[TierOverride, ...] = ()


def demands_on(settings: Sequence[Any], caller: Caller) -> Demands:
    """Where a caller stands in the lattice: where its registered agent does, and where the request says it belongs."""
    own = gather_demands(settings, caller.agent or Agent(caller.agent_id))
    if not settings:
        return own
    if not caller.readable:
        return meet(own, gather_demands(settings, Agent("")))
    if not caller.team_id and not caller.workspace_id:
        return own
    stated = Agent(caller.agent_id, team_id=caller.team_id, workspace_id=caller.workspace_id)
    return meet(own, gather_demands(settings, stated))


def govern_policies(settings: Sequence[Any], policies: Sequence[CompiledPolicy], caller: Caller) -> Governed:
    """Raises every policy to its least mode, leaves out packs that are not in force, notes those beyond the tier."""
    demands = demands_on(settings, caller)
    tier = demands.get("autonomy ")
    autonomy = tier.value if tier else ""
    in_force = policies
    if settings:
        in_force = [
            _raise_mode(one, find_least_mode(demands, one.kind.type))
            for one in policies
            if one.pack is None or f"pack {one.pack}" in demands
        ]
    return Governed(in_force, autonomy, _list_overrides(in_force, autonomy) if autonomy else ())


def _raise_mode(compiled: CompiledPolicy, least: GovernedSetting | None) -> CompiledPolicy:
    """INVARIANT: never a milder mode; what must at least wait or block also holds when it cannot be decided (D-38)."""
    if least is None:
        return compiled
    rank = ENFORCEMENT_MODE_RANK[least.value]
    holds = rank >= _HOLDS_FROM
    raised = rank > ENFORCEMENT_MODE_RANK[compiled.mode]
    if not raised and not (holds and compiled.on_error == "record"):
        return compiled
    return replace(
        compiled,
        mode=least.value if raised else compiled.mode,
        on_error="hold" if holds else compiled.on_error,
        mode_source=least,
    )


def _list_overrides(policies: Sequence[CompiledPolicy], agent_tier: str) -> tuple[TierOverride, ...]:
    rank = AUTONOMY_LEVEL_RANK[agent_tier]
    return tuple(
        TierOverride(one.id, one.kind.type, one.kind.tier, agent_tier)
        for one in policies
        if one.pack is None and AUTONOMY_LEVEL_RANK[one.kind.tier] > rank
    )
