"""The tree of an expression."""

from __future__ import annotations

from typing import Any

from holdpoint._core.expr.expr_types import DYN, Type


class Node:
    """A node of the tree.

    `kind` is one of literal, ident, select, call, logic, list, map, loop. `kids` are the operands: of a select its
    operand, of a call its target (if `receiver`) and arguments, of a map keys and values in turn, of a loop its range,
    its condition (if `has_condition`) and its body.
    """

    __slots__ = (
        "absolute",
        "depth",
        "has_condition",
        "kids",
        "kind",
        "name",
        "pos",
        "receiver",
        "slot",
        "test",
        "type",
        "value",
        "variable",
    )

    def __init__(self, kind: str, pos: int, kids: list[Node], name: str = "") -> None:
        self.kind = kind
        self.pos = pos
        self.kids = kids
        self.name = name
        """The variable, field, function, operator or loop."""
        self.depth = 1
        self.type: Type = DYN
        """Set by the checker."""
        self.value: Any = None
        """Of a literal."""
        self.absolute = False
        """An ident written with a leading dot: loop variables are not meant."""
        self.test = False
        """A select inside `has`."""
        self.receiver = False
        self.has_condition = False
        self.variable: str | None = None
        """Of a select: the dotted variable the whole chain names. Of a loop: its variable."""
        self.slot = -1
        """Of a loop and of an ident: the loop variable, -1 for a variable of the environment."""


def count_nodes(node: Node) -> int:
    """Return the number of nodes of a tree."""
    return 1 + sum(count_nodes(kid) for kid in node.kids)
