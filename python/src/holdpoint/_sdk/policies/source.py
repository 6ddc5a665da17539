"""Policies as written in one place, and how to say where a problem with them stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..._core import CompileProblem, WrittenPolicy, is_document, read_policy_document, to_wire
from .locate import locate_problem
from .parse_text import ParseError, parse_policy_text


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Policies, and the place of a problem with them."""

    policies: Sequence[WrittenPolicy]
    locate: Callable[[CompileProblem], CompileProblem]


class SourceError(Exception):
    """Policies that cannot be read."""

    def __init__(self, problems: Sequence[CompileProblem]) -> None:
        super().__init__("the policies cannot be read")
        self.problems = tuple(problems)


def read_policy_text(text: str, file: str) -> PolicySource:
    """The policies of a YAML or JSON text. Raises SourceError; problems name the file, line and column."""
    try:
        parsed = parse_policy_text(text, file)
    except ParseError as error:
        raise SourceError(error.problems) from error

    def locate(problem: CompileProblem) -> CompileProblem:
        return locate_problem(problem, parsed, file)

    read = read_policy_document(parsed.value)
    if read.policies is None:
        raise SourceError([locate(problem) for problem in read.problems])
    # An emptied file is a mistake that would disarm: who wants none, names no file.
    if not read.policies:
        raise SourceError([locate(CompileProblem("", "expected at least one policy, got none"))])
    return PolicySource(read.policies, locate)


def read_policy_value(value: Any) -> PolicySource:
    """The policies of a list or a document that the program made. Raises SourceError."""
    try:
        if isinstance(value, (list, tuple)):
            value = [to_wire(one) if is_document(one) else one for one in value]
        read = read_policy_document(value)
    except Exception as error:
        raise SourceError([CompileProblem("", "the policies cannot be read")]) from error
    if read.policies is None:
        raise SourceError(read.problems)
    return PolicySource(read.policies, lambda problem: problem)
