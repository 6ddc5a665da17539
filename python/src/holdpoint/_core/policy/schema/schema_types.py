"""What checks of JSON Schema share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class SchemaRun:
    """What a check of one value carries along.

    `keyword`, `path`: of the failure that decided, and the pointer of the value below where it was told.
    """

    __slots__ = ("depth", "keyword", "path", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0
        self.keyword = ""
        self.path = ""

    def charge(self, size: int) -> None:
        """Work that grows with the size of a value counts as steps."""
        self.steps += size >> 4

    def fail(self, keyword: str) -> bool:
        """False, for this keyword."""
        self.keyword = keyword
        self.path = ""
        return False


class Seen:
    """Members and items that some keyword has looked at, for the keywords that ask what was left over."""

    __slots__ = ("all_items", "all_properties", "items", "properties")

    def __init__(self) -> None:
        self.properties: set[str] = set()
        self.items: set[int] = set()
        self.all_properties = False
        self.all_items = False

    def merge(self, other: Seen) -> None:
        """Takes over what another has seen."""
        self.properties |= other.properties
        self.items |= other.items
        self.all_properties = self.all_properties or other.all_properties
        self.all_items = self.all_items or other.all_items


# True when a value satisfies a schema; else the run says which keyword it breaks, and where.
Check = Callable[[Any, SchemaRun, "Seen | None"], bool]


class TooMuchWork(Exception):
    """The run has taken more steps than it may: no answer."""


@dataclass(frozen=True, slots=True)
class KeywordContext:
    """One keyword being compiled."""

    keyword: str
    # The schema that the keyword stands in.
    schema: dict[str, Any]
    # Pointer of the keyword in the document.
    pointer: str
    # A schema below this keyword: schema, pointer, whether it looks at the same value.
    compile: Callable[[Any, str, bool], Check]
    # The schema that a `$ref` names.
    refer: Callable[[str, str], Check]
    # Says what is wrong: message, pointer.
    tell: Callable[[str, str], None]

    def refuse(self, message: str, pointer: str | None = None) -> Check | None:
        """Says what is wrong with this keyword; there is no check then."""
        self.tell(message, self.pointer if pointer is None else pointer)
        return None


CompileKeyword = Callable[[Any, KeywordContext], "Check | None"]
