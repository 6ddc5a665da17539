"""Native Python for the usual conditions.

The generated function answers when everything is as it mostly is: every path is there and has the wanted type. Whatever
else happens raises inside, and the exact closures answer instead; expressions have no effects, so asking twice is safe.
The source is made of our own words only: names, keys and literals of the expression come in as constants.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from holdpoint._core.expr.compiler import Compiler, find_path
from holdpoint._core.expr.environment import ExprBindings
from holdpoint._core.expr.nodes import Node, count_nodes
from holdpoint._core.expr.read import safe_integer
from holdpoint._core.expr.values import to_double
from holdpoint._gen.expr_limits import TEXT_CHARS_PER_STEP

_DEPTH_MAX = 12
_ARGUMENTS_MAX = 32
_COUNTED_MAX = 256
_ORDERS = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
_EXACT_MAX = 2**53 - 1


_BUILTINS = {one.__name__: one for one in (type, len, any, all, Exception, str, float, int, bool, dict, list)}


class Surprise(Exception):
    """Leaves the fast way."""


def _number(value: Any) -> float:
    if type(value) is int:
        return to_double(value)
    if type(value) is float and not math.isnan(value):
        return value
    raise Surprise


def _integer(value: Any) -> int:
    number = safe_integer(value)
    if number is None:
        raise Surprise
    return number


def _short_texts(items: Any, most: int) -> list[str]:
    """Return a list of texts so short that a loop over it cannot run out of steps."""
    if type(items) is not list or len(items) > most:
        raise Surprise
    for item in items:
        if type(item) is not str or len(item) >= TEXT_CHARS_PER_STEP:
            raise Surprise
    return items


def _surprise() -> Any:
    raise Surprise


class _Unsupported(Exception):
    """The condition has a part that is left to the closures."""


def compile_fast_test(
    root: Node, compiler: Compiler, exact: Callable[[ExprBindings], int], steps_max: int
) -> Callable[[ExprBindings], int] | None:
    """Return a test that is exact and fast, or None when the condition is not one of the usual."""
    if root.type.kind != "bool" or root.depth > _DEPTH_MAX or steps_max <= 0:
        return None
    writer = _Writer(compiler, steps_max)
    try:
        condition = writer.condition(root)
    except _Unsupported:
        return None
    names = ", ".join(["exact", "number", "integer", "surprise", "texts", *writer.constants])
    source = (
        f"def make({names}):\n"
        "    def test(b):\n"
        "        try:\n"
        f"            return 1 if {condition} else 0\n"
        "        except Exception:\n"
        "            return exact(b)\n"
        "    return test\n"
    )
    scope: dict[str, Any] = {}
    exec(compile(source, "<expression>", "exec"), {"__builtins__": _BUILTINS}, scope)  # noqa: S102 - our own words
    helpers = (exact, _number, _integer, _surprise, _short_texts)
    made: Callable[[ExprBindings], int] = scope["make"](*helpers, *writer.constants.values())
    return made


class _Writer:
    """Writes Python expressions; each uses a temporary name of its own."""

    def __init__(self, compiler: Compiler, steps_max: int) -> None:
        self.compiler = compiler
        self.steps_max = steps_max
        self.in_loop = False
        self.loop_charge = 0
        """Steps that list operands inside a loop cost, per round."""
        self.constants: dict[str, Any] = {}
        self.temporaries = 0

    def constant(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def temporary(self) -> str:
        self.temporaries += 1
        return f"t{self.temporaries}"

    def condition(self, node: Node) -> str:
        """Write a node that gives True or False."""
        if node.kind == "logic" and len(node.kids) <= _ARGUMENTS_MAX:
            word = " and " if node.name == "&&" else " or "
            return "(" + word.join(self.condition(kid) for kid in node.kids) + ")"
        if node.kind == "literal" and type(node.value) is bool:
            return str(node.value)
        if node.kind == "select" and node.test:
            return self.has(node)
        if node.kind == "call":
            return self.call(node)
        if node.kind == "loop":
            return self.loop(node)
        return self.flag(node)

    def loop(self, node: Node) -> str:
        """Write `all` and `exists` over a list of texts, if the body reads nothing but the item and literals."""
        over, body = node.kids[0], node.kids[-1]
        path = self.path(over)
        if self.in_loop or path is None or node.name not in ("all", "exists"):
            raise _Unsupported
        if over.type.kind != "list" or over.type.args[0].kind != "string":
            raise _Unsupported
        self.in_loop, self.loop_charge = True, 0
        condition = self.condition(body)
        self.in_loop = False
        most = self.constant(self.steps_max // (2 + count_nodes(body) + self.loop_charge))
        word = "any" if node.name == "exists" else "all"
        return f"{word}([{condition} for item in texts({path}, {most})])"

    def flag(self, node: Node) -> str:
        """Write a read that gives a bool."""
        path = self.path(node)
        if path is None or node.type.kind not in ("bool", "dyn"):
            raise _Unsupported
        name = self.temporary()
        return f"({name} if type({name} := {path}) is bool else surprise())"

    def call(self, node: Node) -> str:
        name, kids = node.name, node.kids
        if name == "!_":
            return f"(not {self.condition(kids[0])})"
        if name in _ORDERS:
            return f"({self.number(kids[0])} {_ORDERS[name]} {self.number(kids[1])})"
        if name in ("_==_", "_!=_"):
            return self.equality(kids, "==" if name == "_==_" else "!=")
        if name == "_in_":
            return self.within(kids)
        if name == "_?_:_":
            condition, yes, no = (self.condition(kid) for kid in kids)
            return f"({yes} if {condition} else {no})"
        if name == "_[_]":
            return self.flag(node)
        if node.receiver and len(kids) == 2 and name in ("startsWith", "endsWith", "contains"):
            text, part = self.text(kids[0]), self.text(kids[1])
            if name == "contains":
                return f"({part} in {text})"
            return f"{text}.{name.lower()}({part})"
        if name == "matches" and len(kids) == 2 and kids[1].kind == "literal":
            self.text(kids[1])
            return f"({self.constant(self.compiler.matchers.compile(kids[1]))}({self.text(kids[0])}, '', None) is True)"
        raise _Unsupported

    def has(self, node: Node) -> str:
        path = self.path(node.kids[0])
        if path is None:
            raise _Unsupported
        name = self.temporary()
        return f"({self.constant(node.name)} in ({name} if type({name} := {path}) is dict else surprise()))"

    def path(self, node: Node) -> str | None:
        path = None if self.in_loop else find_path(node, self.compiler.env)
        if path is None:
            return None
        keys = [path.variable, *path.keys]
        return "b" + "".join(f"[{self.constant(key)}]" for key in keys)

    def text(self, node: Node) -> str:
        """Write a node that gives a str."""
        if node.kind == "literal" and type(node.value) is str:
            if self.in_loop and len(node.value) >= TEXT_CHARS_PER_STEP:
                raise _Unsupported
            return self.constant(node.value)
        if self.in_loop and node.kind == "ident" and node.slot == 0:
            return "item"
        path = self.path(node)
        if path is None or node.type.kind not in ("string", "dyn"):
            raise _Unsupported
        name = self.temporary()
        return f"({name} if type({name} := {path}) is str else surprise())"

    def number(self, node: Node) -> str:
        """Write a node that gives an int or a float, which compare with each other as CEL has it."""
        if node.kind == "literal" and type(node.value) in (int, float):
            if type(node.value) is int and abs(node.value) > _EXACT_MAX:
                raise _Unsupported
            return self.constant(node.value)
        if node.kind == "call" and node.name == "size" and len(node.kids) == 1:
            return self.size(node.kids[0])
        if node.name in ("_+_", "_-_", "_*_") and all(kid.type.kind == "double" for kid in node.kids):
            name = self.temporary()
            written = f"{self.number(node.kids[0])} {node.name[1]} {self.number(node.kids[1])}"
            return f"({name} if ({name} := {written}) == {name} else surprise())"
        path = self.path(node)
        if path is None:
            raise _Unsupported
        name = self.temporary()
        if node.type.kind in ("double", "dyn"):
            return f"({name} if type({name} := {path}) is float and {name} == {name} else number({name}))"
        if node.type.kind == "int":
            exact = f"-{_EXACT_MAX} <= {name} <= {_EXACT_MAX}"
            return f"({name} if type({name} := {path}) is int and {exact} else integer({name}))"
        raise _Unsupported

    def size(self, node: Node) -> str:
        path = self.path(node)
        if path is None:
            raise _Unsupported
        name = self.temporary()
        if node.type.kind in ("string", "dyn"):
            return f"len({name} if type({name} := {path}) is str else surprise())"
        if node.type.kind == "list" and node.type.args[0].kind == "dyn":
            return f"len({name} if type({name} := {path}) is list else surprise())"
        if node.type.kind == "list" and node.type.args[0].kind == "string":
            return f"len(texts({path}, {self.constant(_COUNTED_MAX)}))"
        raise _Unsupported

    def equality(self, kids: list[Node], sign: str) -> str:
        left, right = kids
        if left.kind == "literal":
            left, right = right, left
        if right.kind == "literal" and type(right.value) is bool:
            if left.type.kind != "bool":
                raise _Unsupported
            return f"({self.condition(left)} {sign} {right.value})"
        kinds = {left.type.kind, right.type.kind}
        if "string" in kinds and kinds <= {"string", "dyn"}:
            return f"({self.text(left)} {sign} {self.text(right)})"
        if kinds <= {"int", "double", "dyn"} and kinds != {"dyn"}:
            return f"({self.number(left)} {sign} {self.number(right)})"
        raise _Unsupported

    def within(self, kids: list[Node]) -> str:
        item, container = kids
        texts = container.kids
        if container.kind != "list" or not all(kid.kind == "literal" and type(kid.value) is str for kid in texts):
            raise _Unsupported
        self.loop_charge += len(texts)
        return f"({self.text(item)} in {self.constant(frozenset(kid.value for kid in texts))})"
