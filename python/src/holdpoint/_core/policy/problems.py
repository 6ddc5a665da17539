"""What is wrong with a document, collected up to a limit, with JSON pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..._gen.messages import CompileProblem
from ..._gen.tables import MAX_PROBLEMS
from ..decide import first_units
from ..decide.numbers import is_finite
from ..expr import ExprProblem
from .suggest import suggest

_NAME_SHOWN = 64
_NAMES_SHOWN = 12


class ProblemList:
    """Collects problems up to the limit; further ones are counted, not kept."""

    __slots__ = ("count", "list")

    def __init__(self) -> None:
        self.list: list[CompileProblem] = []
        self.count = 0

    def add(
        self,
        pointer: str,
        message: str,
        *,
        suggestion: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        """Adds one problem."""
        self.count += 1
        if len(self.list) < MAX_PROBLEMS:
            self.list.append(CompileProblem(pointer, message, suggestion, None, line, column))

    def add_at(self, pointer: str, problem: ExprProblem) -> None:
        """Adds what is wrong with an expression, and where in it."""
        self.add(pointer, problem.message, suggestion=problem.suggestion, line=problem.line, column=problem.column)

    def add_unknown(self, pointer: str, what: str, name: str, known: Sequence[str]) -> None:
        """Reports a name that is not known, with the one that was probably meant."""
        # Beyond the limit a problem is only counted, and a look for names near it would be for nothing.
        if len(self.list) >= MAX_PROBLEMS:
            self.add(pointer, "")
            return
        near = suggest(name, known)
        shown = f"unknown {what} `{show_name(name)}`"
        if near is None:
            self.add(pointer, f"{shown}, expected {list_names(known)}")
        else:
            self.add(pointer, f"{shown}, did you mean `{near}`?", suggestion=near)


def show_name(name: str) -> str:
    """A name as messages show it: never longer than they can bear."""
    return first_units(name, _NAME_SHOWN)


def list_names(names: Iterable[str]) -> str:
    """`one of` and the first names."""
    listed = list(names)
    shown = ", ".join(f"`{name}`" for name in listed[:_NAMES_SHOWN])
    return f"one of {shown} …" if len(listed) > _NAMES_SHOWN else f"one of {shown}"


def point_to(pointer: str, step: str | int) -> str:
    """A JSON pointer with one more step."""
    if isinstance(step, int):
        return f"{pointer}/{step}"
    if "~" in step or "/" in step:
        step = step.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{step}"


def describe_type(value: Any) -> str:
    """What a value is, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "an object" if is_object(value) else "an object whose names are not strings"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number" if is_finite(value) else "not a finite number"
    return "a value that is not JSON"


def is_object(value: object) -> bool:
    """True for a JSON object: a dict, all of whose names are text."""
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)
