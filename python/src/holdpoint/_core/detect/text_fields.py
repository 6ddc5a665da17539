"""Fields of a text that can be a value by themselves (SPECIFICATION T-30)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..._gen.tables import SCORING

_MAX_CHARS: int = SCORING["maxFieldChars"]
# Fewer characters are no value; between commas or semicolons, which also group digits, a few more are asked for.
_LEAST_CHARS = 3
_LEAST_CHARS_IN_LIST = 5
# A value and the blanks and quotes around it.
_REACH = _MAX_CHARS + 4

_DIGIT = re.compile("[0-9]")
# A line's end, a tab, `|`, and a comma or semicolon that no blank follows.
_SEPARATOR = re.compile("[\n\r\t|]|[,;](?![ \xa0])")
_LINE_END = re.compile("[\n\r]")
# Fields that make lines a table of numbers, and what such lines do not hold.
_LEAST_IN_TABLE = 3
_NO_NUMBER = re.compile("[^\t -@\\[-`{-~]")
_COMMAS = frozenset(",;")
_BLANKS = " \xa0"
_QUOTES = frozenset("\"'`“”„«»‘’")


def find_fields(text: str) -> list[tuple[int, int]]:
    """The text, its lines and the cells of its tables, ascending, blanks and quotes around them left aside.

    They hold a digit and are not too long; the text as a whole needs none.
    """
    fields: list[tuple[int, int]] = []
    size = len(text)
    if may_hold_fields(text):
        first = 0
        for separator in _SEPARATOR.finditer(text):
            after = separator.start()
            if after - first <= _REACH and _DIGIT.search(text, first, after):
                _add_field(text, first, after, fields)
            first = after + 1
        if size - first <= _REACH and _DIGIT.search(text, first):
            _add_field(text, first, size, fields)
    if not fields and size <= _REACH:
        _add_field(text, 0, size, fields)
    return fields


def find_number_tables(text: str, fields: Sequence[tuple[int, int]]) -> list[tuple[int, int] | None]:
    """For each field the table of numbers that it is in, lines of nothing else: where it ends, and its fields."""
    tables: list[tuple[int, int] | None] = []
    begin = at = after = 0
    # Where the last line of numbers ended.
    last = -1

    def close(to: int) -> None:
        count = to - begin
        tables.extend([(to, count) if count >= _LEAST_IN_TABLE else None] * (to - len(tables)))

    while at < len(fields):
        first = max(text.rfind("\n", after, fields[at][0]) + 1, text.rfind("\r", after, fields[at][0]) + 1, after)
        end = _LINE_END.search(text, fields[at][1])
        after = end.start() if end else len(text)
        following = at
        while following < len(fields) and fields[following][0] < after:
            following += 1
        is_numbers = _NO_NUMBER.search(text, first, after) is None
        # Lines without a field may stand between, if they hold no letter either.
        if not is_numbers or last < 0 or _NO_NUMBER.search(_LINE_END.sub("", text[last:first])):
            close(at)
            begin = at
        last = after if is_numbers else -1
        if not is_numbers:
            tables.extend([None] * (following - len(tables)))
            begin = following
        at = following
    close(len(fields))
    return tables


def may_hold_fields(text: str) -> bool:
    """Quickly false for most texts that have no fields."""
    return len(text) <= _REACH or _may_separate(text)


def _may_separate(text: str) -> bool:
    """Quickly false for most texts of one paragraph."""
    return "\n" in text or "," in text or "\t" in text or "|" in text or ";" in text or "\r" in text


def _add_field(text: str, first: int, after: int, fields: list[tuple[int, int]]) -> None:
    start, end = _trim_blanks(text, first, after)
    if end - start > 2 and text[start] in _QUOTES and text[end - 1] in _QUOTES:
        start, end = _trim_blanks(text, start + 1, end - 1)
    is_listed = text[first - 1 : first] in _COMMAS or text[after : after + 1] in _COMMAS
    if (_LEAST_CHARS_IN_LIST if is_listed else _LEAST_CHARS) <= end - start <= _MAX_CHARS:
        fields.append((start, end))


def _trim_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    return start, end
