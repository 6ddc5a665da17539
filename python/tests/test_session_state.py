"""Sessions with more steps than they hold."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from holdpoint._core.policy.session_state import SessionState, SessionStep, append_step
from holdpoint._gen.tables import MAX_COMPARED_CALLS, MAX_SESSION_STEPS

_HALF = MAX_SESSION_STEPS // 2
_FILLER = [SessionStep(at, "input") for at in range(2, MAX_SESSION_STEPS + 1)]


def _call(tool: str, at_ms: int) -> SessionStep:
    return SessionStep(at_ms, "tool_call", "x", tool, passed=("p",))


def _extend(steps: list[SessionStep]) -> SessionState:
    state: SessionState | None = None
    for step in steps:
        state = append_step(state, step)
    assert state is not None
    return state


def _times(state: SessionState) -> list[float]:
    return [step.at_ms for step in state.steps]


@pytest.mark.parametrize("count", [MAX_SESSION_STEPS + more for more in (-1, 0, 1, 2, 2000)])
def test_keeps_order_and_limit(count: int) -> None:
    newest = list(range(max(0, count - MAX_SESSION_STEPS), count))
    for tools in (2, MAX_SESSION_STEPS - 1):
        state = _extend([_call(f"t{at % tools}", at) for at in range(count)])
        assert (_times(state), state.truncated) == (newest, False)
    different = _extend([_call(f"t{at}", at) for at in range(count)])
    assert (_times(different), different.truncated) == (newest, count > MAX_SESSION_STEPS)
    mixed = _extend([_call(f"s{at}" if at < _HALF else f"t{at % 2}", at) for at in range(count)])
    assert _times(mixed) == [*range(_HALF), *range(max(_HALF, count - _HALF), count)]
    assert not mixed.truncated


def test_keeps_those_that_no_later_step_stands_for() -> None:
    rng = random.Random(7)  # noqa: S311
    for names in (3, 190, 230):
        steps = [
            replace(
                _call(f"t{rng.randrange(names)}", at),
                verdict=rng.choice(("allow", "warn")),
                shingles=rng.choice(((), (1,))),
            )
            for at in range(420)
        ]
        kept: list[SessionStep] = []
        truncated = False
        for step in steps:
            kept.append(step)
            compared = [at for at, one in enumerate(kept) if one.shingles]
            if len(compared) > MAX_COMPARED_CALLS:
                kept[compared[0]] = replace(kept[compared[0]], shingles=())
            if len(kept) <= MAX_SESSION_STEPS:
                continue
            said = [json.dumps([one.tool, one.verdict]) for one in kept]
            repeated = next(
                (at for at, one in enumerate(kept) if not one.shingles and said[at] in said[at + 1 :]), None
            )
            truncated = truncated or repeated is None
            del kept[repeated or 0]
        state = _extend(steps)
        assert list(state.steps) == kept
        assert state.truncated == truncated


@pytest.mark.parametrize(
    "other",
    [
        replace(_call("t", 1), phase="tool_result"),
        replace(_call("t", 1), agent_id="y"),
        replace(_call("t", 1), target="t"),
        replace(_call("t", 1), verdict="warn"),
        replace(_call("t", 1), passed=()),
        replace(_call("t", 1), violated=("p",)),
        replace(_call("t", 1), labels=("p",)),
    ],
)
def test_keeps_a_step_beside_one_that_says_something_else(other: SessionStep) -> None:
    assert _times(_extend([_call("t", 0), other, *_FILLER])) == [0, 1, *range(3, MAX_SESSION_STEPS + 1)]


def test_lets_a_step_go_for_one_that_says_the_same() -> None:
    state = _extend([_call("t", 0), replace(_call("t", 1), args_digest="other"), *_FILLER])
    assert _times(state) == list(range(1, MAX_SESSION_STEPS + 1))
