"""Operators on values."""

import math
from typing import Any

from holdpoint._core.expr.compare import UNORDERED, compare_values, equal_values
from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.times import to_duration, to_timestamp
from holdpoint._core.expr.values import (
    MISSING,
    CelDuration,
    CelList,
    CelTimestamp,
    CelUint,
    bound,
    friendly_type_name,
    is_list,
    is_map,
    items_of,
    map_get,
    map_size,
    mismatch,
    to_int,
    to_uint,
)

_DIVIDED_BY_ZERO = fail("division_by_zero", "division by zero")


def no_overload(name: str, a: Any, b: Any) -> ErrorValue:
    """Return the error for operands an operator cannot take."""
    if type(a) is ErrorValue:
        return a
    if type(b) is ErrorValue:
        return b
    return fail("type_mismatch", f"`{name}` cannot take {friendly_type_name(a)} and {friendly_type_name(b)}")


def add(a: Any, b: Any) -> Any:
    """`a + b`."""
    kind, other = type(a), type(b)
    if kind is other:
        if kind is float or kind is str or kind is bytes:
            return a + b
        if kind is int:
            return to_int(a + b)
        if kind is CelUint:
            return to_uint(a.value + b.value)
        if kind is CelDuration:
            return to_duration(a.nanos + b.nanos)
    if is_list(a) and is_list(b):
        return CelList([*items_of(a), *items_of(b)])
    if (kind, other) in ((CelTimestamp, CelDuration), (CelDuration, CelTimestamp)):
        return to_timestamp(a.nanos + b.nanos)
    return no_overload("+", a, b)


def subtract(a: Any, b: Any) -> Any:
    """`a - b`."""
    kind, other = type(a), type(b)
    if kind is other:
        if kind is float:
            return a - b
        if kind is int:
            return to_int(a - b)
        if kind is CelUint:
            return to_uint(a.value - b.value)
        if kind is CelDuration or kind is CelTimestamp:
            return to_duration(a.nanos - b.nanos)
    if kind is CelTimestamp and other is CelDuration:
        return to_timestamp(a.nanos - b.nanos)
    return no_overload("-", a, b)


def multiply(a: Any, b: Any) -> Any:
    """`a * b`."""
    kind = type(a)
    if kind is type(b):
        if kind is float:
            return a * b
        if kind is int:
            return to_int(a * b)
        if kind is CelUint:
            return to_uint(a.value * b.value)
    return no_overload("*", a, b)


def _divide_doubles(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, math.copysign(1, a) * math.copysign(1, b))


def _quotient(a: int, b: int) -> int:
    size = abs(a) // abs(b)
    return size if (a < 0) == (b < 0) else -size


def divide(a: Any, b: Any) -> Any:
    """`a / b`, cut towards zero for integers."""
    kind = type(a)
    if kind is type(b):
        if kind is float:
            return _divide_doubles(a, b)
        if kind is int:
            return _DIVIDED_BY_ZERO if b == 0 else to_int(_quotient(a, b))
        if kind is CelUint:
            return _DIVIDED_BY_ZERO if b.value == 0 else to_uint(a.value // b.value)
    return no_overload("/", a, b)


def remainder(a: Any, b: Any) -> Any:
    """`a % b`, with the sign of `a`."""
    kind = type(a)
    if kind is type(b):
        if kind is int:
            return _DIVIDED_BY_ZERO if b == 0 else to_int(a - b * _quotient(a, b))
        if kind is CelUint:
            return _DIVIDED_BY_ZERO if b.value == 0 else to_uint(a.value % b.value)
    return no_overload("%", a, b)


def negate(a: Any) -> Any:
    """`-a`."""
    if type(a) is float:
        return -a
    return to_int(-a) if type(a) is int else mismatch("int or double", a)


def compare_with(name: str, a: Any, b: Any) -> Any:
    """`a < b` and the like."""
    order = compare_values(a, b)
    if order is None:
        return no_overload(name, a, b)
    if order == UNORDERED:
        # SPECIFICATION E-12: False would let a request through that nobody has judged.
        return fail("not_a_number", f"`{name}` cannot compare what is not a number")
    if name == "<":
        return order < 0
    if name == "<=":
        return order <= 0
    return order > 0 if name == ">" else order >= 0


def equal(a: Any, b: Any) -> Any:
    """`a == b`."""
    if type(a) is ErrorValue:
        return a
    return b if type(b) is ErrorValue else equal_values(a, b)


def is_in(item: Any, container: Any) -> Any:
    """`item in container`."""
    if type(item) is ErrorValue:
        return item
    if is_list(container):
        return any(equal_values(item, other) for other in items_of(container))
    return map_get(container, item) is not MISSING if is_map(container) else mismatch("a list or map", container)


def index_into(container: Any, key: Any) -> Any:
    """`container[key]`."""
    if type(container) is ErrorValue:
        return container
    if type(key) is ErrorValue:
        return key
    if is_list(container):
        index = key.value if type(key) is CelUint else key
        if type(index) is not int and type(index) is not float:
            return mismatch("int", key)
        if type(index) is float and not index.is_integer():
            return fail("invalid_argument", "a list index must be whole")
        if not 0 <= index < len(container):
            return fail("out_of_range", "list index is out of range")
        item = container[int(index)]
        return item if type(container) is CelList else bound(item)
    if not is_map(container):
        return mismatch("a list or map", container)
    value = map_get(container, key)
    return fail("no_such_key", "no such key") if value is MISSING else value


def size_of(value: Any) -> Any:
    """`size(value)`."""
    if type(value) is str or type(value) is bytes or is_list(value):
        return len(value)
    return map_size(value) if is_map(value) else mismatch("a string, bytes, list or map", value)
