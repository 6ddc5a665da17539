"""Check digits and other tests of matched values (spec/catalog/detectors/pii/validators.md)."""

from __future__ import annotations

from collections.abc import Callable

from .americas import AMERICAS
from .asia import ASIA
from .europe import EUROPE
from .money import MONEY
from .networks import NETWORKS

__all__ = ["VALIDATORS", "validate"]

VALIDATORS: dict[str, Callable[[str], bool]] = {**MONEY, **NETWORKS, **AMERICAS, **EUROPE, **ASIA}


def validate(name: str, value: str) -> bool:
    """Whether a matched value passes the named check; a name that is not known passes nothing. Never raises."""
    check = VALIDATORS.get(name)
    return check is not None and check(value)
