"""Tools of LlamaIndex that run only when policies let them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from llama_index.core.objects import ObjectRetriever
from llama_index.core.tools import AsyncBaseTool, BaseTool, FunctionTool, ToolOutput

from .. import AsyncHoldpoint, Holdpoint
from ._guarded import guarded_copy, own_steps, steps_of
from ._identity import to_text
from ._steps import Check, Run, Steps, current_run, step_span


def guard_tool(hp: Holdpoint | AsyncHoldpoint, tool: Any, *, agent_id: str, **identity: Any) -> Any:
    """A copy of a tool (of a function: a tool made of it) that checks its arguments before and its result after.

    What stops it is raised out of the tool; agents and models of `govern_agent` raise it again when the framework has
    made a text of it.
    """
    return guard_with(Steps(hp, agent_id, None, identity), tool)


def guard_with(steps: Steps, tool: Any) -> Any:
    """The same with the checks of an agent."""
    made = tool if isinstance(tool, BaseTool) else FunctionTool.from_defaults(tool)
    if steps_of_tool(made) is not None:
        return made
    # `__call__` of an asynchronous tool is its `call`.
    return guarded_copy(made, GuardedTool if isinstance(made, AsyncBaseTool) else GuardedPlainTool, steps)


def steps_of_tool(tool: Any) -> Steps | None:
    """The checks of a guarded tool; None for any other."""
    return steps_of(tool, GuardedTool)


class GuardedTool(BaseTool):
    """Over the calls of a tool's own class. A tool itself: an instance takes only classes of its own layout."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        return self._run("call", args, kwargs)

    async def acall(self, *args: Any, **kwargs: Any) -> Any:
        steps, run, name = self._begin()
        given = _arguments(self, args, kwargs)
        with step_span(run, name, "tool"):
            checked = await steps.acheck(run, steps.tool_call(name, given))
            args, kwargs = _changed(args, kwargs, given, checked)
            with _ticket(self, args, kwargs):
                output = await super().acall(*args, **kwargs)
            return await steps.acheck(run, _check_output(steps, run, name, given, output))

    def _run(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = getattr(super(), method)
        if _take_ticket(self, args, kwargs):
            return call(*args, **kwargs)
        steps, run, name = self._begin()
        given = _arguments(self, args, kwargs)
        with step_span(run, name, "tool"):
            checked = steps.check(run, steps.tool_call(name, given))
            args, kwargs = _changed(args, kwargs, given, checked)
            with _ticket(self, args, kwargs):
                output = call(*args, **kwargs)
            return steps.check(run, _check_output(steps, run, name, given, output))

    def _begin(self) -> tuple[Steps, Run, str]:
        name = self.metadata.name
        return own_steps(self), current_run(), str(name or "tool")


class GuardedPlainTool(GuardedTool):
    """Over a tool that has nothing but `__call__`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._run("__call__", args, kwargs)


class GuardedRetriever(ObjectRetriever):
    """Over what finds an agent its tools; a workflow asks it without asking the agent."""

    def retrieve(self, *args: Any, **kwargs: Any) -> Any:
        return [guard_with(own_steps(self), tool) for tool in super().retrieve(*args, **kwargs)]

    async def aretrieve(self, *args: Any, **kwargs: Any) -> Any:
        found = await super().aretrieve(*args, **kwargs)
        return [guard_with(own_steps(self), tool) for tool in found]


# A call that was checked a moment ago, for the tool whose `acall` is made of its `call`. Good for one inner call with
# the very same arguments: a tool that calls itself is checked again.
_open_ticket: ContextVar[list[Any] | None] = ContextVar("holdpoint_llama_ticket", default=None)


@contextmanager
def _ticket(tool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[None]:
    token = _open_ticket.set([(id(tool), *map(id, args), *map(id, kwargs.values()))])
    try:
        yield
    finally:
        _open_ticket.reset(token)


def _take_ticket(tool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    held = _open_ticket.get()
    if not held or held[0] != (id(tool), *map(id, args), *map(id, kwargs.values())):
        return False
    held.clear()
    return True


def _arguments(tool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What the tool is called with, by name, without the framework's own context."""
    given = dict(zip(_positions(tool, len(args)), args, strict=True)) | kwargs
    given.pop(str(getattr(tool, "ctx_param_name", None)), None)
    return {name: value if _is_plain(value) else to_text(value) for name, value in given.items()}


def _positions(tool: Any, count: int) -> list[str]:
    try:
        names = list(tool.metadata.get_parameters_dict().get("properties", {}))
    except Exception:  # noqa: BLE001 - a schema that cannot be read names no parameters
        names = []
    return [*names, "input", *(f"input{index}" for index in range(1, count))][:count]


def _changed(
    args: tuple[Any, ...], kwargs: dict[str, Any], given: dict[str, Any], checked: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments with the texts of the decision in place."""
    if checked is given:
        return args, kwargs
    names = [name for name in given if name not in kwargs]
    return (
        tuple(checked[name] if checked[name] != given[name] else arg for name, arg in zip(names, args, strict=False)),
        {
            name: checked[name] if name in checked and checked[name] != given[name] else value
            for name, value in kwargs.items()
        },
    )


def _check_output(steps: Steps, run: Run, name: str, args: dict[str, Any], output: Any) -> Check[Any]:
    content = output.content if isinstance(output, ToolOutput) else to_text(output)
    text = yield from steps.tool_result(run, name, args, content)
    if text == content:
        return output
    raw_input = output.raw_input if isinstance(output, ToolOutput) else args
    return ToolOutput(tool_name=name, content=text, raw_input=raw_input, raw_output=text)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool, int, float, dict, list, tuple))
