"""Types of every node, and all problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdpoint._core.expr.environment import LITERAL_CHECKS, Environment, Overload
from holdpoint._core.expr.errors import ErrorValue
from holdpoint._core.expr.expr_types import (
    BOOL,
    DYN,
    ERROR,
    FREE,
    STRING,
    TYPES,
    Type,
    format_type,
    format_types,
    is_dyn,
    is_number,
    join_types,
    list_of,
    map_of,
    match_type,
    substitute,
)
from holdpoint._core.expr.nodes import Node
from holdpoint._core.expr.problem import ExprProblem, problem_at, suggest
from holdpoint._core.expr.values import MISSING
from holdpoint._gen.expr_limits import COMPREHENSION_NESTING_MAX, PROBLEMS_MAX

_TYPE_NAMES = {
    **{name: TYPES[name] for name in ["bool", "int", "uint", "double", "string", "bytes"]},
    "null_type": TYPES["null"],
    "list": list_of(DYN),
    "map": map_of(DYN, DYN),
    "type": Type("type", (DYN,)),
    "google.protobuf.Timestamp": TYPES["timestamp"],
    "google.protobuf.Duration": TYPES["duration"],
}


def is_type_name(name: str) -> bool:
    """Tell whether a name stands for a type, as in `type(x) == int`."""
    return name in _TYPE_NAMES


def dotted_name(node: Node) -> str | None:
    """Return `a.b.c` of a chain of plain names, None for any other node."""
    if node.kind == "ident":
        return node.name
    if node.kind != "select" or node.test:
        return None
    operand = dotted_name(node.kids[0])
    return None if operand is None else f"{operand}.{node.name}"


def display_name(name: str) -> str:
    """Return `_+_` as its reader knows it."""
    if name == "_[_]":
        return "[]"
    return name.removeprefix("_").removesuffix("_")


@dataclass(frozen=True, slots=True)
class _Scope:
    name: str
    type: Type
    slot: int


def check_expression(root: Node, source: str, env: Environment) -> list[ExprProblem]:
    """Set the type of every node and return all problems, in the order of the source."""
    checker = _Checker(env)
    checker.check(root)
    checker.found.sort(key=lambda one: one[0])
    return [problem_at(source, *one) for one in checker.found[:PROBLEMS_MAX]]


class _Checker:
    def __init__(self, env: Environment) -> None:
        self.env = env
        self.found: list[tuple[int, str, str | None]] = []
        self.scopes: list[_Scope] = []

    def report(self, pos: int, message: str, suggestion: str | None = None) -> Type:
        said = message if suggestion is None else f"{message}; did you mean `{suggestion}`?"
        self.found.append((pos, said, suggestion))
        return ERROR

    def check(self, node: Node) -> Type:
        node.type = self.infer(node)
        return node.type

    def infer(self, node: Node) -> Type:
        kind = node.kind
        if kind == "literal":
            return node.type
        if kind == "ident":
            return self.infer_ident(node)
        if kind == "select":
            return self.infer_select(node)
        if kind == "call":
            return self.infer_call(node)
        if kind == "logic":
            for arg in node.kids:
                self.expect_bool(arg, node.name, arg.pos)
            return BOOL
        if kind == "list":
            return list_of(self.join_all(node.kids))
        if kind == "loop":
            return self.infer_loop(node)
        keys = node.kids[0::2]
        for key in keys:
            of = self.check(key)
            if not is_dyn(of) and of.kind not in ("bool", "int", "uint", "string"):
                self.report(key.pos, f"a map key cannot be {format_type(of)}")
        return map_of(_join_checked(keys), self.join_all(node.kids[1::2]))

    def expect_bool(self, node: Node, name: str, pos: int) -> None:
        of = self.check(node)
        if of.kind != "bool" and not is_dyn(of):
            self.report(pos, f"`{name}` needs bool, found {format_type(of)}")

    def join_all(self, nodes: Sequence[Node]) -> Type:
        for node in nodes:
            self.check(node)
        return _join_checked(nodes)

    def infer_ident(self, node: Node) -> Type:
        if not node.absolute:
            for scope in reversed(self.scopes):
                if scope.name == node.name:
                    node.slot = scope.slot
                    return scope.type
        of = self.env.variables.get(node.name) or _type_of_type_name(node.name)
        if of is not None:
            return of
        members = self.list_members(node.name)
        if members:
            return self.report(node.pos, f"read a member of `{node.name}`, such as `{members[0]}`")
        known = [*self.env.variables, *(scope.name for scope in self.scopes)]
        return self.report(node.pos, f"unknown variable `{node.name}`", suggest(node.name, known))

    def infer_select(self, node: Node) -> Type:
        name = dotted_name(node)
        if name is not None and not self.is_loop_variable(_root_of(node)):
            of = self.env.variables.get(name) or _type_of_type_name(name)
            if of is not None:
                node.variable = name
                return of
            members = self.list_members(node.kids[0].name) if node.kids[0].kind == "ident" else []
            if members:
                return self.report(node.pos, f"unknown variable `{name}`", suggest(name, members))
        field = self.field_type(self.check(node.kids[0]), node)
        return BOOL if node.test else field

    def list_members(self, name: str) -> list[str]:
        """Return the variables whose name begins with this one, where it is no variable itself."""
        if name in self.env.variables:
            return []
        return [known for known in self.env.variables if known.startswith(f"{name}.")]

    def is_loop_variable(self, node: Node) -> bool:
        if node.kind != "ident" or node.absolute:
            return False
        return any(scope.name == node.name for scope in self.scopes)

    def field_type(self, of: Type, node: Node) -> Type:
        if is_dyn(of):
            return DYN
        if of.kind == "record":
            return self.record_field(of.fields, node.name, node.pos)
        if of.kind == "map" and (of.args[0].kind == "string" or is_dyn(of.args[0])):
            return of.args[1]
        return self.report(node.pos, f"cannot read field `{node.name}` of {format_type(of)}")

    def record_field(self, fields: Mapping[str, Type], field: str, pos: int) -> Type:
        known = fields.get(field)
        return known or self.report(pos, f"unknown field `{field}`", suggest(field, fields))

    def infer_call(self, node: Node) -> Type:
        name, operands = node.name, node.kids
        given = [self.check(operand) for operand in operands]
        if name == "_?_:_":
            condition, yes, no = given
            if condition.kind != "bool" and not is_dyn(condition):
                self.report(operands[0].pos, f"`?:` needs bool, found {format_type(condition)}")
            said = f"`?:` gives {format_type(yes)} or {format_type(no)}; both must be of one type"
            return join_types(yes, no) or self.report(node.pos, said)
        if name in ("_==_", "_!=_"):
            self.check_closed(operands[0], operands[1:])
            self.check_closed(operands[1], operands[:1])
            return BOOL if _are_equal_types(*given) else self.no_overload(node)
        if name in ("_<_", "_<=_", "_>_", "_>=_"):
            return BOOL if _are_ordered(*given) else self.no_overload(node)
        if name == "_in_":
            if operands[1].kind == "list":
                self.check_closed(operands[0], operands[1].kids)
            return BOOL if _can_contain(given[1], given[0]) else self.no_overload(node)
        if name == "_[_]" and given[0].kind == "record":
            key = operands[1]
            if key.kind == "literal" and type(key.value) is str:
                return self.record_field(given[0].fields, key.value, key.pos)
        overloads = self.env.functions.get(name)
        if overloads is None:
            known = [one for one in (*self.env.functions, "has") if "_[" not in one]
            return self.report(node.pos, f"unknown function `{name}`", suggest(name, known))
        self.check_literals(node)
        return self.resolve(node, overloads, given)

    def check_closed(self, node: Node, others: Sequence[Node]) -> None:
        """A variable that is one of a few texts, compared with another one, could only ever differ from it."""
        name = None if self.is_loop_variable(_root_of(node)) else dotted_name(node)
        known = self.env.closed.get(name) if name is not None else None
        if known is None:
            return
        for other in others:
            if other.kind == "literal" and type(other.value) is str and other.value not in known:
                self.report(other.pos, f"`{name}` is one of {', '.join(known)}", suggest(other.value, known))

    def resolve(self, node: Node, overloads: Sequence[Overload], given: Sequence[Type]) -> Type:
        result: Type | None = None
        for overload in overloads:
            if overload.receiver != node.receiver or len(overload.params) != len(given):
                continue
            bindings: dict[str, Type] = {}
            if not all(match_type(param, one, bindings) for param, one in zip(overload.params, given, strict=True)):
                continue
            of = substitute(overload.result, bindings)
            if result is None:
                result = of
            elif format_type(result) != format_type(of):
                result = DYN
        return self.no_overload(node) if result is None else result

    def no_overload(self, node: Node) -> Type:
        if any(operand.type.kind == "error" for operand in node.kids):
            return ERROR
        overloads = self.env.functions.get(node.name, ())
        if overloads and not any(overload.receiver == node.receiver for overload in overloads):
            shape = f"{node.name}(…)" if node.receiver else f"x.{node.name}(…)"
            return self.report(node.pos, f"`{node.name}` is written `{shape}`")
        given = format_types([operand.type for operand in node.kids])
        said = f"`{display_name(node.name)}` cannot take {given}{_number_hint(node.kids)}"
        return self.report(node.pos, said)

    def check_literals(self, node: Node) -> None:
        values = [kid.value if kid.kind == "literal" else MISSING for kid in node.kids]
        for overload in self.env.functions.get(node.name, ()):
            if overload.receiver != node.receiver or len(overload.params) != len(values):
                continue
            if overload.custom is not None and overload.custom.check_literals is not None:
                for one in overload.custom.check_literals(values):
                    self.report(node.kids[one.position].pos, one.message, one.suggestion)
            break
        position, check = LITERAL_CHECKS.get(node.name, (0, None))
        if check is None or position >= len(node.kids) or node.kids[position].kind != "literal":
            return
        error = check(node.kids[position].value)
        if isinstance(error, ErrorValue):
            self.report(node.kids[position].pos, error.message)

    def infer_loop(self, node: Node) -> Type:
        item = self.item_type(self.check(node.kids[0]), node)
        node.slot = len(self.scopes)
        if node.slot == COMPREHENSION_NESTING_MAX:
            self.report(node.pos, f"`{node.name}` is nested in more than {COMPREHENSION_NESTING_MAX - 1} others")
        self.scopes.append(_Scope(node.variable or "", item, node.slot))
        if node.has_condition:
            self.expect_bool(node.kids[1], node.name, node.kids[1].pos)
        body = node.kids[-1]
        if node.name == "map":
            self.check(body)
        else:
            self.expect_bool(body, node.name, body.pos)
        self.scopes.pop()
        if node.name == "map":
            return list_of(body.type)
        return list_of(item) if node.name == "filter" else BOOL

    def item_type(self, of: Type, node: Node) -> Type:
        if of.kind in ("list", "map"):
            return of.args[0]
        if of.kind == "record":
            return STRING
        if not is_dyn(of):
            self.report(node.pos, f"`{node.name}` cannot go over {format_type(of)}")
        return DYN


def _root_of(node: Node) -> Node:
    return _root_of(node.kids[0]) if node.kind == "select" else node


def _join_checked(nodes: Sequence[Node]) -> Type:
    joined = FREE
    for node in nodes:
        joined = join_types(joined, node.type) or DYN
    return joined


def _type_of_type_name(name: str) -> Type | None:
    of = _TYPE_NAMES.get(name)
    return None if of is None else Type("type", (of,))


def _number_hint(operands: Sequence[Node]) -> str:
    """Return what to write instead when only the kinds of numbers differ."""
    if len(operands) != 2 or not all(is_number(one.type) for one in operands):
        return ""
    a, b = operands
    if a.type.kind == b.type.kind:
        return ""
    wanted = b.type.kind if a.type.kind == "int" and a.kind == "literal" else a.type.kind
    for one in (b, a):
        if one.kind == "literal" and one.type.kind == "int" and one.type.kind != wanted:
            if wanted == "double":
                return f"; write `{one.value}.0`"
            return f"; write `{one.value}u`"
    return "; convert one with `double(…)` or `int(…)`"


_NULLABLE = frozenset(("null", "record", "timestamp", "duration"))


def _are_equal_types(a: Type, b: Type) -> bool:
    if is_number(a) and is_number(b):
        return True
    if a.kind == "null":
        return b.kind in _NULLABLE or is_dyn(b)
    if b.kind == "null":
        return a.kind in _NULLABLE or is_dyn(a)
    if a.kind == b.kind and a.kind in ("list", "map"):
        return all(_are_equal_types(x, y) for x, y in zip(a.args, b.args, strict=True))
    return join_types(a, b) is not None


_ORDERED = frozenset(("bool", "string", "bytes", "timestamp", "duration"))


def _are_ordered(a: Type, b: Type) -> bool:
    if is_dyn(a):
        return is_dyn(b) or is_number(b) or b.kind in _ORDERED
    if is_dyn(b):
        return is_number(a) or a.kind in _ORDERED
    return is_number(b) if is_number(a) else a.kind == b.kind and a.kind in _ORDERED


def _can_contain(container: Type, item: Type) -> bool:
    if is_dyn(container):
        return True
    if container.kind in ("list", "map"):
        return _are_equal_types(item, container.args[0])
    return container.kind == "record" and (item.kind == "string" or is_dyn(item))
