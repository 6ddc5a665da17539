"""A parsed pattern."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from holdpoint._core.match._ranges import Ranges

TEXT_START = 1
TEXT_END = 2
LINE_START = 4
LINE_END = 8
WORD_BOUNDARY = 16
NOT_WORD_BOUNDARY = 32

Result = TypeVar("Result")
Step = Generator[Any, Any, Result]


@dataclass(frozen=True)
class Tree:
    r"""A node: `empty`, `chars`, `byte` (`\C`), `assert`, `sequence`, `choice` or `repeat` (`most` -1: without end).

    Greediness and groups are not kept: they cannot change what is leftmost-longest.
    """

    kind: str
    ranges: Ranges = ()
    condition: int = 0
    items: tuple[Tree, ...] = ()
    least: int = 0
    most: int = 0
    at: int = 0


EMPTY = Tree("empty")


@dataclass(frozen=True)
class ParsedPattern:
    r"""A tree and what was read beside it; `uses_bytes` when `\C` or `\B` occurs, which RE2 judges between bytes."""

    tree: Tree
    group_names: tuple[str, ...]
    group_count: int
    uses_bytes: bool


class PatternSyntaxError(Exception):
    """Raised inside the parser and caught at its door."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


def walk(step: Step[Result]) -> Result:
    """Run a recursion written as generators that yield their calls: patterns nest deeper than the stack allows."""
    stack: list[Step[Any]] = [step]
    value: Any = None
    while True:
        try:
            called = stack[-1].send(value)
        except StopIteration as done:
            stack.pop()
            value = done.value
            if not stack:
                return value  # type: ignore[no-any-return]
        else:
            stack.append(called)
            value = None
