"""Rules as their types define them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._gen.policy_types import POLICY_TYPES, PolicyType
from ..._gen.tables import MAX_COST_USD, MAX_NAME_CHARS, MAX_OWN_PATTERNS, MAX_RULE_ITEMS, MAX_TEXT_CHARS
from ..decide import es_number, own_keys, utf16_length
from ..decide.numbers import is_finite, is_number, is_safe_integer
from ..detect import PII_CATEGORY_NAMES, SECRET_KIND_NAMES
from ..expr.text_functions import check_glob
from .closed_sets import CLOSED_SETS, resolve_name
from .decode_values import (
    decode_duration,
    decode_https_url,
    decode_instant,
    decode_json,
    decode_map,
    decode_time_of_day,
)
from .money import to_micros
from .problems import ProblemList, describe_type, is_object, list_names, point_to
from .timezone import is_timezone

__all__ = ["POLICY_TYPES", "decode_rule"]

_Decode = Callable[[Any, str, ProblemList], Any]

# Types whose values stand in a rule otherwise than they are written.
_REWRITTEN = frozenset({"money", "object", "duration", "instant"})
_DOLLARS = {"type": "number", "min": 0, "max": MAX_COST_USD}


def decode_rule(kind: PolicyType, value: Any, pointer: str, problems: ProblemList) -> dict[str, Any]:
    """A rule with defaults filled in and money in micro-dollars; problems are added to the list."""
    rule = _decode_fields(kind.fields, value, pointer, problems)
    # One that is there but wrong has been told already.
    there = value if isinstance(value, dict) else {}
    if kind.at_least_one and all(there.get(name) is None for name in kind.at_least_one):
        problems.add(pointer, f"needs at least {list_names(kind.at_least_one)}")
    return rule


def _decode_fields(
    fields: dict[str, dict[str, Any]], value: Any, pointer: str, problems: ProblemList
) -> dict[str, Any]:
    if not is_object(value):
        problems.add(pointer, f"expected an object, got {describe_type(value)}")
        return {}
    for key in own_keys(value):
        if key not in fields:
            problems.add_unknown(point_to(pointer, key), "field", key, list(fields))
    decoded: dict[str, Any] = {}
    for name, field in fields.items():
        item = value.get(name)
        if item is not None:
            item = _decode_value(field, item, point_to(pointer, name), problems)
            if item is not None:
                decoded[name] = item
        elif field.get("required"):
            problems.add(point_to(pointer, name), f"missing field `{name}`")
        elif "default" in field:
            decoded[name] = _decode_default(field, problems)
    return decoded


def _decode_default(field: dict[str, Any], problems: ProblemList) -> Any:
    """Defaults stand in the catalogue as a rule would write them: money in dollars, objects without their defaults."""
    if field["type"] in _REWRITTEN:
        return _decode_value(field, field["default"], "", problems)
    return field["default"]


def _decode_value(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> Any:
    kind: str = field["type"]
    if kind.endswith("List"):
        return _decode_list(field, value, pointer, problems)
    if kind == "bool":
        if isinstance(value, bool):
            return value
        problems.add(pointer, f"expected a boolean, got {describe_type(value)}")
        return None
    if kind in ("int", "number"):
        return _decode_number(field, value, pointer, problems)
    if kind == "money":
        dollars = _decode_number(_DOLLARS, value, pointer, problems)
        return None if dollars is None else to_micros(dollars)
    if kind == "object":
        return _decode_fields(field["fields"], value, pointer, problems)
    if kind == "enum":
        return _decode_enum(field, value, pointer, problems)
    if kind == "timezone":
        if isinstance(value, str) and is_timezone(value):
            return value
        problems.add(pointer, "expected the name of an IANA time zone, for example `Europe/Berlin`")
        return None
    if kind == "duration":
        return _in_range(field, decode_duration(value, pointer, problems), pointer, problems)
    if kind == "numberMap":
        numbers = {**field, "type": "number"}
        return decode_map(value, pointer, problems, lambda item, at: _decode_number(numbers, item, at, problems))
    if kind == "stringMap":
        return decode_map(value, pointer, problems, lambda item, at: _decode_text(item, at, problems))
    decode: _Decode = _DECODERS.get(kind, _decode_text)
    return decode(value, pointer, problems)


def _decode_glob(value: Any, pointer: str, problems: ProblemList) -> str | None:
    """No name is longer, so no longer glob can mean one; and one that is too long to be judged would match nothing."""
    text = _decode_text(value, pointer, problems)
    if text is not None and utf16_length(text) > MAX_NAME_CHARS:
        problems.add(pointer, f"is longer than {MAX_NAME_CHARS} characters")
        return None
    problem = None if text is None else check_glob(text)
    if problem is not None:
        problems.add(pointer, problem.message)
    return text


def _decode_number(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> float | None:
    whole = field["type"] == "int"
    if not is_number(value) or not is_finite(value) or (whole and not is_safe_integer(value)):
        problems.add(pointer, f"expected a {'whole number' if whole else 'number'}, got {describe_type(value)}")
        return None
    # A double, as in every language: products of whole numbers would otherwise be rounded differently.
    return _in_range(field, int(value) if whole else float(value), pointer, problems)


def _in_range(field: dict[str, Any], value: float | None, pointer: str, problems: ProblemList) -> float | None:
    low, high = field.get("min"), field.get("max")
    if value is None or not ((low is not None and value < low) or (high is not None and value > high)):
        return value
    shown_low, shown_high = ("…" if bound is None else es_number(bound) for bound in (low, high))
    problems.add(pointer, f"expected a number from {shown_low} to {shown_high}")
    return None


def _decode_enum(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> str | None:
    name_set = field.get("set")
    known = CLOSED_SETS[name_set] if name_set else field["values"]
    if not isinstance(value, str):
        problems.add(pointer, f"expected {list_names(known)}, got {describe_type(value)}")
        return None
    name = resolve_name(name_set, value) if name_set else (value if value in known else None)
    if name is None:
        problems.add_unknown(pointer, "value", value, known)
    return name


def _decode_text(value: Any, pointer: str, problems: ProblemList) -> str | None:
    if not isinstance(value, str):
        problems.add(pointer, f"expected a string, got {describe_type(value)}")
    elif utf16_length(value) > MAX_TEXT_CHARS:
        problems.add(pointer, f"is longer than {MAX_TEXT_CHARS} characters")
    else:
        return value
    return None


def _decode_list(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        problems.add(pointer, f"expected a list, got {describe_type(value)}")
        return []
    most = MAX_OWN_PATTERNS if field["type"] == "patternList" else MAX_RULE_ITEMS
    if len(value) > most:
        problems.add(pointer, f"has {len(value)} items, at most {most} are allowed")
        return []
    return [_decode_item(field, item, point_to(pointer, index), problems) for index, item in enumerate(value)]


def _decode_item(field: dict[str, Any], item: Any, pointer: str, problems: ProblemList) -> Any:
    kind = field["type"]
    if kind == "objectList":
        return _decode_fields(field["fields"], item, pointer, problems)
    if kind == "enumList":
        return _decode_enum(field, item, pointer, problems)
    decode = _decode_glob if kind in ("globList", "uriGlobList") else _decode_text
    text = decode(item, pointer, problems)
    if text == "":
        problems.add(pointer, "is empty")
    if text and kind == "categoryList":
        known = SECRET_KIND_NAMES if field.get("set") == "secret" else PII_CATEGORY_NAMES
        if text not in known:
            problems.add_unknown(pointer, "category", text, known)
    return text


_DECODERS: dict[str, _Decode] = {
    "glob": _decode_glob,
    "instant": decode_instant,
    "timeOfDay": decode_time_of_day,
    "httpsUrl": decode_https_url,
    "json": decode_json,
    "jsonSchema": decode_json,
}
