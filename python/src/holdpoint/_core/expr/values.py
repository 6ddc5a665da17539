"""CEL values in Python.

None, bool, str and bytes are as they are; double is `float`; int is `int`; the classes below for the rest. Lists and
maps that an expression built are CelList and CelMap; a plain list or dict came with a binding, and the ints in it are
JSON numbers, which count as doubles.
"""

import math
from typing import Any

from holdpoint._core.expr.errors import ErrorValue, fail


class CelUint:
    """An unsigned 64-bit integer."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value


class CelTimestamp:
    """Nanoseconds since 1970-01-01T00:00:00Z, years 1 to 9999."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos


class CelDuration:
    """A span in nanoseconds, within 64 bits."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos


class CelType:
    """What `type(x)` gives."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class CelList(list[Any]):
    """A list that an expression built; its ints are CEL ints."""

    __slots__ = ()


class CelMap:
    """A map with CEL keys (bool, int, uint, string), in insertion order; 1, 1u and 1.0 are one key."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Any, Any]] = {}


_INT64_MAX = 2**63 - 1
_UINT64_MAX = 2**64 - 1


def to_int(value: int) -> int | ErrorValue:
    """Return an int, or an overflow."""
    return value if -_INT64_MAX - 1 <= value <= _INT64_MAX else fail("overflow", "integer overflow")


def to_uint(value: int) -> CelUint | ErrorValue:
    """Return a uint, or an overflow."""
    return CelUint(value) if 0 <= value <= _UINT64_MAX else fail("overflow", "unsigned integer overflow")


_TYPE_NAMES: dict[type, str] = {
    str: "string",
    float: "double",
    bool: "bool",
    int: "int",
    type(None): "null_type",
    list: "list",
    CelList: "list",
    tuple: "list",
    CelUint: "uint",
    CelTimestamp: "google.protobuf.Timestamp",
    CelDuration: "google.protobuf.Duration",
    bytes: "bytes",
    CelType: "type",
    ErrorValue: "error",
    dict: "map",
    CelMap: "map",
}


def type_name(value: Any) -> str:
    """Return the name of a value's run-time type, "unknown" for what is no CEL value."""
    name = _TYPE_NAMES.get(type(value))
    if name is not None:
        return name
    if isinstance(value, dict):
        return "map"
    return "list" if isinstance(value, (list, tuple)) else "unknown"


def friendly_type_name(value: Any) -> str:
    """Return the name a writer of expressions knows: `timestamp`, not the protobuf name."""
    name = type_name(value)
    if name == "google.protobuf.Timestamp":
        return "timestamp"
    if name == "google.protobuf.Duration":
        return "duration"
    return "null" if name == "null_type" else name


def mismatch(expected: str, value: Any) -> ErrorValue:
    """Return a type_mismatch that names both types; an error passes through."""
    if type(value) is ErrorValue:
        return value
    return fail("type_mismatch", f"expected {expected}, found {friendly_type_name(value)}")


def key_id(key: Any) -> str | None:
    """Return the identity of a map key, None for what can be no key or equals none."""
    kind = type(key)
    if kind is str:
        return f"s{key}"
    if kind is int:
        return f"n{key}"
    if kind is bool:
        return "t" if key else "f"
    if kind is float:
        return f"n{int(key)}" if key.is_integer() else None
    return f"n{key.value}" if kind is CelUint else None


def is_map(value: Any) -> bool:
    """Tell whether a value is a map, of an expression or a binding."""
    return isinstance(value, (CelMap, dict))


def is_list(value: Any) -> bool:
    """Tell whether a value is a list, of an expression or a binding."""
    return isinstance(value, (list, tuple))


class _Missing:
    __slots__ = ()


MISSING: Any = _Missing()
"""Stands for no value where None is one."""


def map_get(of: Any, key: Any) -> Any:
    """Return the value under a key, MISSING when there is none. A NaN out of a binding is an error value."""
    if type(of) is CelMap:
        name = key_id(key)
        entry = None if name is None else of.entries.get(name)
        return MISSING if entry is None else entry[1]
    if type(key) is not str or key not in of:
        return MISSING
    return bound(of[key])


NOT_A_NUMBER = fail("not_a_number", "a value is not a number")


def bound(value: Any) -> Any:
    """Return what a binding holds as a CEL value: ints are JSON numbers, NaN fails closed."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is float:
        return value if value == value else NOT_A_NUMBER  # noqa: PLR0124 - NaN is not equal to itself
    if kind is int:
        return to_double(value)
    if type_name(value) == "unknown":
        return mismatch("a value", value)
    return value


def to_double(value: int) -> float:
    """Return the nearest double, infinity beyond the range."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def items_of(value: Any) -> Any:
    """Return the items of a list as CEL values; NaN stays, so that it equals nothing."""
    if type(value) is CelList:
        return value
    return [to_double(item) if type(item) is int else item for item in value]


def map_keys(of: Any) -> list[Any]:
    """Return keys in a fixed order: as written for maps an expression built, by code point for bindings."""
    if type(of) is CelMap:
        return [entry[0] for entry in of.entries.values()]
    return sorted(key for key in of if isinstance(key, str))


def map_size(of: Any) -> int:
    """Return the number of entries."""
    return len(of.entries) if type(of) is CelMap else len(of)
