"""Which weak signs of a text stand near each other (SPECIFICATION T-69)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ..._gen.tables import SCORING
from .combine_weights import combine_weights, raise_weight

# A text that is no longer has all its signs near each other.
WEAK_REACH: Final[int] = SCORING["weakReach"]


class Sign(NamedTuple):
    """What counts for a family, and where it stands in the text, in code points."""

    family: int
    weight: int
    start: int
    end: int


def gather_near(signs: Iterable[Sign], enough: int) -> dict[int, int]:
    """The families of the place where most comes together.

    A manual says "no warnings" on one page and "you must be" on another. `enough` is what all signs say together.
    """
    ordered = sorted(signs, key=lambda sign: sign.start)
    most: dict[int, int] = {}
    score = 0
    last = -1
    for index, sign in enumerate(ordered):
        if score >= enough:
            break
        # What begins at one place is looked at once.
        if sign.start == last:
            continue
        last = sign.start
        near = _families_from(ordered, index, last + WEAK_REACH)
        together = combine_weights(near)
        if together > score:
            most, score = near, together
    return most


def _families_from(signs: list[Sign], index: int, until: int) -> dict[int, int]:
    families: dict[int, int] = {}
    for at in range(index, len(signs)):
        if signs[at].start >= until:
            break
        raise_weight(families, signs[at].family, signs[at].weight)
    return families
