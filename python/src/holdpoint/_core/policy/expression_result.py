"""`expression_result`: the value of the rule's own expression. An error is a failure, never a quiet false."""

from __future__ import annotations

from typing import Any

from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EXPRESSION_COUNTERS
from ..expr import compile_expression
from .compile_pattern import compile_pattern
from .explain_expression import ExplainableExpression
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .problems import point_to
from .usage_function import EXPRESSION_ENVIRONMENT, bind_counters, list_counters

# Phases in which a variable has a meaning; an expression runs in the union of its variables' phases (P-28).
_PHASES_OF = {"input": ("input", "agent_call"), "output": ("output",), "tool": ("tool_call", "tool_result")}

PARTS_OF = {
    "input": ("input",),
    "output": ("output",),
    "tool": ("tool", "tool_result"),
    "tools": ("tools",),
    "cost": ("cost",),
    "tokens": ("tokens",),
    "metadata": ("metadata",),
    "model": ("model",),
    "user": ("user",),
    "session": ("session",),
}

_NEVER = PreparedOperator(lambda _: {"value": False, "message": "", "evidence": ()})


def prepare_expression_result(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Compiles the expression; what is wrong with it becomes a problem."""
    source = rule.get("expression")
    if not isinstance(source, str):
        return _NEVER
    compiled = compile_expression(source, EXPRESSION_ENVIRONMENT, result_type="bool", compile_pattern=compile_pattern)
    program = compiled.program
    if program is None:
        at = point_to(point_to(context.pointer, "ruleDefinition"), "expression")
        for problem in compiled.problems:
            context.problems.add_at(at, problem)
        return _NEVER
    counters = list_counters(program)
    if len(counters) > MAX_EXPRESSION_COUNTERS:
        at = point_to(point_to(context.pointer, "ruleDefinition"), "expression")
        message = f"reads {len(counters)} counters, at most {MAX_EXPRESSION_COUNTERS} are allowed"
        context.problems.add(at, message)
    message = rule["message"] or f"expression of policy `{context.policy['id']}` is true"
    evidence = (Evidence("", 0, 0, rule["reason"]),) if rule["reason"] else ()
    violated = {"value": True, "message": message, "evidence": evidence}
    passed = {"value": False, "message": message, "evidence": ()}
    test, evaluate = program.test, program.evaluate

    def bind(evaluation: Evaluation) -> dict[str, Any]:
        bindings = evaluation.bindings or bind_variables(evaluation)
        if counters:
            bind_counters(counters, evaluation, bindings)
        return bindings

    def run(evaluation: Evaluation) -> dict[str, Any]:
        bindings = evaluation.bindings or bind_variables(evaluation)
        if counters:
            bind_counters(counters, evaluation, bindings)
        outcome = test(bindings)
        if outcome == 0:
            return passed
        if outcome == 1:
            return violated
        result = evaluate(bindings)
        unavailable = result.reason == "usage_unavailable"
        raise OperatorFailure("USAGE_UNAVAILABLE" if unavailable else "EXPRESSION_FAILED", result.message)

    def expressions(evaluation: Evaluation) -> list[ExplainableExpression]:
        return [ExplainableExpression("/expression", source, EXPRESSION_ENVIRONMENT, bind(evaluation))]

    phases = [phase for name in program.variables for phase in _PHASES_OF.get(name, ())]
    reads = [part for name in program.variables for part in PARTS_OF.get(name, ())]
    counted = [one.counter for one in counters]
    return PreparedOperator(run, reads, phases or None, passed, expressions=expressions, counters=counted)


# Nobody changes it: expressions have no effects.
_NO_TOOL: dict[str, Any] = {"name": "", "args": {}, "result": ""}


def bind_variables(evaluation: Evaluation) -> dict[str, Any]:
    """The variables of the catalogue, bound once for all expressions of one evaluation."""
    view, plan = evaluation.view, evaluation.plan
    agent = evaluation.agent
    tokens = view.tokens
    if view.tool_name == "" and view.tool_result == "" and not view.tool_args:
        tool = _NO_TOOL
    else:
        tool = {"name": view.tool_name, "args": view.tool_args, "result": view.tool_result}
    bindings: dict[str, Any] = {
        "input": view.input,
        "output": view.output,
        "phase": view.phase,
        "agentId": view.agent_id,
        "agentName": agent["name"],
        "environment": view.environment,
        "orgId": plan.organization_id,
        "user": view.user_id,
        "session": view.session_id,
        "model": view.model,
        "cost": view.estimated_cost,
        "tokens": int(tokens) if isinstance(tokens, float) and tokens.is_integer() else tokens,
        "now": int(evaluation.now_ms),
        "tools": view.tools,
        "metadata": view.metadata,
        "agent": agent,
        "tool": tool,
    }
    evaluation.bindings = bindings
    return bindings
