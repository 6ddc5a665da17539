"""`record_count`: records that a call asks for or that a tool returned."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ..._gen.tables import MAX_DEPTH
from ..decide.numbers import MAX_SAFE_INTEGER, is_number
from .operator import Evaluation, PrepareContext, PreparedOperator
from .read_json import measure_depth
from .request import RequestView

_JSON_TEXT = re.compile(r"[ \t\r\n]*[\[{]")
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,8})")


def count_records(view: RequestView, field: str) -> float:
    """Records of this step.

    The most of what the request states (`recordCount`), what the rule's field says, and in a result the items of its
    list, or of the longest list among its members. A text that is JSON counts as what it says. Nothing that counts is
    zero.
    """
    result = view.phase == "tool_result"
    source = _read_json(view.tool_output) if result else view.tool_args
    stated = _count_at(source, field) if field else 0
    return int(max(view.extras.record_count, stated, _count_lists(source) if result else 0))


def _count_lists(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        return len(value)
    if not isinstance(value, dict):
        return 0
    return max((len(member) for member in value.values() if isinstance(member, (list, tuple))), default=0)


def _count_at(source: Any, pointer: str) -> int:
    """What stands at a JSON pointer: a list's length, or a number from 0, rounded up."""
    value = source
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, (list, tuple)):
            value = value[int(key)] if _INDEX.fullmatch(key) and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, (list, tuple)):
        return len(value)
    return math.ceil(value) if is_number(value) and 0 < value <= MAX_SAFE_INTEGER else 0


def _read_json(value: Any) -> Any:
    if not isinstance(value, str) or not _JSON_TEXT.match(value) or _is_too_deep(value):
        return value
    try:
        return json.loads(value, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return value


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _is_too_deep(text: str) -> bool:
    """Brackets outside texts nested deeper than a request may be: languages differ in how deep they read."""
    return measure_depth(text) > MAX_DEPTH


def prepare_record_count(rule: dict[str, Any], context: PrepareContext) -> PreparedOperator:
    """Checks the pointer."""
    field = rule.get("count_field") or ""
    if isinstance(field, str) and field and not field.startswith("/"):
        at = f"{context.pointer}/ruleDefinition/count_field"
        context.problems.add(at, "expected a JSON pointer, for example `/limit`")

    def run(evaluation: Evaluation) -> dict[str, Any]:
        return {"count": count_records(evaluation.view, field), "evidence": ()}

    return PreparedOperator(run)
