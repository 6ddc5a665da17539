"""Dates that belong to people, and numbers of no known form."""

from __future__ import annotations

import re

from .digits import Check, is_day

_SHAPES = frozenset({(4, 2, 2), (2, 2, 4), (2, 2, 2)})
_JOINED_DIGITS = re.compile(r"[0-9]+(?:[-./ ][0-9]+)+")
_DAY_OF_DIGITS = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
# `2025-0417`, `12/2025`: a document of a year, or a month.
_WITHIN_YEAR = re.compile(r"(?:19|20)[0-9]{2}[-/][0-9]{1,6}|[0-9]{1,6}[-/](?:19|20)[0-9]{2}")


def _date(value: str) -> bool:
    """Three numbers, of which one can be a month and one a day of it, in either order (ISO 8601 and everyday forms).

    The year stands first or last, with four digits (1890 to 2100) or last with fewer.
    """
    parts = re.findall(r"[0-9]+", value)
    shape = tuple(2 if len(part) == 1 else len(part) for part in parts)
    if shape not in _SHAPES:
        return False
    numbers = [int(part) for part in parts]
    year, first, second = numbers if shape[0] == 4 else (numbers[2], numbers[0], numbers[1])
    return (4 not in shape or 1890 <= year <= 2100) and (is_day(first, second) or is_day(second, first))


def _varied(value: str) -> bool:
    """Digits of at least three kinds: `600-000-000` is what people write for no number."""
    return len({char for char in value if "0" <= char <= "9"}) >= 3


def _no_date(value: str) -> bool:
    """`varied`, and no date, nor the number that a document has within its year.

    A word near an invoice's date is of another number.
    """
    if not _varied(value) or _DAY_OF_DIGITS.fullmatch(value) or _WITHIN_YEAR.fullmatch(value):
        return False
    return not (_JOINED_DIGITS.fullmatch(value) and _date(value))


CHECKS: dict[str, Check] = {"date": _date, "no_date": _no_date, "varied": _varied}
