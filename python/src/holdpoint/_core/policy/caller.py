"""Who stands behind a request, and which policies are for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._gen.messages import Agent
from .request import RequestView
from .request_extras import NO_EXTRAS

if TYPE_CHECKING:
    from .plan import CompiledPolicy

CallerKey = str | tuple[str, str, str, bool]


@dataclass(frozen=True, slots=True)
class Caller:
    """The registered agent behind a request, and where the request says that it belongs besides.

    `readable`: False when the request's team or workspace cannot be read: it could be any.
    """

    agent_id: str
    agent: Agent | None = None
    team_id: str = ""
    workspace_id: str = ""
    readable: bool = True


def describe_caller(agents: Mapping[str, Agent], view: RequestView) -> Caller:
    """The caller of a request."""
    extras = view.extras
    agent_id = view.agent_id
    return Caller(agent_id, agents.get(agent_id), extras.team_id, extras.workspace_id, _is_readable(view))


def key_of_caller(view: RequestView) -> CallerKey:
    """Names a caller among those of one plan."""
    if view.extras is NO_EXTRAS and not view.broken:
        return view.agent_id
    team_id, workspace_id, readable = view.extras.team_id, view.extras.workspace_id, _is_readable(view)
    if not team_id and not workspace_id and readable:
        return view.agent_id
    return view.agent_id, team_id, workspace_id, readable


def _is_readable(view: RequestView) -> bool:
    return "teamId" not in view.broken and "workspaceId" not in view.broken


def concerns_caller(compiled: CompiledPolicy, caller: Caller) -> bool:
    """Whether a policy is for this caller by agents, labels and target (SPECIFICATION D-6).

    A policy for a team or workspace concerns whom the registry or the request puts there.
    """
    # An agent that cannot be read could be any agent.
    if caller.agent_id == "":
        return True
    if compiled.applies_to and caller.agent_id not in compiled.applies_to:
        return False
    if compiled.target_id and not _is_target(compiled, caller):
        return False
    return not compiled.labels or _has_labels(compiled.labels, read_labels(caller.agent))


def _is_target(compiled: CompiledPolicy, caller: Caller) -> bool:
    target, agent = compiled.target_id, caller.agent
    if compiled.level == "agent":
        return target == caller.agent_id
    if compiled.level == "team":
        return not caller.readable or (agent is not None and target == agent.team_id) or target == caller.team_id
    if compiled.level == "workspace":
        own = agent is not None and target == agent.workspace_id
        return not caller.readable or own or target == caller.workspace_id
    return True


def read_labels(agent: Agent | None) -> dict[str, Any]:
    """Labels of a registered agent."""
    if agent is None:
        return {}
    if agent.labels:
        return agent.labels
    written = (agent.metadata or {}).get("labels")
    return written if isinstance(written, dict) else {}


def _has_labels(wanted: Mapping[str, str], has: Mapping[str, Any]) -> bool:
    return all(name in has and value in ("*", has[name]) for name, value in wanted.items())
