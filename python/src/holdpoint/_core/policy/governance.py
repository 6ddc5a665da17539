"""What the cascade demands of one agent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from ..._gen.messages import Agent, Governance, GovernanceSettings, GovernedSetting, Pause
from ..._gen.tables import DISCOVERY_TOGGLE_VALUES, ENFORCEMENT_MODE_RANK
from ..decide import is_document, to_wire, utf16_order
from .cascade import Demands, demand, meet, rank_of_level, read_demands
from .closed_sets import resolve_name
from .pauses import find_pause


def resolve_governance(
    settings: Iterable[GovernanceSettings | Any],
    agent: Agent,
    pauses: Sequence[Pause] = (),
    now_ms: float = -math.inf,
) -> Governance:
    """What platform, tenant, workspace, team and agent together demand of one agent, with each setting's source.

    Of each the most restrictive, in whatever order they are given (SPECIFICATION D-36). Pure; never raises.
    """
    pause = find_pause(pauses, agent.agent_id, agent, now_ms)
    return summarise(gather_demands(settings, agent), pause)


def gather_demands(settings: Iterable[Any], agent: Agent) -> Demands:
    """The point of the lattice where an agent stands."""
    demands: Demands = demand(_own_tier(agent)) if agent.autonomy_level else {}
    for document in settings:
        wire = to_wire(document) if is_document(document) else document
        if _concerns(wire, agent):
            demands = meet(demands, read_demands(wire))
    return demands


def _own_tier(agent: Agent) -> GovernedSetting:
    tier = resolve_name("autonomyLevel", agent.autonomy_level or "") or "observe"
    return GovernedSetting("autonomy", tier, "agent", None, agent.agent_id)


def _concerns(document: Any, agent: Agent) -> bool:
    """Documents of a level that is not known, or that name no target where one is needed, concern every agent."""
    if not isinstance(document, dict):
        return False
    target = document.get("targetId")
    # An agent that cannot be read could be any agent.
    if agent.agent_id == "" or not isinstance(target, str) or target == "":
        return True
    level = document.get("level")
    if level == "agent":
        return target == agent.agent_id
    if level == "team":
        return target == agent.team_id
    if level == "workspace":
        return target == agent.workspace_id
    return True


def summarise(demands: Demands, pause: Pause | None) -> Governance:
    """A point of the lattice as a document."""
    stated = list(demands.values())

    def named(dimension: str) -> list[GovernedSetting]:
        return [setting for setting in stated if setting.dimension == dimension]

    autonomy = [setting.value for setting in named("autonomy")]
    artifacts = [setting.value for setting in named("artifactGovernance")]
    toggles = dict.fromkeys(DISCOVERY_TOGGLE_VALUES, True)
    toggles.update((setting.name or "", setting.value == "on") for setting in named("discovery"))
    if pause is not None:
        stated.append(GovernedSetting("killSwitch", "paused", pause.level, None, pause.target_id))
    return Governance(
        {setting.name or "": setting.value for setting in named("mode")},
        tuple(sorted((setting.name or "" for setting in named("pack")), key=utf16_order)),
        artifacts[0] if artifacts else "open",
        toggles,
        tuple(sorted(stated, key=lambda setting: utf16_order(f"{setting.dimension} {setting.name or ''}"))),
        autonomy[0] if autonomy else None,
        pause,
    )


def find_least_mode(demands: Demands, policy_type: str) -> GovernedSetting | None:
    """The setting that a policy's mode must at least meet: that of its type or of all, whichever asks for more."""
    own, every = demands.get(f"mode {policy_type}"), demands.get("mode *")
    if own is None or every is None:
        return own or every
    own_rank = (ENFORCEMENT_MODE_RANK[own.value], rank_of_level(own.level))
    every_rank = (ENFORCEMENT_MODE_RANK[every.value], rank_of_level(every.level))
    return every if every_rank > own_rank else own
