"""Dollars as whole micro-dollars."""

from __future__ import annotations

import math


def to_micros(dollars: float) -> int:
    """Rounded half up: exact sums, no binary fractions. Below 2^53 within the limits."""
    return math.floor(float(dollars) * 1_000_000 + 0.5)
