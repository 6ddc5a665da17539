"""The little of google-re2 that is used, with types: the package has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import re2  # type: ignore[import-untyped]


class Regexp(Protocol):
    """A compiled pattern; searched in bytes, it gives byte offsets."""

    @property
    def programsize(self) -> int:
        """The instructions of its program."""

    def search(self, text: bytes, pos: int = 0) -> tuple[int, int] | None:
        """Return where the leftmost match from `pos` on begins and ends."""


class _Wrapped:
    """A pattern by google-re2's wrapper in Python."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    @property
    def programsize(self) -> int:
        return cast("int", self._compiled.programsize)

    def search(self, text: bytes, pos: int = 0) -> tuple[int, int] | None:
        match = self._compiled.search(text, pos)
        return None if match is None else cast("tuple[int, int]", match.span())


class _Bound(_Wrapped):
    """The same by the binding itself: its wrapper makes a generator and an object of each match."""

    __slots__ = ("_anchor", "_match")

    def __init__(self, compiled: Any) -> None:
        super().__init__(compiled)
        self._match = compiled._regexp.Match
        self._anchor = re2._Anchor.UNANCHORED

    def search(self, text: bytes, pos: int = 0) -> tuple[int, int] | None:
        size = len(text)
        start, end = self._match(self._anchor, text, pos if pos < size else size, size)[0]
        return None if start < 0 else (start, end)


# Several patterns searched in one pass over UTF-8; gives the numbers of those found, in no order; None or none if none.
Search = Callable[[bytes], "list[int] | None"]


def _options(max_bytes: int, *, longest: bool) -> object:
    options = re2.Options()
    options.log_errors = False
    options.longest_match = longest
    options.max_mem = max_bytes
    return cast("object", options)


def compile_longest(source: str, max_bytes: int) -> Regexp | str:
    """Return the pattern for leftmost-longest searches, or RE2's reason for refusing it."""
    try:
        compiled = re2.compile(source, _options(max_bytes, longest=True))
        return _Bound(compiled) if hasattr(compiled, "_regexp") and hasattr(re2, "_Anchor") else _Wrapped(compiled)
    except re2.error as error:
        reason = error.args[0] if error.args else "unknown reason"
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def compile_search_set(sources: list[str], max_bytes: int) -> Search | None:
    """Return a search for patterns that compile one by one, or None when together they need more than `max_bytes`."""
    searched = re2.Set.SearchSet(_options(max_bytes, longest=False))
    for source in sources:
        searched.Add(source)
    try:
        searched.Compile()
    except re2.error:
        return None
    # The binding itself, where there is one: its wrapper in Python takes as long as 200 characters of text.
    return cast("Search", getattr(searched, "_set", searched).Match)


def compile_search(sources: Sequence[str], max_bytes: int = 1 << 24) -> Search:
    """Return a search for patterns of our own."""
    search = compile_search_set(list(sources), max_bytes)
    if search is None:  # pragma: no cover - they are known
        raise AssertionError(sources)
    return search
