"""CrewAI's own hooks, which every tool of a governed agent passes: its own, delegation, MCP."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from crewai.hooks.dispatch import HookAborted, InterceptionPoint, get_global_hook_list

from .. import EnforcementHaltError, EnforcementUnavailableError
from ._guarded import steps_in
from ._identity import canary_id, to_text
from ._steps import OpenStep, Run, Steps, current_run, open_run, open_step

Hooks = dict[InterceptionPoint, Callable[[Any], Any]]


@dataclass(slots=True)
class Governed:
    """A run of a crew.

    `outer`: the run that it is part of. `agents`: those that are governed, each with its checks; `left`: the others.
    `has_unheard`: a model was asked past its own calls, so that nobody has judged what it answered.
    """

    crew: Any
    steps: Steps
    outer: Run | None
    agents: list[tuple[Any, Steps]]
    left: list[Any]
    has_unheard: bool = False


_governed: ContextVar[Governed | None] = ContextVar("holdpoint_crewai_run", default=None)


def governed_run() -> Governed | None:
    """The run of a crew that this context is part of."""
    return _governed.get()


def enter_governed(governed: Governed | None) -> None:
    """Makes a run that of this context."""
    _governed.set(governed)


_aborted_classes: dict[type[EnforcementHaltError], type[EnforcementHaltError]] = {}


def as_aborted(halt: EnforcementHaltError) -> EnforcementHaltError:
    """The halt as the one exception that CrewAI does not swallow in a hook: it is both, and the caller gets it."""
    kind = type(halt)
    if issubclass(kind, HookAborted):
        return halt
    both = _aborted_classes.get(kind)
    if both is None:
        both = _aborted_classes[kind] = type(kind.__name__, (kind, HookAborted), {"__module__": kind.__module__})
    aborted = both.__new__(both, *halt.args)
    aborted.__dict__.update(halt.__dict__, reason=getattr(halt, "reason", str(halt)), source="holdpoint")
    aborted.__cause__ = halt
    return aborted


# Hooks that were put in place once, and are not to be missing any more.
_placed: set[InterceptionPoint] = set()


def ensure_hooks(steps: Steps | None = None) -> None:
    """Puts every hook in place that is not: a program may clear them at any time.

    `steps`: of whom it is asked in the middle of a run. Tools may have run without the hooks until now (clause R-7).
    """
    missing = False
    for point, hook in _HOOKS.items():
        hooks = get_global_hook_list(point)
        if hook not in hooks:
            hooks.append(hook)
            missing = missing or point in _placed
            _placed.add(point)
    if missing and steps is not None and open_run() is not None:
        steps.client.report_ungoverned("no_handler", "crewai.hooks")


def steps_of_agent(agent: Any) -> Steps | None:
    """The checks of an agent: those of its model."""
    return steps_in(getattr(agent, "llm", None))


def _before_tool(context: Any) -> None:
    steps, run, key = _find(context)
    if steps is None:
        return
    args = context.tool_input if isinstance(context.tool_input, dict) else {"input": context.tool_input}
    step = run.calls[id(context.tool_input)] = open_step(run, str(context.tool_name), "tool")
    try:
        checked = steps.check(run, steps.tool_call(str(context.tool_name), args), step.span)
        if checked is not args and isinstance(context.tool_input, dict):
            # In place: CrewAI runs the tool with this very object.
            context.tool_input.update(checked)
    except Exception as error:
        halt = _stop(steps, run, key, error)
        step.end(halt)
        raise halt from error


def _after_tool(context: Any) -> str | None:
    steps, run, key = _find(context)
    if steps is None:
        return None
    # Both hooks are shown the very same arguments.
    step = run.calls.pop(id(context.tool_input), None) or OpenStep(None)
    try:
        result = to_text(context.tool_result)
        check = steps.tool_result(run, str(context.tool_name), context.tool_input, result)
        text = steps.check(run, check, step.span)
    except Exception as error:
        halt = _stop(steps, run, key, error)
        step.end(halt)
        raise halt from error
    step.end()
    return None if text == result else text


def _find(context: Any) -> tuple[Steps | None, Run, int]:
    """The checks that a tool belongs to: of the agent that calls it, or of the crew that is running."""
    governed = _governed.get()
    steps = steps_of_agent(context.agent) or (governed.steps if governed else None)
    return steps, current_run(), id(context.agent)


def _stop(steps: Steps, run: Run, key: int, error: Exception) -> EnforcementHaltError:
    halt = (
        error
        if isinstance(error, EnforcementHaltError)
        else EnforcementUnavailableError("the step could not be decided")
    )
    if halt is not error:
        halt.__cause__ = error
    run.halt = run.halt or halt
    if open_run() is None and not canary_id():
        # An agent that runs without a crew: its next model call raises it.
        steps.leave_halt(key, halt)
    return as_aborted(halt)


_HOOKS: Hooks = {
    InterceptionPoint.PRE_TOOL_CALL: _before_tool,
    InterceptionPoint.POST_TOOL_CALL: _after_tool,
}


def add_hooks(hooks: Hooks) -> None:
    """Hooks that belong in place beside those around tools."""
    _HOOKS.update(hooks)
