"""CrewAI's own hooks, which every tool of a governed agent passes: its own, delegation, MCP."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from crewai.hooks.dispatch import HookAborted, InterceptionPoint, get_global_hook_list

from .. import EnforcementHaltError, EnforcementUnavailableError
from ._guarded import steps_in
from ._identity import canary_id, to_text
from ._steps import Run, Steps, current_run, enter_run, enter_span, open_run

_outer: ContextVar[tuple[Run | None, Steps] | None] = ContextVar("holdpoint_crewai_outer", default=None)


_aborted_classes: dict[type[EnforcementHaltError], type[EnforcementHaltError]] = {}


def as_aborted(halt: EnforcementHaltError) -> EnforcementHaltError:
    """The halt as the one exception that CrewAI does not swallow in a hook: it is both, and the caller gets it."""
    kind = type(halt)
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


def agents_of(crew: Any) -> list[Any]:
    """All agents of a crew: its own, its manager, and those that only its tasks name."""
    found = [*crew.agents, getattr(crew, "manager_agent", None)]
    found += [getattr(task, "agent", None) for task in crew.tasks]
    seen: dict[int, Any] = {id(agent): agent for agent in found if agent is not None and hasattr(agent, "llm")}
    return list(seen.values())


def _before_tool(context: Any) -> None:
    steps, run, key = _find(context)
    if steps is None:
        return
    args = context.tool_input if isinstance(context.tool_input, dict) else {"input": context.tool_input}
    try:
        checked = steps.check(run, steps.tool_call(str(context.tool_name), args))
        if checked is not args and isinstance(context.tool_input, dict):
            # In place: CrewAI runs the tool with this very object.
            context.tool_input.update(checked)
    except Exception as error:
        raise _stop(steps, run, key, error) from error


def _after_tool(context: Any) -> str | None:
    steps, run, key = _find(context)
    if steps is None:
        return None
    try:
        result = to_text(context.tool_result)
        check = steps.tool_result(run, str(context.tool_name), context.tool_input, result)
        text = steps.check(run, check)
    except Exception as error:
        raise _stop(steps, run, key, error) from error
    return None if text == result else text


def _find(context: Any) -> tuple[Steps | None, Run, int]:
    """The checks that a tool belongs to: of the agent that calls it, or of the crew that is running."""
    outer = _outer.get()
    steps = steps_of_agent(context.agent) or (outer[1] if outer else None)
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


def _start_execution(context: Any) -> None:
    crew = getattr(context, "crew", None)
    steps = next(filter(None, map(steps_of_agent, agents_of(crew))), None) if crew is not None else None
    if steps is None:
        return
    for one in agents_of(crew):
        if steps_of_agent(one) is None:
            # Its model answers to nobody here; its tools are those of the crew.
            steps.client.report_ungoverned("no_handler", "crewai.agent")
    _outer.set((open_run(), steps))
    enter_run(steps.start_run(str(getattr(crew, "name", None) or "crew"), "crew", to_text(context.payload)))


def _end_execution(context: Any) -> None:
    outer, run = _outer.get(), open_run()
    if outer is None or run is None:
        return
    output = getattr(context.output, "raw", None)
    outer[1].end_run(run, output=output if isinstance(output, str) else None, error=getattr(context, "error", None))
    _outer.set(None)
    enter_run(outer[0])
    if run.halt is not None and getattr(context, "error", None) is None:
        # Somebody caught what was raised: such a run does not succeed.
        raise as_aborted(run.halt)


_task_ends: ContextVar[Any] = ContextVar("holdpoint_crewai_task", default=None)


def _start_step(context: Any) -> None:
    run = open_run()
    if run is not None:
        _task_ends.set(enter_span(run, str(context.step_name or context.kind or "task"), "task"))


def _end_step(context: Any) -> None:
    end = _task_ends.get()
    if end is not None:
        _task_ends.set(None)
        end()


_HOOKS = {
    InterceptionPoint.PRE_TOOL_CALL: _before_tool,
    InterceptionPoint.POST_TOOL_CALL: _after_tool,
    InterceptionPoint.EXECUTION_START: _start_execution,
    InterceptionPoint.EXECUTION_END: _end_execution,
    InterceptionPoint.PRE_STEP: _start_step,
    InterceptionPoint.POST_STEP: _end_step,
}
