"""The text of a YAML or JSON file as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..._core import CompileProblem
from ..._gen.tables import MAX_PROBLEMS
from .placed_node import PlacedNode, TextFaultsError
from .places import Places
from .read_json_text import read_json_text
from .read_yaml_text import read_yaml_text


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A policy file as read: its value, and what is needed to find a place in it again."""

    value: Any
    root: PlacedNode | None
    places: Places
    text: str


class ParseError(Exception):
    """A text that cannot be read; `problems` say where, by line and column (from 1)."""

    def __init__(self, problems: Sequence[CompileProblem]) -> None:
        super().__init__("the text cannot be read")
        self.problems = tuple(problems)


def parse_policy_text(text: str, file: str) -> ParsedText:
    """The text of a YAML or, when its name ends in `.json`, JSON file as plain JSON (B-18). Raises ParseError."""
    places = Places(text)
    try:
        root = read_json_text(text) if file.lower().endswith(".json") else read_yaml_text(text)
    except TextFaultsError as error:
        faults = sorted(error.faults, key=lambda fault: fault.offset)[:MAX_PROBLEMS]
        problems = [CompileProblem("", fault.message, None, file, *places.find(fault.offset)) for fault in faults]
        raise ParseError(problems) from error
    return ParsedText(root.value if root is not None else None, root, places, text)
