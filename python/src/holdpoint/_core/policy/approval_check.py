"""`approval_check`: whether a listed action has an approval that holds, and how risky it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..._gen.tables import ACTION_VARIABLES, SEVERITY_RANK
from ..decide import canonical_json, own_keys, sha256_hex
from ..expr import ExprEnv, ExprProgram, compile_expression
from ..expr.text_functions import check_glob
from .compile_pattern import compile_pattern
from .explain_expression import ExplainableExpression
from .globs import prepare_globs
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .pauses import parse_instant
from .problems import point_to
from .request import RequestView

_ENVIRONMENT = ExprEnv(ACTION_VARIABLES)
_PASSING: dict[str, Any] = {"needed": False, "action": "", "score": 0, "tier": "low", "why": "", "evidence": ()}

# Factor of an action, an environment that no entry of the rule names.
_USUAL_SENSITIVITY = 50
_USUAL_ENVIRONMENT = 10


def hash_action(request: dict[str, Any]) -> str:
    """The hash that an approval is bound to: of the request without `approvals` and what others said of it.

    SPECIFICATION P-12.
    """
    without = ("approvals", "validatorResults", "classifierResults")
    return sha256_hex(canonical_json({name: value for name, value in request.items() if name not in without}))


def prepare_approval_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the actions, the condition and the formula of the risk."""
    concerns = prepare_globs([glob for glob in rule["actions"] if isinstance(glob, str)])
    _refuse_bad_globs(rule.get("risk"), context)
    condition = _compile_when(rule, context)
    assess = _create_risk(rule.get("risk"))
    least = SEVERITY_RANK[rule["risk"]["min_tier"]] if "risk" in rule else 0
    expiry_minutes: int = rule["expiry_minutes"]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        action = view.extras.action or (view.tool_name if view.phase == "tool_call" else "")
        if action == "" or not concerns(action):
            return _PASSING
        if condition is not None:
            bindings = _bind_action(view, action)
            holds = condition.test(bindings)
            if holds == 0:
                return _PASSING
            if holds != 1:
                raise OperatorFailure("EXPRESSION_FAILED", condition.evaluate(bindings).message)
        score = 100 if assess is None else assess(view, action)
        tier = "high" if assess is None else _tier_of(score)
        if assess is not None and SEVERITY_RANK[tier] < least:
            return _PASSING
        why = _find_fault(evaluation, expiry_minutes)
        if why is None:
            return _PASSING
        return {"needed": True, "action": action, "score": score, "tier": tier, "why": why, "evidence": ()}

    reads = ("cost",) if condition is not None and "cost" in condition.variables else ()

    def expressions(evaluation: Evaluation) -> list[ExplainableExpression]:
        view, when = evaluation.view, rule.get("when")
        action = view.extras.action or (view.tool_name if view.phase == "tool_call" else "")
        if condition is None or not isinstance(when, str) or action == "" or not concerns(action):
            return []
        return [ExplainableExpression("/when", when, _ENVIRONMENT, _bind_action(view, action))]

    return PreparedOperator(run, reads, passing=_PASSING, expressions=expressions)


def _find_fault(evaluation: Evaluation, expiry_minutes: int) -> str | None:
    """Why no approval holds; None when one does."""
    approvals = evaluation.view.extras.approvals
    if not approvals:
        return "there is none"
    now_ms = evaluation.now_ms
    expected = hash_action(evaluation.view.source)
    fault = "the one that is there is for another action"
    for approval in approvals:
        if approval.action_hash != expected:
            continue
        ends_ms = parse_instant(approval.expires_at or "")
        if approval.status != "approved":
            fault = f"the one that is there is {approval.status}"
        elif math.isnan(ends_ms):
            fault = "the one that is there does not say when it ends"
        elif ends_ms <= now_ms:
            fault = "the one that is there is over"
        elif ends_ms > now_ms + expiry_minutes * 60_000:
            fault = f"the one that is there lasts longer than {expiry_minutes} minutes"
        else:
            return None
    return fault


def _refuse_bad_globs(risk: dict[str, Any] | None, context: PrepareContext) -> None:
    """The names of `tool_sensitivity` are globs: one that cannot be judged would quietly weigh nothing."""
    for name in own_keys(risk["tool_sensitivity"] if risk else {}):
        problem = check_glob(name)
        if problem is not None:
            at = point_to(f"{context.pointer}/ruleDefinition/risk/tool_sensitivity", name)
            context.problems.add(at, problem.message)


def _compile_when(rule: dict[str, Any], context: PrepareContext) -> ExprProgram | None:
    when = rule.get("when")
    if not isinstance(when, str):
        return None
    compiled = compile_expression(when, _ENVIRONMENT, result_type="bool", compile_pattern=compile_pattern)
    for problem in compiled.problems:
        context.problems.add_at(f"{context.pointer}/ruleDefinition/when", problem)
    return compiled.program


def _bind_action(view: RequestView, action: str) -> dict[str, Any]:
    return {
        "action": action,
        "args": view.tool_args,
        "resource": view.extras.resource,
        "agentId": view.agent_id,
        "user": view.user_id,
        "environment": view.environment,
        "classification": view.extras.data_classification,
        "records": view.extras.record_count,
        "cost": view.estimated_cost,
    }


def _create_risk(risk: dict[str, Any] | None) -> Callable[[RequestView, str], int] | None:
    """The weighted mean of the factors, rounded half up; None without a `risk`."""
    if risk is None:
        return None
    tools = [(prepare_globs([glob]), factor) for glob, factor in risk["tool_sensitivity"].items()]
    scope, environments, weights = risk["data_scope"], risk["environments"], risk["weights"]
    shares = (weights["tool_sensitivity"], weights["data_scope"], weights["environments"], weights["records"])
    total: float = shares[0] + shares[1] + shares[2] + shares[3]

    def assess(view: RequestView, action: str) -> int:
        # Without weights nothing tells a risk: the highest is assumed.
        if total == 0:
            return 100
        fitting = [factor for matches, factor in tools if matches(action)]
        factors = (
            max(fitting) if fitting else _USUAL_SENSITIVITY,
            scope.get(view.extras.data_classification, 0),
            environments.get(view.environment, _USUAL_ENVIRONMENT),
            _factor_of_records(view.extras.record_count),
        )
        weighed = 0.0
        for share, factor in zip(shares, factors, strict=True):
            weighed += share * factor
        return math.floor(weighed / total + 0.5)

    return assess


def _factor_of_records(count: float) -> int:
    if count == 0:
        return 0
    return 10 if count < 100 else 40 if count < 1000 else 70 if count < 10_000 else 100


def _tier_of(score: int) -> str:
    return "critical" if score >= 75 else "high" if score >= 50 else "medium" if score >= 25 else "low"
