"""Proof that CrewAI's hooks and models stop a step."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
from typing import Any

from crewai.hooks.dispatch import InterceptionPoint, dispatch
from crewai.hooks.tool_hooks import ToolCallHookContext

from .. import AsyncHoldpoint, Holdpoint, HoldpointError
from ._canary import expect_async_stop, expect_stop, not_guarded, open_canary
from ._crewai_memory import steps_of_memory
from ._crewai_model import steps_of_llm
from ._crewai_slots import Slot, agents_of, memories_of, slots_of_agent, slots_of_crew


def verify(hp: Holdpoint | AsyncHoldpoint, *targets: Any) -> None:
    """Pushes a step of a paused agent through the models (call and acall) and the tool hooks of crews, agents, models.

    Raises HoldpointError that names what did not stop it. A model that is not guarded is not called; no tool runs.
    """
    if not targets:
        raise HoldpointError("nothing to verify")
    with open_canary(hp) as agent_id:
        for target in targets:
            is_crew = hasattr(target, "tasks")
            agents = agents_of(target) if is_crew else [target] if hasattr(target, "role") else []
            for agent in agents:
                _verify_model(f"model of agent `{agent.role}`", agent.llm, agent_id)
                _verify_parts(agent, slots_of_agent(agent), agent_id)
                _verify_tools(agent, agent_id)
            if is_crew:
                _verify_parts(target, slots_of_crew(target), agent_id)
            if not agents:
                _verify_model(f"model `{getattr(target, 'model', type(target).__name__)}`", target, agent_id)


def _verify_model(what: str, llm: Any, agent_id: str) -> None:
    if steps_of_llm(llm) is None:
        raise not_guarded(what, "pass it through `guard_llm`, or its agent through `govern_agent`")
    messages = [{"role": "user", "content": "canary"}]
    expect_stop(what, agent_id, lambda: llm.call(messages))
    failed: list[BaseException] = []

    def push() -> None:
        try:
            asyncio.run(expect_async_stop(f"acall of {what}", agent_id, lambda: llm.acall(messages)))
        except HoldpointError as error:
            failed.append(error)

    # A thread of its own: there may be a loop in this one.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(push,))
    thread.start()
    thread.join()
    for error in failed:
        raise error


def _verify_parts(subject: Any, slots: list[Slot], agent_id: str) -> None:
    for slot in slots:
        _verify_model(slot.what, slot.llm, agent_id)
    for memory in memories_of(subject):
        if steps_of_memory(memory) is None:
            raise not_guarded("memory", "govern the crew or the agent that has it")
        expect_stop("memory", agent_id, functools.partial(_embed, memory))


def _embed(memory: Any) -> Any:
    return memory._embedder(["canary"])


def _verify_tools(agent: Any, agent_id: str) -> None:
    for name in [tool.name for tool in agent.tools or ()] or ["canary"]:
        for point in (InterceptionPoint.PRE_TOOL_CALL, InterceptionPoint.POST_TOOL_CALL):
            context = ToolCallHookContext(tool_name=name, tool_input={}, tool=None, agent=agent, tool_result="canary")
            what = f"hook `{point.value}` of tool `{name}`"
            expect_stop(what, agent_id, functools.partial(dispatch, point, context))
