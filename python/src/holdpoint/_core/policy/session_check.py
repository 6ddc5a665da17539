"""`session_check`: what this step adds to its session, and whether it goes round in a circle (SPECIFICATION P-24)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .argument_shingles import ArgumentSummary, are_alike, summarise_arguments
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .session_state import SessionState, SessionStep

# What is said of a session that has not begun, where no tool is called.
_FIRST_STEP: dict[str, Any] = {
    "tool_calls": 0,
    "turns": 0,
    "duration_s": 0,
    "repeats": 0,
    "looping": False,
    "tool": "",
    "evidence": (),
}
_FIRST_TURN = {**_FIRST_STEP, "turns": 1}


def prepare_session_check(rule: dict[str, Any], _context: PrepareContext) -> PreparedOperator:
    """Reads the loop rule."""
    loop = rule.get("loop") or {}
    repeat = loop.get("repeat") or 0

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        session = evaluation.session()
        tool = view.tool_name if view.phase == "tool_call" else ""
        if view.phase == "tool_call" and tool == "":
            raise OperatorFailure("REQUEST_INVALID", "there is no tool in this request")
        if session is None and tool == "":
            return _FIRST_TURN if view.phase == "input" else _FIRST_STEP
        looks = tool != "" and repeat > 0 and session is not None
        repeats = _count_repeats(evaluation, session, loop) if looks and session is not None else 0
        lasts = 0 if session is None else max(0, math.ceil((evaluation.now_ms - session.started_ms) / 1000))
        return {
            "tool_calls": 0 if tool == "" else 1,
            "turns": 1 if view.phase == "input" else 0,
            "duration_s": lasts,
            "repeats": repeats,
            "looping": repeat > 0 and repeats >= repeat,
            "tool": tool,
            "evidence": (),
        }

    return PreparedOperator(run, ("session", "tool"), uses_session=True)


def _count_repeats(evaluation: Evaluation, session: SessionState, loop: dict[str, Any]) -> int:
    """How often the call has come, this one included.

    Earlier calls of the tool with like arguments, newest first, as long as each has the result of the newest. Calls
    whose result is not known are passed over.
    """
    calls = _pair_calls(session.steps, evaluation.view.tool_name)
    if len(calls) + 1 < loop["repeat"]:
        return 1
    current = summarise_arguments(evaluation.view.tool_args)
    thousandths = math.floor(loop["similarity"] * 1000 + 0.5)
    repeats = 1
    result: str | None = None
    for call, known in reversed(calls):
        if not are_alike(ArgumentSummary(call.args_digest, call.shingles), current, thousandths):
            continue
        if loop["same_result"]:
            if known == "":
                continue
            result = known if result is None else result
            if known != result:
                break
        repeats += 1
    return repeats


def _pair_calls(steps: Sequence[SessionStep], tool: str) -> list[tuple[SessionStep, str]]:
    """The calls of a tool, each with the result that came for it.

    A result is that of the newest call without one, of the same arguments if they are known.
    """
    calls: list[tuple[SessionStep, str]] = []
    for step in steps:
        if step.tool != tool:
            continue
        if step.phase == "tool_call":
            calls.append((step, ""))
        elif step.phase == "tool_result":
            for index in range(len(calls) - 1, -1, -1):
                call, result = calls[index]
                if result == "" and step.args_digest in ("", call.args_digest):
                    calls[index] = (call, step.result_digest)
                    break
    return calls
