"""Agents and crews of CrewAI whose models and tools are checked."""

from __future__ import annotations

from typing import Any, TypeVar

from .. import AsyncHoldpoint, ConfigError, Holdpoint
from ._crewai_hooks import agents_of, ensure_hooks
from ._crewai_model import guard_llm
from ._identity import EstimateCost

A = TypeVar("A")


def govern_agent(
    hp: Holdpoint | AsyncHoldpoint,
    agent: A,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> A:
    """The same agent, with its models guarded; the hooks around tools are in place from now on.

    An agent is governed when its `llm` is a guarded one: copies that CrewAI makes of it keep that. Other keywords:
    `environment`, `session_id`, `user_id`.
    """
    subject: Any = agent
    if subject.llm is None:
        raise ConfigError("the agent has no model: give it one before it is governed")
    subject.llm = guard_llm(hp, subject.llm, agent_id=agent_id, estimate_cost=estimate_cost, **identity)
    if getattr(subject, "function_calling_llm", None) is not None:
        calling = subject.function_calling_llm
        subject.function_calling_llm = guard_llm(
            hp, calling, agent_id=agent_id, estimate_cost=estimate_cost, **identity
        )
    ensure_hooks()
    return agent


def govern_crew(
    hp: Holdpoint | AsyncHoldpoint,
    crew: A,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> A:
    """The same crew, with all of its agents governed, its manager and its own models included.

    Agents that are governed already keep their `agent_id`.
    """
    subject: Any = crew
    options: dict[str, Any] = {"agent_id": agent_id, "estimate_cost": estimate_cost, **identity}
    for agent in agents_of(crew):
        govern_agent(hp, agent, **options)
    for name in ("manager_llm", "planning_llm", "chat_llm", "function_calling_llm"):
        llm = getattr(subject, name, None)
        if llm is not None:
            setattr(subject, name, guard_llm(hp, llm, **options))
    return crew
