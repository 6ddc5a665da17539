"""Names of members that are texts: their places, and what they are called once policies have written them otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core import is_plain_name, sort_names


def list_text_names(item: Mapping[Any, Any]) -> list[str]:
    """The names of an object's members that are texts, in the order of their places (clause D-55)."""
    return sort_names(name for name in item if isinstance(name, str) and not is_plain_name(name))


def choose_names(names: Iterable[Any], written: Mapping[str, str]) -> dict[str, str]:
    """The names to give members of which some are to be called something else.

    None is lost: where a name is taken, the next gets ` (2)` behind it, in the order of what they were called (D-56).
    """
    taken = {name for name in names if name not in written}
    last: dict[str, int] = {}
    chosen: dict[str, str] = {}
    for name in sort_names(written):
        wanted = written[name]
        given, count = wanted, last.get(wanted, 1)
        while given in taken:
            count += 1
            given = f"{wanted} ({count})"
        last[wanted] = count
        taken.add(given)
        chosen[name] = given
    return chosen
