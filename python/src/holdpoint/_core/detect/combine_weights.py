"""How weights of families become a score (SPECIFICATION T-6)."""

from __future__ import annotations

import math


def combine_weights(families: dict[int, int]) -> int:
    """100·(1 - Π(1 - w/100)) in the order of families, half up."""
    innocence = 1.0
    for family in sorted(families):
        innocence *= 1 - families[family] / 100
    return math.floor(100 * (1 - innocence) + 0.5)


def raise_weight(families: dict[int, int], family: int, weight: int) -> None:
    """Keep the greater weight."""
    if weight > families.get(family, 0):
        families[family] = weight
