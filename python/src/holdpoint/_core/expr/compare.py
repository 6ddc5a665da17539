"""Order and equality of values."""

from typing import Any

from holdpoint._core.expr.values import (
    MISSING,
    CelDuration,
    CelList,
    CelMap,
    CelTimestamp,
    CelType,
    CelUint,
    is_list,
    is_map,
    items_of,
    map_get,
    map_keys,
    map_size,
    to_double,
)

UNORDERED = 2
"""Nothing is less or greater: NaN took part."""


def _is_numeric(value: Any) -> bool:
    kind = type(value)
    return kind is float or kind is int or kind is CelUint


def _compare_numbers(a: Any, b: Any) -> int:
    x = a.value if type(a) is CelUint else a
    y = b.value if type(b) is CelUint else b
    if type(x) is not type(y):
        # An integer beside a double counts as the nearest double, as in the other CEL implementations.
        x = to_double(x) if type(x) is int else x
        y = to_double(y) if type(y) is int else y
    if x < y:
        return -1
    if x > y:
        return 1
    return 0 if x == y else UNORDERED


def _sign(less: bool, greater: bool) -> int:
    return -1 if less else 1 if greater else 0


_ORDERED = (str, bool, bytes)


def compare_values(a: Any, b: Any) -> int | None:
    """Return -1, 0, 1, UNORDERED, or None where the types have no order."""
    if _is_numeric(a):
        return _compare_numbers(a, b) if _is_numeric(b) else None
    if type(a) is not type(b):
        return None
    if type(a) in _ORDERED:
        return _sign(a < b, a > b)
    if type(a) is CelTimestamp or type(a) is CelDuration:
        return _sign(a.nanos < b.nanos, a.nanos > b.nanos)
    return None


def equal_values(a: Any, b: Any) -> bool:
    """CEL equality: numbers across types, deep for lists and maps, false for values of different types."""
    if type(a) in (str, bool) or a is None:
        return type(a) is type(b) and bool(a == b)
    if _is_numeric(a):
        return _is_numeric(b) and _compare_numbers(a, b) == 0
    if is_list(a):
        if not is_list(b) or len(a) != len(b):
            return False
        return all(equal_values(x, y) for x, y in zip(items_of(a), items_of(b), strict=True))
    if type(a) is CelType:
        return type(b) is CelType and a.name == b.name
    order = compare_values(a, b)
    if order is not None:
        return order == 0
    return is_map(a) and is_map(b) and _equal_maps(a, b)


def _equal_maps(a: Any, b: Any) -> bool:
    if map_size(a) != map_size(b):
        return False
    for key in map_keys(a):
        other = map_get(b, key)
        if other is MISSING or not equal_values(_raw(a, key), other):
            return False
    return True


def _raw(of: Any, key: Any) -> Any:
    if type(of) is CelMap:
        return map_get(of, key)
    value = of[key]
    return to_double(value) if type(value) is int else value


__all__ = ["UNORDERED", "CelList", "compare_values", "equal_values"]
