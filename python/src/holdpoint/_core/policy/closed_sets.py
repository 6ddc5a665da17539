"""The closed sets that a field of a document or of a rule may name."""

from __future__ import annotations

from ..._gen.tables import CLOSED_SET_ALIASES, CLOSED_SETS

__all__ = ["CLOSED_SETS", "CLOSED_SET_ALIASES", "resolve_name"]


def resolve_name(name_set: str, value: str) -> str | None:
    """The set's own name for a value or one of its aliases; None when it is neither."""
    if value in CLOSED_SETS.get(name_set, ()):
        return value
    return CLOSED_SET_ALIASES.get(name_set, {}).get(value)
