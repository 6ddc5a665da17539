"""Pauses before there is any plan (clause S-20)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..._core import Agent, Pause

# Level of a pause, the request's own member about it, and the agent's.
_MEMBERSHIPS = {"team": ("teamId", "team_id"), "workspace": ("workspaceId", "workspace_id")}


def suppose_memberships(request: Any, pauses: Iterable[Pause], agents: Sequence[Agent]) -> Iterator[Any]:
    """The request as it may have to be read, for each pause of a team or a workspace that may be about its agent.

    About it may be the pause of the team that the program has registered it in and, of an agent of which neither the
    program nor the request says it, any.
    """
    if not isinstance(request, dict):
        return
    agent = next((one for one in agents if one.agent_id == request.get("agentId")), None)
    for pause in pauses:
        names = _MEMBERSHIPS.get(pause.level)
        if names is None:
            continue
        stated, own = request.get(names[0]), getattr(agent, names[1], None)
        if own == pause.target_id or (not own and stated in (None, "")):
            yield {**request, names[0]: pause.target_id}
