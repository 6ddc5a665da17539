"""JSON values as documents of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._gen import tables
from ..._gen.messages import MESSAGES, CompileProblem
from ..decide import own_keys, utf16_length
from ..decide.numbers import is_finite, is_number, is_safe_integer
from .closed_sets import CLOSED_SET_ALIASES, CLOSED_SETS, resolve_name
from .problems import ProblemList, describe_type, is_object, point_to

_LIMITS = {"maxNameChars": tables.MAX_NAME_CHARS}

_EXPECTED = {
    "string": "a string",
    "bool": "a boolean",
    "number": "a number",
    "int": "a whole number",
    "object": "an object",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A checked document with wire names, or (value None) everything that is wrong with it."""

    value: dict[str, Any] | None
    problems: tuple[CompileProblem, ...]


def decode_message(name: str, value: object, pointer: str = "") -> Decoded:
    """A JSON value as a document of the contract, or everything that is wrong with it.

    Unknown fields (with the name that was probably meant), wrong types, values outside a closed set, missing fields,
    names too long. Aliases are replaced by the names they stand for; a null member counts as absent. Never raises.
    """
    problems = ProblemList()
    decoded = decode_object(name, value, pointer, problems)
    return Decoded(None, tuple(problems.list)) if problems.list else Decoded(decoded, ())


def decode_object(name: str, value: Any, pointer: str, problems: ProblemList) -> dict[str, Any] | None:
    """What can be read of a document; everything wrong with it is added to the problems."""
    fields = MESSAGES[name]
    if not is_object(value):
        problems.add(pointer, f"expected an object, got {describe_type(value)}")
        return None
    decoded: dict[str, Any] = {}
    for key in own_keys(value):
        field = fields.get(key)
        if field is None:
            problems.add_unknown(point_to(pointer, key), "field", key, list(fields))
        elif value[key] is not None:
            item = _decode_field(field, value[key], point_to(pointer, key), problems)
            if item is not None:
                decoded[key] = item
    for key, field in fields.items():
        if field.get("required") and value.get(key) is None:
            problems.add(point_to(pointer, key), f"missing field `{key}`")
    return decoded


def _decode_field(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> Any:
    if field.get("mapped"):
        return _decode_map(field, value, pointer, problems)
    if not field.get("repeated"):
        return _decode_single(field, value, pointer, problems)
    if not isinstance(value, (list, tuple)):
        problems.add(pointer, f"expected a list, got {describe_type(value)}")
        return None
    return [_decode_single(field, item, point_to(pointer, index), problems) for index, item in enumerate(value)]


def _decode_map(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> Any:
    """An object from names to values of one kind; a null member counts as absent."""
    if not is_object(value):
        problems.add(pointer, f"expected an object, got {describe_type(value)}")
        return None
    return {
        name: _decode_single(field, value[name], point_to(pointer, name), problems)
        for name in own_keys(value)
        if value[name] is not None
    }


def _decode_single(field: dict[str, Any], value: Any, pointer: str, problems: ProblemList) -> Any:
    kind = field["kind"]
    if kind == "any":
        return value
    if kind == "message":
        return decode_object(field["message"], value, pointer, problems)
    if not _fits(kind, value):
        problems.add(pointer, f"expected {_EXPECTED[kind]}, got {describe_type(value)}")
        return None
    if not isinstance(value, str):
        return value
    max_length = _LIMITS.get(field.get("maxLength", ""))
    if max_length is not None and utf16_length(value) > max_length:
        problems.add(pointer, f"is longer than {max_length} characters")
    return decode_name(field["set"], value, pointer, problems) if "set" in field else value


def _fits(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "number":
        return is_number(value) and is_finite(value)
    return is_safe_integer(value) if kind == "int" else is_object(value)


def decode_name(name_set: str, value: str, pointer: str, problems: ProblemList) -> str | None:
    """A name of a closed set, aliases resolved."""
    name = resolve_name(name_set, value)
    if name is None:
        known = [*CLOSED_SETS.get(name_set, ()), *CLOSED_SET_ALIASES.get(name_set, {})]
        problems.add_unknown(pointer, "value", value, known)
    return name
