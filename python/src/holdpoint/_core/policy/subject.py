"""Whose step it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .counters import Subject
from .request import RequestView

if TYPE_CHECKING:
    from .plan import Plan


def create_subject(plan: Plan, view: RequestView) -> Subject:
    """Whose step it is; the workspace is the registered agent's unless the request says otherwise."""
    agent = plan.agents.get(view.agent_id)
    workspace = view.extras.workspace_id or (agent.workspace_id if agent else None) or ""
    return Subject(view.agent_id, view.user_id, view.session_id, workspace)
