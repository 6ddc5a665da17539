"""What one evaluation works on."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.values import is_list, is_map, map_size
from holdpoint._gen.expr_limits import TEXT_CHARS_PER_STEP

COST_EXCEEDED = fail("cost_exceeded", "expression takes too many steps")


class Frame:
    """Bindings, loop variables by depth of the loop, steps taken, and the error behind the last 2 of a test."""

    __slots__ = ("bindings", "error", "slots", "steps", "steps_max")

    def __init__(self, bindings: Mapping[str, Any], steps_max: int) -> None:
        self.bindings = bindings
        self.slots: list[Any] = [None, None, None, None]
        self.steps = 0
        self.steps_max = steps_max
        self.error: ErrorValue = COST_EXCEEDED


Val: TypeAlias = Callable[[Frame], Any]
"""A compiled expression that gives a value or an error value."""
Test: TypeAlias = Callable[[Frame], int]
"""A compiled condition: 0 false, 1 true, 2 error, which is then in `frame.error`."""


def charge_work(frame: Frame, name: str, a: Any, b: Any) -> None:
    """Count the work of functions that is more than the sizes of their operands."""
    if name in ("glob", "contains_any"):
        frame.steps += _size(a) * _size(b) // TEXT_CHARS_PER_STEP
    elif name == "similarity":
        frame.steps += _size(a) + _size(b)


def _size(value: Any) -> int:
    return len(value) if type(value) is str or is_list(value) else 0


def charge(frame: Frame, value: Any) -> None:
    """Count what an operation inside a loop costs for an operand: by its size."""
    if type(value) is str or type(value) is bytes:
        frame.steps += len(value) // TEXT_CHARS_PER_STEP
    elif is_list(value):
        frame.steps += len(value)
    elif is_map(value):
        frame.steps += map_size(value)
