"""Agents and crews of CrewAI whose models and tools are checked."""

from __future__ import annotations

from typing import Any, TypeVar

from .. import AsyncHoldpoint, ConfigError, Holdpoint
from ._crewai_hooks import ensure_hooks, steps_of_agent
from ._crewai_model import guard_with
from ._crewai_parts import guard_agent_parts, guard_crew_parts
from ._crewai_slots import agents_of
from ._identity import EstimateCost
from ._steps import Steps

A = TypeVar("A")


def govern_agent(
    hp: Holdpoint | AsyncHoldpoint,
    agent: A,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> A:
    """The same agent, with its models and its memory guarded; the hooks around tools are in place from now on.

    An agent is governed when its `llm` is a guarded one: copies that CrewAI makes of it keep that. Other keywords:
    `environment`, `session_id`, `user_id`.
    """
    _govern(agent, Steps(hp, agent_id, estimate_cost, identity))
    return agent


def govern_crew(
    hp: Holdpoint | AsyncHoldpoint,
    crew: A,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> A:
    """The same crew, with all of its agents governed, its manager, its own models and its memory included.

    Agents that are governed already keep their `agent_id`.
    """
    steps = Steps(hp, agent_id, estimate_cost, identity)
    for agent in agents_of(crew):
        _govern(agent, steps)
    guard_crew_parts(crew, steps)
    return crew


def _govern(agent: Any, given: Steps) -> None:
    if agent.llm is None:
        raise ConfigError("the agent has no model: give it one before it is governed")
    agent.llm = guard_with(given, agent.llm)
    guard_agent_parts(agent, steps_of_agent(agent) or given)
    ensure_hooks()
