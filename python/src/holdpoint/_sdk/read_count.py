"""What a counter would give next, without asking it."""

from __future__ import annotations

from itertools import count


def read_count(counter: count[int]) -> int:
    """The number that comes next: of a counter from 0, how often it was asked."""
    # `count(8)`
    return int(repr(counter)[len("count(") : -1])
