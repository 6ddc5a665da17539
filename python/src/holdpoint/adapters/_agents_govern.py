"""A copy of an agent with every check in place."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any, TypeVar

from agents import Agent, FunctionTool, Handoff, Model, Tool, handoff

from .. import AsyncHoldpoint, ConfigError, Holdpoint
from ._agents_guardrails import (
    GUARDRAIL_NAME,
    ToolGuardrails,
    holdpoint_input_guardrail,
    holdpoint_output_guardrail,
    holdpoint_tool_guardrails,
)
from ._agents_handoff import HANDOFF_TARGET, check_handoff
from ._agents_model import guard_model
from ._identity import EstimateCost, Identity

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
    """A copy of an agent whose model (when that is an object) or else input, tools and output are checked.

    Tools are functions and those of MCP servers. Agents that it hands over to are governed along, under the same
    `agent_id` unless they are governed already; to one of another `agent_id` it hands over as phase `agent_call` lets
    it. Agents used as tools are governed on their own. ConfigError for an agent of a realtime session.
    """
    if not isinstance(agent, Agent):
        raise ConfigError(
            "agents of realtime sessions cannot be governed: give their tools `holdpoint_tool_guardrails`"
        )
    return _govern(hp, agent, model, {"agent_id": agent_id, "estimate_cost": estimate_cost, **identity}, {})


def is_governed(agent: Any) -> bool:
    """True for what `govern_agent` gave back."""
    return isinstance(agent, Agent) and hasattr(type(agent), "holdpoint_guardrails")


def _govern(
    hp: Holdpoint | AsyncHoldpoint,
    agent: Agent[T],
    model: Model | None,
    options: dict[str, Any],
    known: dict[int, Agent[Any]],
) -> Agent[T]:
    """`known`: agents hand over to each other in circles."""
    if id(agent) in known:
        return known[id(agent)]
    identity = {name: value for name, value in options.items() if name != "estimate_cost"}
    chosen = model or agent.model
    guarded = isinstance(chosen, Model)
    guardrails = holdpoint_tool_guardrails(hp, **identity)
    changes: dict[str, Any] = {
        "tools": [guard_tool(tool, guardrails) for tool in agent.tools],
        "output_guardrails": [
            holdpoint_output_guardrail(hp, **identity),
            *(one for one in agent.output_guardrails if one.name != GUARDRAIL_NAME),
        ],
    }
    foreign = [one for one in agent.input_guardrails if one.name != GUARDRAIL_NAME]
    if isinstance(chosen, Model):
        changes["model"] = guard_model(hp, chosen, **options)
    if not guarded:
        foreign = [holdpoint_input_guardrail(hp, **options), *foreign]
    governed = agent.clone(**changes, input_guardrails=foreign)
    if not is_governed(governed):
        governed.__class__ = _governed_class(type(governed), guardrails, options["agent_id"])
    known[id(agent)] = known[id(governed)] = governed

    def follow(target: Any) -> Any:
        given = isinstance(target, Agent) and not is_governed(target)
        return _govern(hp, target, None, options, known) if given else target

    who = Identity(**identity)

    def id_of(target: Any) -> str:
        return str(getattr(type(target), "holdpoint_agent_id", who.agent_id))

    def wrap(given: Any) -> Any:
        if not isinstance(given, Handoff) and id_of(given) == who.agent_id:
            return follow(given)
        made = given if isinstance(given, Handoff) else handoff(given)
        known_target = made._agent_ref() if made._agent_ref is not None else None

        async def invoke(context: Any, arguments: str) -> Any:
            # Before the program is told of it, where it is known who is meant.
            expected = id_of(known_target)
            await check_handoff(hp, who, expected, context, arguments)
            target = follow(await made.on_invoke_handoff(context, arguments))
            if id_of(target) != expected:
                await check_handoff(hp, who, id_of(target), context, arguments)
            return target

        # Whom it hands over to, without the program's own code being run; None where only that tells.
        invoke.__dict__[HANDOFF_TARGET] = lambda: None if known_target is None else follow(known_target)
        copied = copy.copy(made)
        copied.on_invoke_handoff = invoke
        return copied

    governed.handoffs = [wrap(one) for one in agent.handoffs]
    return governed


def _governed_class(cls: type[Agent[Any]], guardrails: ToolGuardrails, agent_id: str) -> type[Agent[Any]]:
    """A class of its own, so that `clone` keeps the guards of what MCP servers offer at run time."""

    async def get_mcp_tools(self: Any, run_context: Any) -> list[Tool]:
        return [guard_tool(tool, guardrails) for tool in await cls.get_mcp_tools(self, run_context)]

    members = {
        "__module__": cls.__module__,
        "get_mcp_tools": get_mcp_tools,
        "holdpoint_guardrails": guardrails,
        "holdpoint_agent_id": agent_id,
    }
    return type(cls.__name__, (cls,), members)


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
