"""CrewAI: `govern_crew(hp, crew, agent_id=…)`: guarded models, and the framework's own hooks around every tool."""

from __future__ import annotations

from ._crewai_govern import govern_agent, govern_crew
from ._crewai_hooks import add_hooks
from ._crewai_model import guard_llm
from ._crewai_runs import RUN_HOOKS
from ._crewai_verify import verify
from ._identity import find_halt

__all__ = ["find_halt", "govern_agent", "govern_crew", "guard_llm", "verify"]

add_hooks(RUN_HOOKS)
