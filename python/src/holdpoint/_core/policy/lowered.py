"""What the lowered conditions of the catalogue call. A value that CEL has none for is raised as ConditionError."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..decide import es_number, first_units
from ..decide.numbers import MAX_SAFE_INTEGER, is_finite, is_number
from ..expr.cidr import in_cidr as _in_cidr
from ..expr.text_functions import glob as _glob
from ..expr.times import timestamp_part
from ..expr.values import CelTimestamp
from .problems import is_object


class ConditionError(Exception):
    """Why a condition has no value."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


_Test = Callable[[], bool]
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_UPPER = re.compile("[A-Z]+")


def both_of(left: _Test, right: _Test) -> bool:
    """`&&` whose left side may fail: false decides, on either side."""
    failed: ConditionError | None = None
    try:
        if not left():
            return False
    except ConditionError as error:
        failed = error
    if not right():
        return False
    if failed is not None:
        raise failed
    return True


def either_of(left: _Test, right: _Test) -> bool:
    """`||` whose left side may fail: true decides, on either side."""
    failed: ConditionError | None = None
    try:
        if left():
            return True
    except ConditionError as error:
        failed = error
    if right():
        return True
    if failed is not None:
        raise failed
    return False


def all_of(items: Sequence[Any], holds: Callable[[Any], bool]) -> bool:
    """`all` whose condition may fail: one false decides."""
    return not any_of(items, lambda item: not holds(item))


def any_of(items: Sequence[Any], holds: Callable[[Any], bool]) -> bool:
    """`exists` whose condition may fail: one true decides."""
    failed: ConditionError | None = None
    for item in items:
        try:
            if holds(item):
                return True
        except ConditionError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return False


def as_text(value: Any) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise ConditionError("a value is not text")


def as_bool(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise ConditionError("a value is not true or false")


def as_number(value: Any) -> float:
    """A finite number."""
    if is_number(value) and is_finite(value):
        return float(value)
    raise ConditionError("a value is not a finite number")


def finite(value: float) -> float:
    """A result of arithmetic; past what a double can hold there is none."""
    if type(value) is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return value
    if is_finite(value):
        return value
    raise ConditionError("a number is too large")


def divide(a: float, b: float) -> float:
    """A quotient; by zero there is none."""
    if b == 0:
        raise ConditionError("division by zero")
    try:
        return finite(a / b)
    except OverflowError:
        raise ConditionError("a number is too large") from None


def is_same(a: Any, b: Any) -> bool:
    """Equality of JSON values that are no lists or objects; values of two types differ."""
    if isinstance(a, (dict, list, tuple)) or isinstance(b, (dict, list, tuple)):
        raise ConditionError("lists and objects cannot be compared")
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)


def includes_same(items: Sequence[Any], item: Any) -> bool:
    """Whether an item is in a list, by `is_same`."""
    return any(is_same(one, item) for one in items)


def item_at(items: Sequence[Any], index: float) -> Any:
    """An item of a list."""
    if index == math.floor(index) and 0 <= index < len(items):
        return items[int(index)]
    raise ConditionError("a list has no such item")


def has_key(members: Any, key: Any) -> bool:
    """Whether there is a member; a member that is null is absent."""
    if not is_object(members):
        raise ConditionError("a value has no members")
    return isinstance(key, str) and members.get(key) is not None


def look_up(members: Any, key: Any) -> Any:
    """A member of an object, or an item of a list."""
    if isinstance(members, (list, tuple)) and is_number(key):
        return item_at(members, key)
    if not has_key(members, key):
        shown = first_units(key, 64) if isinstance(key, str) else show(key)
        raise ConditionError(f"no such key `{shown}`")
    return members[key]


def size_of(value: Any) -> int:
    """Code points of a text, items of a list, members of an object."""
    if isinstance(value, (str, list, tuple)) or is_object(value):
        return len(value)
    raise ConditionError("a value has no size")


def lower_ascii(text: str) -> str:
    """ASCII letters in lower case, all else as it is."""
    return _UPPER.sub(lambda letters: letters.group().lower(), text)


def glob_match(pattern: str, text: str) -> bool:
    """A glob over a whole text."""
    return _truth(_glob(pattern, text))


def in_range(ip: str, cidr: str) -> bool:
    """Whether an IP address lies in a range."""
    return _truth(_in_cidr(ip, cidr))


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ConditionError(value.message)


def in_hours(now_ms: float, wanted: Sequence[str], begin: str, end: str, timezone: str) -> bool:
    """Whether an instant lies in hours of certain days as a clock in a time zone shows them.

    From a time up to, not including, another; past midnight when that is earlier, of a day that begins on the named
    one; the whole day when both are the same. No days means every day.
    """
    at = CelTimestamp(math.floor(now_ms) * 1_000_000)

    def part(name: str) -> int:
        value = timestamp_part(at, name, timezone)
        if isinstance(value, int):
            return value
        raise ConditionError(value.message)

    def is_wanted(day: int) -> bool:
        return not wanted or _DAYS[day % 7] in wanted

    minute = part("getHours") * 60 + part("getMinutes")
    today = part("getDayOfWeek")
    first, last = _read_time(begin), _read_time(end)
    if first == last:
        return is_wanted(today)
    if first < last:
        return is_wanted(today) and first <= minute < last
    return (is_wanted(today) and minute >= first) or (is_wanted(today - 1) and minute < last)


def _read_time(text: str) -> int:
    """Minutes since midnight of `HH:MM`."""
    found = _TIME.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else 1441
    if minutes <= 1440:
        return minutes
    raise ConditionError("a time of day is written as `HH:MM`")


def show(value: Any) -> str:
    """A value as messages show it."""
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return es_number(value)
