"""Dates that belong to people, and numbers of no known form."""

from __future__ import annotations

import re

from .digits import Check, is_day

_SHAPES = frozenset({(4, 2, 2), (2, 2, 4), (2, 2, 2)})


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


CHECKS: dict[str, Check] = {"date": _date, "varied": _varied}
