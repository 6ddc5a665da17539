"""Values out of the bindings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.expr_types import Type, format_type, is_dyn
from holdpoint._core.expr.frame import COST_EXCEEDED, Frame, Val
from holdpoint._core.expr.times import parse_duration, parse_timestamp, to_duration, to_timestamp
from holdpoint._core.expr.values import (
    MISSING,
    CelDuration,
    CelList,
    CelMap,
    CelTimestamp,
    CelType,
    CelUint,
    bound,
    friendly_type_name,
    is_list,
    is_map,
    key_id,
    map_get,
    map_keys,
    to_double,
)

_SAFE_MAX = 2**53 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _wrong(value: Any, of: Type, label: str) -> ErrorValue:
    found = "double" if type(value) is int else friendly_type_name(value)
    return fail("type_mismatch", f"expected {format_type(of)} for `{label}`, found {found}")


def safe_integer(value: Any) -> int | None:
    """Return a JSON number as an int if it is whole and exact as a double, else None."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and -_SAFE_MAX <= value <= _SAFE_MAX else None


def from_binding(value: Any, of: Type, label: str, frame: Frame) -> Any:
    """Return a raw value of a binding as a CEL value of the declared type, or an error. `label` is for messages."""
    kind = of.kind
    if type(value) is float and math.isnan(value):
        return fail("not_a_number", f"`{label}` is not a number")
    reader = _READERS.get(kind)
    if reader is not None:
        converted = reader(value)
        return _wrong(value, of, label) if converted is None and kind != "null" else converted
    if kind == "null":
        return None if value is None else _wrong(value, of, label)
    if kind == "list":
        return _list(value, of.args[0], label, frame) if is_list(value) else _wrong(value, of, label)
    if kind == "map":
        return _map(value, of, label, frame) if is_map(value) else _wrong(value, of, label)
    if kind == "record":
        return _record(value, of.fields, label, frame) if is_map(value) else _wrong(value, of, label)
    return bound(value)


def _double(value: Any) -> Any:
    if type(value) is float:
        return value
    return to_double(value) if type(value) is int else None


def _uint(value: Any) -> Any:
    if type(value) is CelUint:
        return value
    number = safe_integer(value)
    return CelUint(number) if number is not None and number >= 0 else None


def _timestamp(value: Any) -> Any:
    if type(value) is CelTimestamp:
        return value
    if type(value) is str:
        return parse_timestamp(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return to_timestamp((value - _EPOCH) // timedelta(microseconds=1) * 1000)
    number = safe_integer(value)
    return None if number is None else to_timestamp(number * 1_000_000)


def _duration(value: Any) -> Any:
    if type(value) is CelDuration:
        return value
    if type(value) is str:
        return parse_duration(value)
    if isinstance(value, timedelta):
        return to_duration(value // timedelta(microseconds=1) * 1000)
    number = safe_integer(value)
    return None if number is None else to_duration(number * 1_000_000)


_READERS: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: value if type(value) is str else None,
    "bool": lambda value: value if type(value) is bool else None,
    "double": _double,
    "int": safe_integer,
    "uint": _uint,
    "bytes": lambda value: value if type(value) is bytes else None,
    "timestamp": _timestamp,
    "duration": _duration,
    "type": lambda value: value if type(value) is CelType else None,
}
"""The value as the type has it, None when it does not fit."""


def _list(items: Any, of: Type, label: str, frame: Frame) -> Any:
    if is_dyn(of):
        return items
    frame.steps += len(items)
    if frame.steps > frame.steps_max:
        return COST_EXCEEDED
    if type(items) is CelList and of.kind in ("int", "string", "bool", "double", "uint"):
        return items
    copy = CelList()
    for item in items:
        converted = from_binding(item, of, label, frame)
        if type(converted) is ErrorValue:
            return converted
        copy.append(converted)
    return copy


def _map(of: Any, declared: Type, label: str, frame: Frame) -> Any:
    key_type, value_type = declared.args
    if is_dyn(value_type) and (is_dyn(key_type) or key_type.kind == "string"):
        return of
    converted = CelMap()
    keys = map_keys(of)
    frame.steps += len(keys)
    if frame.steps > frame.steps_max:
        return COST_EXCEEDED
    for key in keys:
        new_key = from_binding(key, key_type, label, frame)
        if type(new_key) is ErrorValue:
            return new_key
        value = from_binding(_raw_get(of, key), value_type, label, frame)
        if type(value) is ErrorValue:
            return value
        converted.entries[key_id(new_key) or ""] = (new_key, value)
    return converted


def _record(of: Any, fields: Mapping[str, Type], label: str, frame: Frame) -> Any:
    """Return a record as a whole: its declared fields with their declared types; others are not visible."""
    converted = CelMap()
    for name in map_keys(of):
        declared = fields.get(name)
        if declared is None:
            continue
        value = from_binding(_raw_get(of, name), declared, f"{label}.{name}", frame)
        if type(value) is ErrorValue:
            return value
        converted.entries["s" + name] = (name, value)
    return converted


def _raw_get(of: Any, key: Any) -> Any:
    return map_get(of, key) if type(of) is CelMap else of[key]


@dataclass(frozen=True, slots=True)
class Path:
    """A variable and the fields to follow from it."""

    variable: str
    keys: tuple[str, ...]

    @property
    def label(self) -> str:
        """The path as it is written."""
        return ".".join((self.variable, *self.keys))


def compile_path(path: Path) -> Val:
    """Return a reader of the value at a path as the bindings have it, not yet checked; an error when not there."""
    variable = path.variable
    missing = fail("no_such_key", f"no value for `{variable}`")

    def root(frame: Frame) -> Any:
        return frame.bindings.get(variable, missing)

    read: Val = root
    label = variable
    for key in path.keys:
        read = _compile_field(read, key, label)
        label += f".{key}"
    return read


def _compile_field(operand: Val, key: str, label: str) -> Val:
    missing = fail("no_such_key", f"no such key `{key}`")

    def read(frame: Frame) -> Any:
        of = operand(frame)
        if type(of) is dict:
            return of.get(key, missing)
        if type(of) is ErrorValue:
            return of
        if not is_map(of):
            found = "double" if type(of) is int else friendly_type_name(of)
            return fail("type_mismatch", f"cannot read field `{key}` of {found} at `{label}`")
        value = map_get(of, key) if type(of) is CelMap else of.get(key, missing)
        return missing if value is MISSING else value

    return read
