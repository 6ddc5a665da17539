"""`sequence_check`: the first rule whose order of steps is broken (SPECIFICATION P-29)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..._gen.tables import CLOSED_VARIABLES, EXPRESSION_VARIABLES, STEP_VARIABLES
from ..expr import ExprEnv, ExprProgram, compile_expression
from .compile_pattern import compile_pattern
from .explain_expression import ExplainableExpression
from .expression_result import PARTS_OF, bind_variables
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .problems import point_to
from .session_state import SessionState, SessionStep

_NOW = ExprEnv(EXPRESSION_VARIABLES, closed=CLOSED_VARIABLES)
_EARLIER = ExprEnv(STEP_VARIABLES, closed=CLOSED_VARIABLES)
_PASSING: dict[str, Any] = {"decision": "", "message": "", "evidence": ()}


@dataclass(frozen=True, slots=True)
class _Order:
    when: ExprProgram
    after: ExprProgram | None
    not_after: ExprProgram | None
    within: ExprProgram | None
    window_ms: float
    place: int


def prepare_sequence_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Compiles the conditions."""
    orders = [
        order
        for place, item in enumerate(rule.get("rules") or ())
        if (order := _compile_order(item, place, context)) is not None
    ]
    message = rule.get("message") or ""

    def run(evaluation: Evaluation) -> dict[str, Any]:
        bindings = evaluation.bindings or bind_variables(evaluation)
        for order in orders:
            if not _test(order.when, bindings):
                continue
            answer = _judge(order, evaluation.session(), evaluation.now_ms, message)
            if answer is not _PASSING:
                return answer
        return _PASSING

    def expressions(evaluation: Evaluation) -> list[ExplainableExpression]:
        """Up to the rule that decides: nobody asks the ones after it."""
        bindings = evaluation.bindings or bind_variables(evaluation)
        asked: list[ExplainableExpression] = []
        for order in orders:
            source = rule["rules"][order.place]["when"]
            asked.append(ExplainableExpression(f"/rules/{order.place}/when", source, _NOW, bindings))
            try:
                decides = _test(order.when, bindings) and (
                    _judge(order, evaluation.session(), evaluation.now_ms, message) is not _PASSING
                )
            except OperatorFailure:
                break
            if decides:
                break
        return asked

    reads = [part for order in orders for name in order.when.variables for part in PARTS_OF.get(name, ())]
    return PreparedOperator(run, (*reads, "session"), passing=_PASSING, uses_session=True, expressions=expressions)


def _test(program: ExprProgram, bindings: dict[str, Any]) -> bool:
    outcome = program.test(bindings)
    if outcome not in (0, 1):
        raise OperatorFailure("EXPRESSION_FAILED", program.evaluate(bindings).message)
    return outcome == 1


def _judge(order: _Order, session: SessionState | None, now_ms: float, message: str) -> dict[str, Any]:
    steps = session.steps if session is not None else ()

    def found(program: ExprProgram) -> bool:
        return any(
            now_ms - step.at_ms <= order.window_ms and _test(program, {"step": _bind_step(step, now_ms)})
            for step in reversed(steps)
        )

    def say(decision: str, why: str) -> dict[str, Any]:
        shown = message or f"rule {order.place + 1}: this step {why}"
        return {"decision": decision, "message": shown, "evidence": ()}

    if order.after is not None:
        if found(order.after):
            return say("forbidden", "may not come after an earlier one")
        # What was dropped may have been it.
        if session is not None and session.truncated:
            raise OperatorFailure("USAGE_UNAVAILABLE", "the session has too many different steps")
    for required in (order.not_after, order.within):
        if required is not None and not found(required):
            return say("missing", "must come after one that is missing")
    return _PASSING


def _bind_step(step: SessionStep, now_ms: float) -> dict[str, Any]:
    return {
        "phase": step.phase,
        "tool": step.tool,
        "agent": step.agent_id,
        "target": step.target,
        "verdict": step.verdict,
        "passed": list(step.passed),
        "violated": list(step.violated),
        "labels": list(step.labels),
        "ageSeconds": max(0, now_ms - step.at_ms) / 1000,
    }


def _compile_order(item: dict[str, Any], place: int, context: PrepareContext) -> _Order | None:
    pointer = point_to(point_to(point_to(context.pointer, "ruleDefinition"), "rules"), place)

    def compile_one(name: str, env: ExprEnv) -> ExprProgram | None:
        source = item.get(name)
        if not isinstance(source, str):
            return None
        compiled = compile_expression(source, env, result_type="bool", compile_pattern=compile_pattern)
        for problem in compiled.problems if compiled.program is None else ():
            context.problems.add_at(f"{pointer}/{name}", problem)
        return compiled.program

    when, after = compile_one("when", _NOW), compile_one("after", _EARLIER)
    not_after, within = compile_one("not_after", _EARLIER), compile_one("within", _EARLIER)
    if all(item.get(name) is None for name in ("after", "not_after", "within")):
        context.problems.add(pointer, "needs at least one of `after`, `not_after`, `within`")
    window_ms = item.get("window")
    if item.get("within") is not None and window_ms is None:
        context.problems.add(f"{pointer}/window", "missing field `window`, which `within` needs")
    if when is None:
        return None
    return _Order(when, after, not_after, within, math.inf if window_ms is None else window_ms, place)
