"""A copy of an agent with every check in place."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from agents import Agent, FunctionTool, Model, Tool

from .. import AsyncHoldpoint, Holdpoint
from ._agents_guardrails import (
    GUARDRAIL_NAME,
    ToolGuardrails,
    holdpoint_input_guardrail,
    holdpoint_output_guardrail,
    holdpoint_tool_guardrails,
)
from ._agents_model import guard_model
from ._identity import EstimateCost

T = TypeVar("T")


def govern_agent(
    hp: Holdpoint | AsyncHoldpoint,
    agent: Agent[T],
    *,
    agent_id: str,
    model: Model | None = None,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> Agent[T]:
    """A copy of an agent whose model (when that is an object) or else input, function tools and output are checked.

    Agents it hands over to are governed on their own; so are tools of MCP servers.
    """
    chosen = model or agent.model
    guarded = isinstance(chosen, Model)
    guardrails = holdpoint_tool_guardrails(hp, agent_id=agent_id, **identity)
    changes: dict[str, Any] = {
        "tools": [guard_tool(tool, guardrails) for tool in agent.tools],
        "output_guardrails": [
            holdpoint_output_guardrail(hp, agent_id=agent_id, **identity),
            *(one for one in agent.output_guardrails if one.name != GUARDRAIL_NAME),
        ],
    }
    foreign = [one for one in agent.input_guardrails if one.name != GUARDRAIL_NAME]
    if isinstance(chosen, Model):
        changes["model"] = guard_model(hp, chosen, agent_id=agent_id, estimate_cost=estimate_cost, **identity)
    if not guarded:
        own = holdpoint_input_guardrail(hp, agent_id=agent_id, estimate_cost=estimate_cost, **identity)
        foreign = [own, *foreign]
    return agent.clone(**changes, input_guardrails=foreign)


def guard_tool(tool: Tool, guardrails: ToolGuardrails) -> Tool:
    """A function tool with our guardrails around its own; any other tool as it is."""
    if not isinstance(tool, FunctionTool):
        return tool
    before, after = tool.tool_input_guardrails or [], tool.tool_output_guardrails or []
    if any(one.name == GUARDRAIL_NAME for one in before):
        return tool
    return dataclasses.replace(
        tool,
        tool_input_guardrails=[*guardrails.input, *before],
        tool_output_guardrails=[*after, *guardrails.output],
    )
