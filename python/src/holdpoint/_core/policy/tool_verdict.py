"""`tool_verdict`: deny wins, then the allow list, then constraints on arguments, then approval (SPECIFICATION P-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..._gen.tables import MAX_NAME_CHARS, TOOL_RULE_VARIABLES
from ..decide import first_units
from ..expr import ExprEnv, ExprProgram, compile_expression
from .compile_pattern import compile_pattern
from .explain_expression import ExplainableExpression
from .globs import GlobTest, prepare_globs
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .schema import SchemaProgram, compile_schema
from .shape_check import check_schema

_ENVIRONMENT = ExprEnv(TOOL_RULE_VARIABLES)


@dataclass(frozen=True, slots=True)
class _Constraint:
    matches: GlobTest
    agents: Sequence[str]
    source: str
    # JSON pointer into the rule.
    path: str
    program: ExprProgram | None
    schema: SchemaProgram | None


@dataclass(frozen=True, slots=True)
class _ToolShare:
    decision: str
    constraints: Sequence[_Constraint]
    waits: bool


# Tools whose share of a rule is remembered; names come from requests, so their number is not ours to know.
_MOST_TOOLS = 1024

_ALLOWED: dict[str, Any] = {"decision": "allow", "tool": "", "rule": "", "evidence": ()}


def prepare_tool_verdict(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Readies the lists and compiles the constraints."""
    allow, deny, approval = (prepare_globs(rule.get(name, ())) for name in ("allow", "deny", "require_approval"))
    # An allow list that is written out empty allows nothing: whoever emptied it did not mean to open every tool.
    open_by_default = (rule.get("default") or ("deny" if "allow" in rule else "allow")) == "allow"
    constraints = [
        constraint
        for index, item in enumerate(rule["rules"])
        if (constraint := _compile_constraint(item, index, context)) is not None
    ]

    shares: dict[str, _ToolShare] = {}

    def share_of(tool: str) -> _ToolShare:
        """What a tool's name alone says."""
        known = shares.get(tool)
        if known is not None:
            return known
        listed = open_by_default or allow(tool) or approval(tool)
        share = _ToolShare(
            "deny" if deny(tool) else "allow" if listed else "not_allowed",
            [one for one in constraints if one.matches(tool)],
            approval(tool),
        )
        if len(shares) >= _MOST_TOOLS:
            shares.clear()
        shares[tool] = share
        return share

    def run(evaluation: Evaluation) -> dict[str, Any]:
        view = evaluation.view
        tool = view.tool_name
        if tool == "":
            raise OperatorFailure("REQUEST_INVALID", "there is no tool in this request")
        share = share_of(tool)
        if share.decision != "allow":
            return _verdict(share.decision, tool)
        for constraint in share.constraints:
            if constraint.agents and view.agent_id not in constraint.agents:
                continue
            if constraint.schema is not None:
                broken = check_schema(constraint.schema, view.tool_args)
                if broken is not None:
                    return _verdict("schema", tool, _describe_finding(*broken))
            if constraint.program is None:
                continue
            bindings = evaluation.tool_bindings or _bind_tool_call(evaluation)
            outcome = constraint.program.test(bindings)
            if outcome == 0:
                return _verdict("arguments", tool, constraint.source)
            if outcome != 1:
                raise OperatorFailure("EXPRESSION_FAILED", constraint.program.evaluate(bindings).message)
        return _verdict("require_approval", tool) if share.waits else _ALLOWED

    def passes_tool(tool: str) -> bool:
        share = share_of(tool)
        return tool != "" and share.decision == "allow" and not share.constraints and not share.waits

    def expressions(evaluation: Evaluation) -> list[ExplainableExpression]:
        """Up to the first constraint that does not hold: nobody asks the ones after it."""
        view = evaluation.view
        share = share_of(view.tool_name)
        bindings = _bind_tool_call(evaluation)
        asked: list[ExplainableExpression] = []
        for one in share.constraints if share.decision == "allow" else ():
            if one.agents and view.agent_id not in one.agents:
                continue
            if one.schema is not None and one.schema.check(view.tool_args) is not None:
                break
            if one.program is None:
                continue
            asked.append(ExplainableExpression(one.path, one.source, _ENVIRONMENT, bindings))
            if one.program.test(bindings) != 1:
                break
        return asked

    return PreparedOperator(run, ("tool",), passing=_ALLOWED, passes_tool=passes_tool, expressions=expressions)


def _bind_tool_call(evaluation: Evaluation) -> dict[str, Any]:
    view = evaluation.view
    evaluation.tool_bindings = {
        "args": view.tool_args,
        "tool": view.tool_name,
        "agentId": view.agent_id,
        "environment": view.environment,
    }
    return evaluation.tool_bindings


def _verdict(decision: str, tool: str, rule: str = "") -> dict[str, Any]:
    return {"decision": decision, "tool": tool, "rule": rule, "evidence": ()}


def _compile_constraint(item: dict[str, Any], index: int, context: PrepareContext) -> _Constraint | None:
    when, schema, tool = item.get("when"), item.get("schema"), item.get("tool")
    pointer = f"{context.pointer}/ruleDefinition/rules/{index}"
    if not isinstance(tool, str):
        return None
    if when is None and schema is None:
        context.problems.add(pointer, "needs at least one of `when`, `schema`")
    program = _compile_when(when, f"{pointer}/when", context) if isinstance(when, str) else None
    shape = None if schema is None else compile_schema(schema, f"{pointer}/schema", context.problems)
    return _Constraint(prepare_globs([tool]), item["agents"], when or "", f"/rules/{index}/when", program, shape)


def _compile_when(source: str, pointer: str, context: PrepareContext) -> ExprProgram | None:
    compiled = compile_expression(source, _ENVIRONMENT, result_type="bool", compile_pattern=compile_pattern)
    for problem in compiled.problems:
        context.problems.add_at(pointer, problem)
    return compiled.program


def _describe_finding(path: str, keyword: str) -> str:
    return f"`{keyword}` at {first_units(f'/tool/args{path}', MAX_NAME_CHARS)}"
