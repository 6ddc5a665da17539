"""From a checked tree to closures that give the exact outcome, errors included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdpoint._core.expr.closures import (
    apply_function,
    compile_custom,
    compile_list,
    compile_logic,
    compile_map,
    compile_matches,
    compile_name,
    compile_pair,
    constant,
    contains,
    from_test,
    items_of,
    mismatch_field,
    on_texts,
    settle,
    to_test,
    unequal,
)
from holdpoint._core.expr.environment import IMPLEMENTATIONS, Environment
from holdpoint._core.expr.errors import ErrorValue, fail
from holdpoint._core.expr.expr_types import Type, is_dyn
from holdpoint._core.expr.frame import COST_EXCEEDED, Frame, Test, Val
from holdpoint._core.expr.matcher import Matchers
from holdpoint._core.expr.nodes import Node, count_nodes
from holdpoint._core.expr.operators import compare_with, equal, is_in
from holdpoint._core.expr.read import Path, compile_path, from_binding
from holdpoint._core.expr.values import (
    MISSING,
    CelList,
    CelMap,
    bound,
    is_map,
    map_get,
)

_COMPARISONS = ("_<_", "_<=_", "_>_", "_>=_")
_TEXT_TESTS = ("contains", "startsWith", "endsWith")


def is_test_call(node: Node) -> bool:
    """Tell whether a call always gives a bool."""
    name = node.name
    if name in _COMPARISONS or name in ("_==_", "_!=_", "_in_", "!_", "matches"):
        return True
    return name in _TEXT_TESTS and node.receiver and len(node.kids) == 2


def find_path(node: Node, env: Environment) -> Path | None:
    """Return the path a node reads from the bindings, if that is all it does."""
    if node.kind == "ident":
        return Path(node.name, ()) if node.slot < 0 and node.name in env.variables else None
    if node.kind == "select" and not node.test:
        if node.variable is not None:
            return Path(node.variable, ()) if node.variable in env.variables else None
        return _extend_path(node.kids[0], node.name, env)
    if node.kind == "call" and node.name == "_[_]":
        operand, key = node.kids
        if _has_named_fields(operand.type) and key.kind == "literal" and type(key.value) is str:
            return _extend_path(operand, key.value, env)
    return None


def _has_named_fields(of: Type) -> bool:
    """`m["key"]` reads like `m.key`."""
    return of.kind == "record" or (of.kind == "map" and (of.args[0].kind == "string" or is_dyn(of.args[0])))


def _extend_path(operand: Node, key: str, env: Environment) -> Path | None:
    path = find_path(operand, env)
    return None if path is None else Path(path.variable, (*path.keys, key))


def is_constant(node: Node) -> bool:
    """Tell whether literal operands make a node a literal too."""
    if node.kind == "literal":
        return True
    if node.kind == "select" and node.variable is not None:
        return False
    if node.kind == "call" and node.name != "_?_:_" and node.name not in IMPLEMENTATIONS:
        return False
    return node.kind in ("list", "map", "select", "call") and all(is_constant(kid) for kid in node.kids)


class Compiler:
    """Compiles the nodes of one expression."""

    def __init__(self, env: Environment, matchers: Matchers) -> None:
        self.env = env
        self.matchers = matchers
        self.loop_depth = 0

    def value(self, node: Node) -> Val:
        """Compile a node for its value. What is constant is found once."""
        val = self._value(node)
        if node.kind == "literal" or node.depth > 8 or not is_constant(node):
            return val
        known = val(Frame({}, 0))
        return val if type(known) is ErrorValue else constant(known)

    def _value(self, node: Node) -> Val:
        kind = node.kind
        if kind == "literal":
            return constant(node.value)
        if kind == "ident":
            if node.slot >= 0:
                slot = node.slot
                return lambda frame: frame.slots[slot]
            return self.read(node) or compile_name(node.name)
        if kind == "select" and not node.test:
            return self.read(node) or self._select(node)
        if kind == "list":
            return compile_list([self.value(kid) for kid in node.kids])
        if kind == "map":
            return compile_map([self.value(kid) for kid in node.kids])
        if kind == "loop" and node.name in ("map", "filter"):
            return self._loop(node)
        if kind == "call" and not is_test_call(node):
            return self._call(node)
        return from_test(self.test(node))

    def read(self, node: Node) -> Val | None:
        """Compile a checked read of a path out of the bindings."""
        path = find_path(node, self.env)
        if path is None:
            return None
        read = compile_path(path)
        label = path.label
        of = node.type

        def value(frame: Frame) -> Any:
            raw = read(frame)
            return raw if type(raw) is ErrorValue else from_binding(raw, of, label, frame)

        return value

    def _select(self, node: Node) -> Val:
        if node.variable is not None:
            return compile_name(node.variable)
        operand = self.value(node.kids[0])
        field = node.name
        missing = fail("no_such_key", f"no such key `{field}`")

        def value(frame: Frame) -> Any:
            of = operand(frame)
            if not is_map(of):
                return mismatch_field(of, field)
            found = map_get(of, field)
            return missing if found is MISSING else found

        return value

    def _call(self, node: Node) -> Val:
        name = node.name
        if name == "_?_:_":
            condition = self.test(node.kids[0])
            yes = self.value(node.kids[1])
            no = self.value(node.kids[2])

            def choose(frame: Frame) -> Any:
                chosen = condition(frame)
                if chosen == 2:
                    return frame.error
                return yes(frame) if chosen == 1 else no(frame)

            return choose
        path = self.read(node)
        if path is not None:
            return path
        operands = [self.value(kid) for kid in node.kids]
        overloads = self.env.functions.get(name, ())
        charged = self.loop_depth > 0
        if any(overload.custom is not None for overload in overloads):
            return compile_custom(node, overloads, operands, charged)
        known = any(one.receiver == node.receiver and len(one.params) == len(operands) for one in overloads)
        implementation = IMPLEMENTATIONS.get(name) if known else None
        if implementation is None:
            unknown = fail("unknown_name", f"unknown function `{name}`")
            return lambda _: unknown
        return apply_function(name, implementation, operands, charged)

    def test(self, node: Node) -> Test:
        """Compile a condition."""
        kind = node.kind
        if kind == "logic":
            return compile_logic(node.name, [self.test(kid) for kid in node.kids])
        if kind == "loop" and node.name not in ("map", "filter"):
            return self._loop_test(node)
        if kind == "select" and node.test:
            return self._has(node)
        if kind == "call" and is_test_call(node):
            return self._test_call(node)
        return to_test(self.value(node))

    def _test_call(self, node: Node) -> Test:
        name = node.name
        if name == "!_":
            operand = self.test(node.kids[0])

            def negated(frame: Frame) -> int:
                result = operand(frame)
                return 2 if result == 2 else 1 - result

            return negated
        if len(node.kids) != 2:
            unknown = fail("unknown_name", f"unknown function `{name}`")
            return lambda frame: settle(frame, unknown)
        left, right = self.value(node.kids[0]), self.value(node.kids[1])
        if name == "matches":
            return compile_matches(self.matchers.compile(node.kids[1]), left, right, self.loop_depth > 0)
        return compile_pair(self._operator(node), left, right, self.loop_depth > 0)

    def _operator(self, node: Node) -> Callable[[Any, Any], Any]:
        name = node.name
        if name in _COMPARISONS:
            order = name[1:-1]
            return lambda a, b: compare_with(order, a, b)
        if name == "_==_":
            return equal
        if name == "_!=_":
            return unequal
        if name == "_in_":
            return is_in
        tests: dict[str, Callable[[str, str], bool]] = {
            "contains": contains,
            "startsWith": str.startswith,
            "endsWith": str.endswith,
        }
        return on_texts(tests[name])

    def _has(self, node: Node) -> Test:
        path = find_path(node.kids[0], self.env)
        operand = self.value(node.kids[0]) if path is None else compile_path(path)
        field = node.name

        def test(frame: Frame) -> int:
            of = operand(frame)
            if not is_map(of):
                # An int that a binding holds is a JSON number.
                return settle(frame, mismatch_field(bound(of) if path is not None else of, field))
            if type(of) is CelMap:
                return 0 if map_get(of, field) is MISSING else 1
            return 1 if field in of else 0

        return test

    def _body(self, node: Node) -> tuple[Test | None, Val | None, int]:
        """Compile the condition and the body of a loop, and what one round costs."""
        self.loop_depth += 1
        condition: Test | None = None
        body: Val | None = None
        if node.has_condition:
            condition = self.test(node.kids[1])
        if node.name == "map":
            body = self.value(node.kids[-1])
        else:
            condition = self.test(node.kids[-1])
        self.loop_depth -= 1
        return condition, body, 1 + sum(count_nodes(kid) for kid in node.kids[1:])

    def _loop(self, node: Node) -> Val:
        """Compile `map` and `filter`: a new list, or the first error."""
        over = self.value(node.kids[0])
        condition, body, weight = self._body(node)
        slot = node.slot

        def value(frame: Frame) -> Any:
            items, raw = items_of(over(frame))
            if type(items) is ErrorValue:
                return items
            result = CelList()
            for one in items:
                frame.steps += weight
                if frame.steps > frame.steps_max:
                    return COST_EXCEEDED
                item = bound(one) if raw else one
                if type(item) is ErrorValue:
                    return item
                frame.slots[slot] = item
                if condition is not None:
                    kept = condition(frame)
                    if kept == 2:
                        return frame.error
                    if kept == 0:
                        continue
                made = item if body is None else body(frame)
                if type(made) is ErrorValue:
                    return made
                result.append(made)
            return result

        return value

    def _loop_test(self, node: Node) -> Test:
        """Compile `all`, `exists` (a settling item wins over errors) and `exists_one` (any error is the result)."""
        over = self.value(node.kids[0])
        body, _, weight = self._body(node)
        if body is None:
            raise AssertionError(node.name)
        slot = node.slot
        run = body

        def enter(frame: Frame, item: Any) -> int:
            frame.steps += weight
            if frame.steps > frame.steps_max:
                return settle(frame, COST_EXCEEDED)
            if type(item) is ErrorValue:
                return settle(frame, item)
            frame.slots[slot] = item
            return run(frame)

        def exists_one(frame: Frame) -> int:
            items, raw = items_of(over(frame))
            if type(items) is ErrorValue:
                return settle(frame, items)
            count = 0
            for one in items:
                result = enter(frame, bound(one) if raw else one)
                if result == 2:
                    return 2
                count += result
            return 1 if count == 1 else 0

        settling = 0 if node.name == "all" else 1

        def all_or_exists(frame: Frame) -> int:
            items, raw = items_of(over(frame))
            if type(items) is ErrorValue:
                return settle(frame, items)
            error: ErrorValue | None = None
            for one in items:
                result = enter(frame, bound(one) if raw else one)
                if result == settling:
                    return settling
                if result == 2:
                    error = error or frame.error
                    if frame.steps > frame.steps_max:
                        return settle(frame, COST_EXCEEDED)
            return 1 - settling if error is None else settle(frame, error)

        return exists_one if node.name == "exists_one" else all_or_exists
