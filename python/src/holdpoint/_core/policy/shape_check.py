"""`shape_check`: an answer, or the arguments of a tool, against the rule's schema."""

from __future__ import annotations

from typing import Any

from ..._gen.tables import MAX_NAME_CHARS
from ..decide import first_units
from .operator import Evaluation, OperatorFailure, PrepareContext, PreparedOperator
from .read_json import read_json, repair_json
from .schema import SchemaProgram, compile_schema

_PASSING: dict[str, Any] = {"decision": "", "path": "", "keyword": "", "evidence": ()}
_NOT_JSON: dict[str, Any] = {"decision": "not_json", "path": "", "keyword": "", "evidence": ()}


def prepare_shape_check(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Compiles the schema."""
    program = compile_schema(rule.get("schema"), f"{context.pointer}/ruleDefinition/schema", context.problems)

    def run(evaluation: Evaluation) -> dict[str, Any]:
        if program is None:
            return _PASSING
        view = evaluation.view
        if view.phase == "tool_call":
            return _judge(program, view.tool_args, "/tool/args")
        read = read_json(view.output)
        if read.ok:
            found = _judge(program, read.value, "/output")
            if found is _PASSING or not rule["repair"]:
                return found
        repaired = repair_json(view.output) if rule["repair"] else None
        if repaired is not None and repaired != view.output:
            again = read_json(repaired)
            if again.ok:
                found = _judge(program, again.value, "/output")
                if found is _PASSING:
                    evaluation.transforms.replace("/output", view.output, repaired)
                return found
        if read.ok:
            return _judge(program, read.value, "/output")
        if read.too_large:
            raise OperatorFailure("REQUEST_TOO_LARGE", "`/output` is nested too deep or has too many values")
        return _NOT_JSON

    return PreparedOperator(run, passing=_PASSING)


def _judge(program: SchemaProgram, value: Any, root: str) -> dict[str, Any]:
    found = check_schema(program, value)
    if found is None:
        return _PASSING
    path, keyword = found
    return {"decision": "schema", "path": first_units(root + path, MAX_NAME_CHARS), "keyword": keyword, "evidence": ()}


def check_schema(program: SchemaProgram, value: Any) -> tuple[str, str] | None:
    """Where a value breaks a schema, and which keyword; raises OperatorFailure when that takes too many steps."""
    found = program.check(value)
    if isinstance(found, str):
        raise OperatorFailure("REQUEST_TOO_LARGE", "judging it by the schema takes too many steps")
    return None if found is None else (found.path, found.keyword)
