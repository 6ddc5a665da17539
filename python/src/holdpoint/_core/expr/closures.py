"""The closures that a compiler puts together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from holdpoint._core.expr.check import is_type_name
from holdpoint._core.expr.environment import Overload
from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.expr_types import Type
from holdpoint._core.expr.frame import COST_EXCEEDED, Frame, Test, Val, charge, charge_work
from holdpoint._core.expr.matcher import TextTest
from holdpoint._core.expr.nodes import Node
from holdpoint._core.expr.operators import equal
from holdpoint._core.expr.read import from_binding
from holdpoint._core.expr.values import (
    CelList,
    CelMap,
    CelType,
    friendly_type_name,
    is_list,
    is_map,
    key_id,
    map_keys,
    mismatch,
    type_name,
)


def from_test(test: Test) -> Val:
    """Return a value out of a condition."""

    def value(frame: Frame) -> Any:
        result = test(frame)
        return frame.error if result == 2 else result == 1

    return value


def to_test(value: Val) -> Test:
    """Return a condition out of a value."""

    def test(frame: Frame) -> int:
        return settle(frame, value(frame))

    return test


def settle(frame: Frame, result: Any) -> int:
    """Return a bool or an error as the result of a test."""
    if result is True:
        return 1
    if result is False:
        return 0
    frame.error = mismatch("bool", result)
    return 2


def constant(value: Any) -> Val:
    return lambda _: value


def compile_name(name: str) -> Val:
    if is_type_name(name):
        return constant(CelType(name))
    return constant(fail("unknown_name", f"unknown variable `{name}`"))


def mismatch_field(of: Any, field: str) -> ErrorValue:
    if type(of) is ErrorValue:
        return of
    return fail("type_mismatch", f"cannot read field `{field}` of {friendly_type_name(of)}")


def compile_list(items: Sequence[Val]) -> Val:
    def value(frame: Frame) -> Any:
        made = CelList()
        for item in items:
            one = item(frame)
            if type(one) is ErrorValue:
                return one
            made.append(one)
        return made

    return value


def compile_map(kids: Sequence[Val]) -> Val:
    entries = list(zip(kids[0::2], kids[1::2], strict=True))

    def value(frame: Frame) -> Any:
        made = CelMap()
        for read_key, read_value in entries:
            key = read_key(frame)
            if type(key) is ErrorValue:
                return key
            name = None if type(key) is float else key_id(key)
            if name is None:
                return fail("type_mismatch", f"a map key cannot be {friendly_type_name(key)}")
            if name in made.entries:
                return fail("duplicate_key", "a map has the same key twice")
            one = read_value(frame)
            if type(one) is ErrorValue:
                return one
            made.entries[name] = (key, one)
        return made

    return value


def apply_function(name: str, implementation: Callable[..., Any], operands: Sequence[Val], charged: bool) -> Val:
    def value(frame: Frame) -> Any:
        if charged and frame.steps > frame.steps_max:
            return COST_EXCEEDED
        args: list[Any] = []
        for operand in operands:
            one = operand(frame)
            if type(one) is ErrorValue:
                return one
            args.append(one)
        if charged:
            for one in args:
                charge(frame, one)
            if len(args) == 2:
                charge_work(frame, name, *args)
                if frame.steps > frame.steps_max:
                    return COST_EXCEEDED
        return implementation(*args)

    return value


def compile_pair(operator: Callable[[Any, Any], Any], left: Val, right: Val, charged: bool) -> Test:
    def test(frame: Frame) -> int:
        a = left(frame)
        b = right(frame)
        if charged:
            charge(frame, a)
            charge(frame, b)
            if frame.steps > frame.steps_max:
                return settle(frame, COST_EXCEEDED)
        return settle(frame, operator(a, b))

    return test


def compile_matches(matches: TextTest, left: Val, right: Val, charged: bool) -> Test:
    def test(frame: Frame) -> int:
        def run(text: str, pattern: str) -> Any:
            return matches(text, pattern, frame)

        return compile_pair(on_texts(run), left, right, charged)(frame)

    return test


def unequal(a: Any, b: Any) -> Any:
    result = equal(a, b)
    return result if type(result) is ErrorValue else not result


def contains(text: str, part: str) -> bool:
    return part in text


def on_texts(test: Callable[[str, str], Any]) -> Callable[[Any, Any], Any]:
    def run(text: Any, part: Any) -> Any:
        if type(text) is not str:
            return mismatch("string", text)
        return test(text, part) if type(part) is str else mismatch("string", part)

    return run


def compile_logic(name: str, tests: Sequence[Test]) -> Test:
    """Compile `&&` and `||`: an operand that settles the answer wins over errors; else the leftmost error stays."""
    settling = 0 if name == "&&" else 1

    def test(frame: Frame) -> int:
        error: ErrorValue | None = None
        for one in tests:
            result = one(frame)
            if result == settling:
                return settling
            if result == 2 and error is None:
                error = frame.error
        return 1 - settling if error is None else settle(frame, error)

    return test


def items_of(over: Any) -> tuple[Any, bool]:
    """Return the items a loop goes over, and whether a binding holds them: those of a list, the keys of a map."""
    if is_list(over):
        return over, type(over) is not CelList
    return (map_keys(over), False) if is_map(over) else (mismatch("a list or map", over), False)


def compile_custom(node: Node, overloads: Sequence[Overload], operands: Sequence[Val], charged: bool) -> Val:
    """Compile a call of a registered function: the first overload that fits the values is called."""
    name = node.name
    candidates = [one for one in overloads if one.receiver == node.receiver and len(one.params) == len(operands)]

    def value(frame: Frame) -> Any:
        args: list[Any] = []
        for operand in operands:
            one = operand(frame)
            if type(one) is ErrorValue:
                return one
            if charged:
                charge(frame, one)
            args.append(one)
        if frame.steps > frame.steps_max:
            return COST_EXCEEDED
        for overload in candidates:
            if overload.custom is None or not all(map(fits, args, overload.params)):
                continue
            try:
                result = overload.custom.call(args, frame.bindings)
            except Exception:  # noqa: BLE001 - whatever a foreign function raises is an outcome
                return fail("function_failed", f"function `{name}` failed")
            return result if type(result) is ErrorValue else from_binding(result, overload.result, f"{name}()", frame)
        given = " and ".join(friendly_type_name(one) for one in args) or "no arguments"
        return fail("type_mismatch", f"`{name}` cannot take {given}")

    return value


def fits(value: Any, of: Type) -> bool:
    if of.kind in ("dyn", "param"):
        return True
    if of.kind == "record":
        return type_name(value) == "map"
    return friendly_type_name(value) == of.kind
