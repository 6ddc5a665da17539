"""One text that was made of several, given back to each."""

from __future__ import annotations

from collections.abc import Sequence


def by_lines(said: Sequence[str], shown: str) -> list[str] | None:
    """What each of these texts has become, where the whole, line by line, has; an empty one had no line of it.

    None where lines were lost or added.
    """
    lines = shown.split("\n")
    counts = [len(text.split("\n")) if text else 0 for text in said]
    if sum(counts) != len(lines):
        return None
    left = iter(lines)
    return ["\n".join(next(left) for _ in range(count)) for count in counts]
