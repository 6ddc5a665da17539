"""What a session has done so far, summarised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from ..._gen.tables import MAX_COMPARED_CALLS, MAX_SESSION_STEPS
from ..decide.utf16 import sort_names


@dataclass(frozen=True, slots=True)
class SessionStep:
    """One step that a session has taken, summarised: names and digests, never texts or values.

    `tool`: the tool called, or whose result it was; empty otherwise. `target`: the agent called; empty otherwise.
    `passed`, `violated`: ids of policies, at most `maxStepPolicies` each. `labels`: those that the step gave the
    session. `args_digest`: of a call or its result, empty when the arguments are not known. `shingles`: of a call,
    hashes of pairs of neighbouring words of its arguments, sorted; empty in older calls. `result_digest`: of a result.
    """

    at_ms: float
    phase: str
    agent_id: str = ""
    tool: str = ""
    target: str = ""
    verdict: str = "allow"
    passed: tuple[str, ...] = ()
    violated: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    args_digest: str = ""
    shingles: tuple[int, ...] = ()
    result_digest: str = ""


@dataclass(frozen=True, slots=True)
class SessionState:
    """What a session has done so far: oldest step first, bounded by `maxSessionSteps`.

    `labels`: all that the session was ever given, sorted. `truncated`: whether steps were dropped that no later step
    stands for.
    """

    started_ms: float
    steps: tuple[SessionStep, ...] = ()
    labels: tuple[str, ...] = ()
    truncated: bool = False


class SessionReader(Protocol):
    """Where sessions are read."""

    def session(self, session_id: str) -> SessionState | None:
        """What a session has done; None for one that has not begun. Raises when it cannot be read."""
        ...


def append_step(state: SessionState | None, step: SessionStep) -> SessionState:
    """A session with one more step.

    Beyond `maxSessionSteps` the oldest step goes that a later one stands for (same phase, names, verdict, policies,
    labels); where there is none, the oldest, and the session says so. Arguments are kept of the last
    `maxComparedCalls` calls.
    """
    if state is None:
        return SessionState(step.at_ms, (step,), tuple(sort_names(step.labels)), False)
    steps = [*state.steps, step]
    if step.shingles:
        _forget_arguments(steps)
    truncated = state.truncated
    if len(steps) > MAX_SESSION_STEPS:
        index = _find_repeated(steps)
        if index is None:
            truncated = True
        del steps[index or 0]
    return SessionState(state.started_ms, tuple(steps), add_labels(state.labels, step.labels), truncated)


def add_labels(known: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """Labels only ever come from policies, so they are few; none is ever forgotten."""
    return tuple(known) if set(added) <= set(known) else tuple(sort_names({*known, *added}))


def _forget_arguments(steps: list[SessionStep]) -> None:
    kept = 0
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if not step.shingles:
            continue
        kept += 1
        if kept > MAX_COMPARED_CALLS:
            steps[index] = replace(step, shingles=())
            return


def _find_repeated(steps: Sequence[SessionStep]) -> int | None:
    """The oldest step that a later one says again, calls whose arguments are still compared aside."""
    # Most often it is the first, and soon said again.
    if _is_repeated(steps, 0):
        return 0
    # Else the first whose name comes again.
    names = [step.tool or step.target for step in steps]
    counts = Counter(names)
    first = next((at for at, step in enumerate(steps) if counts[names[at]] > 1 and not step.shingles), None)
    if first is None or _is_repeated(steps, first):
        return first
    later: set[tuple[object, ...]] = set()
    found: int | None = None
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if counts[names[index]] < 2:
            continue
        said = _said_by(step)
        if said in later and not step.shingles:
            found = index
        later.add(said)
    return found


def _is_repeated(steps: Sequence[SessionStep], index: int) -> bool:
    one = steps[index]
    if one.shingles:
        return False
    said = _said_by(one)
    return any(step.tool == one.tool and _said_by(step) == said for step in islice(steps, index + 1, None))


def _said_by(step: SessionStep) -> tuple[object, ...]:
    return (
        step.phase,
        step.agent_id,
        step.tool,
        step.target,
        step.verdict,
        step.passed,
        step.violated,
        step.labels,
    )
