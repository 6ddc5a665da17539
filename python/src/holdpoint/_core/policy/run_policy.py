"""One policy: its operators, its counters, then each condition."""

from __future__ import annotations

import math
from typing import Any

from ..._gen.messages import Alert, ConditionExplanation, Pause, PolicyOutcome, Violation
from ..._gen.policy_types import Scope
from ..._gen.tables import ENFORCEMENT_MODE_RANK
from ..decide.numbers import MAX_SAFE_INTEGER, is_safe_integer
from . import lowered
from .counters import UsageReader, format_instant
from .operator import Evaluation, OperatorFailure
from .plan import CompiledPolicy
from .request import RequestView


class RunResult:
    """What running policies adds to a decision."""

    __slots__ = ("alerts", "conditions", "requested_pause", "violations")

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.alerts: list[Alert] = []
        # The pause that the first violated budget asks for.
        self.requested_pause: Pause | None = None
        # Every condition with what it came to, where an explanation wants them.
        self.conditions: list[ConditionExplanation] | None = None


def run_policy(
    compiled: CompiledPolicy, evaluation: Evaluation, usage: UsageReader, result: RunResult
) -> PolicyOutcome:
    """Runs one policy; raises OperatorFailure when it cannot be decided."""
    view = evaluation.view
    if view.broken:
        _refuse_broken_part(compiled, view)
    if compiled.ask is not None:
        # The only operator of its type: most often it has nothing to say.
        found = compiled.ask(evaluation)
        return compiled.passed if found is compiled.passing else judge_answer(compiled, found, evaluation, result)
    scope = Scope(compiled.rule, view.cost, {}, {}, evaluation, lowered)
    for name, operator in compiled.operators:
        setattr(scope, name, operator.run(evaluation))
    if compiled.state and not _read_state(compiled, evaluation, usage, scope):
        return compiled.passed
    return _judge(compiled, scope, result)


def judge_answer(
    compiled: CompiledPolicy, found: dict[str, Any], evaluation: Evaluation, result: RunResult
) -> PolicyOutcome:
    """Judges what the only operator of a policy has found."""
    scope = Scope(compiled.rule, evaluation.view.cost, {}, {}, evaluation, lowered)
    setattr(scope, compiled.operators[0][0], found)
    return _judge(compiled, scope, result)


def _read_state(compiled: CompiledPolicy, evaluation: Evaluation, usage: UsageReader, scope: Scope) -> bool:
    """Puts what was counted into the scope; False when the policy is for another scope id."""
    subject, now_ms, read = evaluation.subject(), evaluation.now_ms, usage.read
    for counter in compiled.state:
        if not (counter.is_for_all or counter.concerns(subject)):
            return False
        counters = counter.list(subject, now_ms)
        if counters is None:
            raise OperatorFailure("REQUEST_INVALID", f"the request names no {counter.scope}")
        try:
            counted = 0 + read(counters[0]) if len(counters) == 1 else sum([read(one) for one in counters])
        except Exception:  # noqa: BLE001 - a store of the program's own
            counted = math.nan
        # Counters hold whole numbers; a fraction or an infinity is no count.
        if type(counted) is not int or not 0 <= counted <= MAX_SAFE_INTEGER:
            if not (is_safe_integer(counted) and counted >= 0):
                raise OperatorFailure("USAGE_UNAVAILABLE", f"counter `{counter.name}` could not be read")
            counted = int(counted)
        scope.usage[counter.name] = counted
        if counter.shares:
            scope.share[counter.name] = counter.share(now_ms)
    return True


def _judge(compiled: CompiledPolicy, scope: Scope, result: RunResult) -> PolicyOutcome:
    explained = result.conditions
    try:
        if explained is None:
            for place, holds_in in compiled.tests:
                if holds_in(scope):
                    return _judge_from(place, compiled, scope, result)
            return compiled.passed
        for place, condition in enumerate(compiled.kind.conditions):
            holds = condition.when(scope)
            explained.append(ConditionExplanation(condition.id, holds, condition.reason))
            if holds:
                return _judge_from(place, compiled, scope, result)
    except lowered.ConditionError as error:
        raise OperatorFailure("EXPRESSION_FAILED", error.message) from error
    return compiled.passed


def _judge_from(first: int, compiled: CompiledPolicy, scope: Scope, result: RunResult) -> PolicyOutcome:
    """From the first condition that holds."""
    kind = compiled.kind
    reason: str | None = None
    for place, condition in enumerate(kind.conditions[first:], first):
        holds = place == first or condition.when(scope)
        if result.conditions is not None and place > first:
            result.conditions.append(ConditionExplanation(condition.id, holds, condition.reason))
        if not holds:
            continue
        message = condition.message(scope)
        if condition.effect == "alert":
            result.alerts.append(Alert(compiled.id, condition.reason, message))
            continue
        reason = reason or condition.reason
        severity = compiled.own_severity
        if severity is None:
            severity = (
                getattr(scope, condition.severity[0])[condition.severity[1]]
                if condition.severity is not None
                else kind.severity
            )
        result.violations.append(
            Violation(
                compiled.id,
                compiled.name,
                kind.type,
                severity,
                message,
                _weaker(compiled.mode, condition.mode),
                condition.reason,
                getattr(scope, condition.evidence)["evidence"] if condition.evidence is not None else (),
            )
        )
        if condition.pause is not None:
            _request_pause(compiled, scope.evaluation, condition.pause, message, result)
    return PolicyOutcome(compiled.id, kind.type, "violated", reason) if reason else compiled.passed


def _request_pause(compiled: CompiledPolicy, evaluation: Evaluation, name: str, reason: str, result: RunResult) -> None:
    """A violation that blocks may ask that the agent be paused until the window of a counter is over."""
    if compiled.mode != "block" or result.requested_pause is not None:
        return
    end_ms = next((one.window_at(evaluation.now_ms).end_ms for one in compiled.state if one.name == name), math.inf)
    until = None if end_ms == math.inf else format_instant(end_ms)
    result.requested_pause = Pause("agent", evaluation.view.agent_id, reason, until)


def _weaker(mode: str, asked: str | None) -> str:
    """A condition may ask for less than its policy's mode (a tool that waits for approval), never for more."""
    return asked if asked and ENFORCEMENT_MODE_RANK[asked] < ENFORCEMENT_MODE_RANK[mode] else mode


def fail_policy(compiled: CompiledPolicy, failure: str, message: str, result: RunResult) -> PolicyOutcome:
    """A policy that cannot be decided: with `hold` it acts as if violated, with `record` it is recorded."""
    result.violations.append(
        Violation(
            compiled.id,
            compiled.name,
            compiled.kind.type,
            compiled.severity,
            f"policy could not be decided: {message}",
            "monitor" if compiled.on_error == "record" else compiled.mode,
            failure,
            (),
        )
    )
    return PolicyOutcome(compiled.id, compiled.kind.type, "error", failure)


def _refuse_broken_part(compiled: CompiledPolicy, view: RequestView) -> None:
    for part, problem in view.broken.items():
        if part == "identity" or part in compiled.reads:
            raise OperatorFailure(problem.reason, f"`{problem.path}` {problem.message}")
