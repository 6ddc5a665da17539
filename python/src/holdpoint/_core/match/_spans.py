"""Spans of one pattern, by google-re2, in code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from holdpoint._core.match._re2 import Regexp

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def find_lone_surrogate(text: str) -> int:
    """Return the offset of the first lone surrogate, or -1."""
    match = _LONE_SURROGATE.search(text)
    return -1 if match is None else match.start()


def encode_text(text: str) -> bytes:
    """Return UTF-8; a lone surrogate counts as U+FFFD."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text).encode("utf-8")


class EncodedText:
    """A text as the engine reads it, for searches that begin in its midst."""

    def __init__(self, text: str) -> None:
        self.encoded = encode_text(text)
        self._starts: list[int] | None = None
        if len(self.encoded) != len(text):
            widths = (
                1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4 for char in text
            )
            self._starts = [0, *accumulate(widths)]

    @property
    def is_plain(self) -> bool:
        """Whether offsets in bytes are those in code points."""
        return self._starts is None

    def to_byte(self, at: int) -> int:
        """Return the byte offset of a code point offset."""
        return at if self._starts is None else self._starts[at]

    def to_code_point(self, offset: int) -> int:
        """Return the code point offset of the byte offset of a character."""
        return offset if self._starts is None else bisect_left(self._starts, offset)


@dataclass(frozen=True)
class Span:
    """A stretch of text in code points, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Window:
    """The part of a text to be searched, in bytes, and where the span before ended; the rest is only looked at."""

    start: int
    end: int
    last_end: int = -1


def find_byte_spans(regexp: Regexp, encoded: bytes, window: Window, *, over_bytes: bool) -> list[tuple[int, int]]:
    """Return all leftmost-longest, non-overlapping spans in bytes.

    An empty one that touches the end of the span before is left out.
    """
    spans: list[tuple[int, int]] = []
    at = window.start
    last_end = window.last_end
    while at <= window.end:
        found = regexp.search(encoded, at)
        if found is None:
            break
        start, end = found
        if start > window.end:
            break
        at = end if end > start else start + (1 if over_bytes else _width(encoded, start))
        if end > start or start != last_end:
            spans.append((start, end))
        last_end = end
    return spans


def find_spans(regexp: Regexp, encoded: bytes, *, over_bytes: bool) -> tuple[Span, ...]:
    """Return the spans in code points; one that begins or ends inside a character covers the whole of it."""
    spans: list[Span] = []
    counted_to = 0
    counted = 0

    def to_code_points(offset: int) -> int:
        nonlocal counted_to, counted
        counted += len(encoded[counted_to:offset].decode("utf-8"))
        counted_to = offset
        return counted

    covered_to = 0
    for start, end in find_byte_spans(regexp, encoded, Window(0, len(encoded)), over_bytes=over_bytes):
        begins = _floor(encoded, start)
        ends = begins if end == start else _ceil(encoded, end)
        if begins < covered_to:
            continue
        covered_to = ends
        first = to_code_points(begins)
        span = Span(first, to_code_points(ends))
        if not spans or spans[-1] != span:
            spans.append(span)
    return tuple(spans)


def _is_inside(encoded: bytes, offset: int) -> bool:
    return offset < len(encoded) and encoded[offset] & 0xC0 == 0x80


def _floor(encoded: bytes, offset: int) -> int:
    while _is_inside(encoded, offset):
        offset -= 1
    return offset


def _ceil(encoded: bytes, offset: int) -> int:
    while _is_inside(encoded, offset):
        offset += 1
    return offset


def _width(encoded: bytes, offset: int) -> int:
    return _ceil(encoded, offset + 1) - offset
