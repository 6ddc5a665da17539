"""Agents of LlamaIndex whose models and tools are checked."""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

from llama_index.core.memory import BaseMemory
from llama_index.core.workflow import Event

from .. import AsyncHoldpoint, ConfigError, Holdpoint
from ._guarded import guarded_copy, own_steps, take_guard
from ._identity import EstimateCost
from ._llama_memory import guard_memory
from ._llama_model import check_shape, guard_llm, steps_of_llm
from ._llama_tools import GuardedRetriever, guard_with
from ._steps import Run, Steps, current_run, enter_run, open_run

A = TypeVar("A")


def govern_agent(
    hp: Holdpoint | AsyncHoldpoint,
    agent: A,
    *,
    agent_id: str,
    estimate_cost: EstimateCost | None = None,
    **identity: Any,
) -> A:
    """A copy of an agent (`FunctionAgent`, `ReActAgent`, `CodeActAgent`) or of an `AgentWorkflow` with every check.

    Its runs are traces, and a run in which something was stopped raises that out of `await agent.run(…)`. Agents of a
    workflow that are governed already keep their `agent_id`. Other keywords: `environment`, `session_id`, `user_id`.
    """
    options: dict[str, Any] = {"agent_id": agent_id, "estimate_cost": estimate_cost, **identity}
    governed: Any = copy.copy(agent)
    if hasattr(governed, "agents"):
        governed.agents = {name: _govern_one(hp, one, options) for name, one in governed.agents.items()}
        steps = Steps(hp, agent_id, estimate_cost, identity)
    elif hasattr(governed, "llm") and hasattr(governed, "tools"):
        governed = _govern_one(hp, agent, options)
        steps = own_steps(governed.llm)
    else:
        raise ConfigError(f"expected an agent or a workflow of agents, not `{type(agent).__name__}`")
    _guard_shape(governed, steps)
    if not isinstance(governed, GuardedRuns):
        take_guard(governed, GuardedRuns, steps)
    return governed  # type: ignore[no-any-return]


def _govern_one(hp: Holdpoint | AsyncHoldpoint, agent: Any, options: dict[str, Any]) -> Any:
    if steps_of_llm(agent.llm) is not None:
        return agent
    governed = copy.copy(agent)
    governed.llm = guard_llm(hp, agent.llm, **options)
    steps = own_steps(governed.llm)
    if agent.tools is not None:
        governed.tools = [guard_with(steps, tool) for tool in agent.tools]
    if getattr(agent, "tool_retriever", None) is not None:
        governed.tool_retriever = guarded_copy(agent.tool_retriever, GuardedRetriever, steps)
    _guard_shape(governed, steps)
    take_guard(governed, GuardedTools, steps)
    return governed


def _guard_shape(governed: Any, steps: Steps) -> None:
    """A function of the program that makes the answer: what it gives back is an output."""
    make = getattr(governed, "structured_output_fn", None)
    if make is None or hasattr(make, "__holdpoint__"):
        return

    @functools.wraps(make)
    async def checked(messages: Any) -> Any:
        made = make(messages)
        shape = await made if inspect.isawaitable(made) else made
        return await steps.acheck(current_run(), check_shape(steps, shape))

    checked.__holdpoint__ = True  # type: ignore[attr-defined]
    governed.structured_output_fn = checked


class GuardedTools:
    """Over an agent: tools that are looked up at run time are guarded as they come."""

    __slots__ = ()

    async def get_tools(self, *args: Any, **kwargs: Any) -> Any:
        steps = own_steps(self)
        return [guard_with(steps, tool) for tool in await super().get_tools(*args, **kwargs)]  # type: ignore[misc]


class GuardedRuns:
    """Over an agent or a workflow: every run is one, with what was stopped in it."""

    def run(self, *args: Any, **kwargs: Any) -> Any:
        steps = own_steps(self)
        for memory in _memories_in(*args, *kwargs.values()):
            guard_memory(memory, steps)
        if open_run() is not None:
            # An agent inside a tool of another belongs to its run.
            return super().run(*args, **kwargs)  # type: ignore[misc]
        asked = kwargs.get("user_msg", args[0] if args else None)
        run = steps.start_run(
            str(getattr(self, "name", None) or "agent"), "agent", asked if isinstance(asked, str) else None
        )
        enter_run(run)
        try:
            handler = super().run(*args, **kwargs)  # type: ignore[misc]
        finally:
            enter_run(None)
        # Whoever awaits the handler gets its result by this method.
        handler.stop_event_result = _raising(run, handler.stop_event_result)
        watcher = asyncio.ensure_future(_end_with(steps, run, handler))
        _watchers.add(watcher)
        watcher.add_done_callback(_watchers.discard)
        return handler


def _memories_in(*given: Any) -> Iterator[BaseMemory]:
    for one in given:
        memory = one.get("memory", default=None) if isinstance(one, Event) else one
        if isinstance(memory, BaseMemory):
            yield memory


# A loop holds its tasks only weakly.
_watchers: set[asyncio.Future[None]] = set()


def _raising(run: Run, result: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
    """What has stopped a run is raised at its end, also where the framework has made a warning of it (`output_cls`)."""

    async def stop_event_result() -> Any:
        stop = await result()
        if run.halt is not None:
            raise run.halt
        return stop

    return stop_event_result


async def _end_with(steps: Steps, run: Run, handler: Any) -> None:
    """Ends the trace when the run ends. The run's outcome belongs to whoever awaits its handler."""
    try:
        stop = await handler.stop_event_result()
    except BaseException as error:
        steps.end_run(run, error=error)
        if not isinstance(error, Exception):
            raise
        return
    response = getattr(getattr(stop, "result", None), "response", None)
    steps.end_run(run, output=getattr(response, "content", None))
