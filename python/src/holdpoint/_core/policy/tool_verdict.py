"""`tool_verdict`: deny wins, then the allow list, then constraints on arguments, then approval (SPECIFICATION P-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..._gen.tables import TOOL_RULE_VARIABLES
from ..expr import ExprEnv, ExprProgram, compile_expression
from ..expr.text_functions import glob
from .compile_pattern import compile_pattern
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator

_ENVIRONMENT = ExprEnv(TOOL_RULE_VARIABLES)


@dataclass(frozen=True, slots=True)
class _Constraint:
    tool: str
    agents: Sequence[str]
    source: str
    program: ExprProgram


def prepare_tool_verdict(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the lists and compiles the constraints."""
    allow, deny, approval = rule["allow"], rule["deny"], rule["require_approval"]
    listed = [*allow, *approval]
    open_by_default = (rule.get("default") or ("deny" if allow else "allow")) == "allow"
    constraints = [
        constraint
        for index, item in enumerate(rule["rules"])
        if (constraint := _compile_constraint(item, index, context)) is not None
    ]

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        tool = view.tool_name
        if tool == "":
            raise OperatorFailure("REQUEST_INVALID", "there is no tool in this request")
        if _matches_any(deny, tool):
            return _verdict("deny", tool)
        if not open_by_default and not _matches_any(listed, tool):
            return _verdict("not_allowed", tool)
        for constraint in constraints:
            if not _matches(constraint.tool, tool) or (constraint.agents and view.agent_id not in constraint.agents):
                continue
            result = constraint.program.evaluate(
                {"args": view.tool_args, "tool": tool, "agentId": view.agent_id, "environment": view.environment}
            )
            if not result.ok:
                raise OperatorFailure("EXPRESSION_FAILED", result.message)
            if result.value is not True:
                return _verdict("arguments", tool, constraint.source)
        return _verdict("require_approval" if _matches_any(approval, tool) else "allow", tool)

    return PreparedOperator(run, ("tool",))


def _verdict(decision: str, tool: str, rule: str = "") -> dict[str, Any]:
    return {"decision": decision, "tool": tool, "rule": rule, "evidence": ()}


def _matches(pattern: str, name: str) -> bool:
    """A glob that cannot be judged is refused when written, so anything but true is no match."""
    return glob(pattern, name) is True


def _matches_any(globs: Sequence[str], name: str) -> bool:
    return any(_matches(pattern, name) for pattern in globs)


def _compile_constraint(item: dict[str, Any], index: int, context: PrepareContext) -> _Constraint | None:
    when, tool = item.get("when"), item.get("tool")
    if not isinstance(when, str) or not isinstance(tool, str):
        return None
    compiled = compile_expression(when, _ENVIRONMENT, result_type="bool", compile_pattern=compile_pattern)
    if compiled.program is not None:
        return _Constraint(tool, item["agents"], when, compiled.program)
    pointer = f"{context.pointer}/ruleDefinition/rules/{index}/when"
    for problem in compiled.problems:
        context.problems.add_at(pointer, problem)
    return None
