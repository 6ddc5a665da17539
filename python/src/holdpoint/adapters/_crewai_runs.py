"""Runs of crews: a trace each, with every model in its place guarded before it is asked."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from crewai.hooks.dispatch import InterceptionPoint

from .. import EnforcementHaltError
from ._crewai_hooks import Governed, Hooks, as_aborted, enter_governed, governed_run, steps_of_agent
from ._crewai_model import guard_with, steps_of_llm
from ._crewai_parts import guard_agent_parts, guard_crew_parts
from ._crewai_slots import agents_of
from ._identity import canary_id, read_json_object, to_text
from ._steps import Steps, enter_run, enter_span, open_run


def _start_execution(context: Any) -> None:
    crew = getattr(context, "crew", None)
    agents = agents_of(crew) if crew is not None else []
    found = [(agent, steps) for agent in agents if (steps := steps_of_agent(agent)) is not None]
    if not found:
        return
    steps = found[0][1]
    left = [agent for agent in agents if steps_of_agent(agent) is None]
    for _ in left:
        # Its model answers to nobody here; its tools are those of the crew.
        steps.client.report_ungoverned("no_handler", "crewai.agent")
    governed = Governed(crew, steps, open_run(), found, left)
    enter_governed(governed)
    enter_run(steps.start_run(str(getattr(crew, "name", None) or "crew"), "crew", to_text(context.payload)))
    _guard_all(governed)


def _guard_all(governed: Governed) -> None:
    """Copies of a crew, memories that it makes anew, and models that the framework puts in place of ours."""
    try:
        for agent, steps in governed.agents:
            agent.llm = guard_with(steps, agent.llm)
            guard_agent_parts(agent, steps)
        guard_crew_parts(governed.crew, governed.steps)
    except Exception:  # noqa: BLE001 - the framework swallows it, and what is not guarded is noticed when it is asked
        return


def _end_execution(context: Any) -> None:
    governed, run = governed_run(), open_run()
    if governed is None or run is None:
        return
    output = getattr(context.output, "raw", None)
    error = getattr(context, "error", None)
    governed.steps.end_run(run, output=output if isinstance(output, str) else None, error=error)
    enter_governed(None)
    enter_run(governed.outer)
    if run.halt is not None and error is None:
        # Somebody caught what was raised: such a run does not succeed.
        raise as_aborted(run.halt)


_task_ends: ContextVar[Any] = ContextVar("holdpoint_crewai_task", default=None)


def _start_step(context: Any) -> None:
    governed, run = governed_run(), open_run()
    if governed is not None:
        _guard_all(governed)
    if run is not None:
        _task_ends.set(enter_span(run, str(context.step_name or context.kind or "task"), "task"))


def _end_step(context: Any) -> None:
    end = _task_ends.get()
    if end is not None:
        _task_ends.set(None)
        end()
    governed, run = governed_run(), open_run()
    if governed is None or run is None or not governed.has_unheard:
        return
    governed.has_unheard = False
    steps: Steps = steps_of_agent(context.agent) or governed.steps
    said = getattr(context.output, "json_dict", None)
    if said is None:
        return
    try:
        text = to_text(said)
        shown = steps.check(run, steps.answer(text))
    except EnforcementHaltError as halt:
        run.halt = run.halt or halt
        raise as_aborted(halt) from halt
    if shown != text:
        context.output.json_dict = read_json_object(shown)


def _before_model(context: Any) -> None:
    """Of a run that is governed, a model that nobody has guarded is counted; agents are when it begins."""
    governed = governed_run()
    if governed is None or canary_id() or steps_of_llm(context.llm) is not None:
        return
    if any(context.agent is one for one in governed.left):
        return
    governed.steps.client.report_ungoverned("no_handler", "crewai.model")


RUN_HOOKS: Hooks = {
    InterceptionPoint.EXECUTION_START: _start_execution,
    InterceptionPoint.EXECUTION_END: _end_execution,
    InterceptionPoint.PRE_STEP: _start_step,
    InterceptionPoint.POST_STEP: _end_step,
    InterceptionPoint.PRE_MODEL_CALL: _before_model,
}
