"""Pauses before there is any plan (clause S-20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._core import Agent, Pause, parse_instant

# Level of a pause, the request's own member about it, and the agent's.
_MEMBERSHIPS = (("team", "teamId", "team_id"), ("workspace", "workspaceId", "workspace_id"))


def suppose_memberships(request: Any, pauses: Sequence[Pause], agents: Sequence[Agent], now_ms: float) -> Any:
    """The request to decide about pauses with.

    Nobody knows yet which team or workspace an agent belongs to, unless the program or the request says so: it is then
    taken to belong to one that is paused. A request cannot talk an agent out of the one that the program has put it in.
    """
    if not pauses or not isinstance(request, dict):
        return request
    agent = next((one for one in agents if one.agent_id == request.get("agentId")), None)
    supposed = dict(request)
    for level, wire, name in _MEMBERSHIPS:
        paused = [one.target_id for one in pauses if one.level == level and not _is_over(one, now_ms)]
        stated, own = request.get(wire), getattr(agent, name, None)
        if own in paused or (own and stated in (None, "")):
            supposed[wire] = own
        elif paused and stated in (None, ""):
            supposed[wire] = paused[0]
    return supposed


def _is_over(pause: Pause, now_ms: float) -> bool:
    return parse_instant(pause.until or "") <= now_ms
