"""Shannon's entropy in whole numbers, so that every language gets the same."""

from __future__ import annotations

from collections import Counter
from functools import cache

_FRACTION = 1 << 24
# Of a longer text, the beginning is measured.
_LONGEST = 256


@cache
def log2_fixed(n: int) -> int:
    """`log2(n)` in 65536ths for n from 1 to 256, rounded down; by squaring."""
    n = min(n, _LONGEST)
    if n == 0:
        return 0
    result = n.bit_length() - 1
    mantissa = (n * _FRACTION) >> result
    for _ in range(16):
        mantissa = mantissa * mantissa // _FRACTION
        result *= 2
        if mantissa >= 2 * _FRACTION:
            mantissa //= 2
            result += 1
    return result


def measure_entropy(text: str) -> int:
    """Entropy of a text's characters in thousandths of a bit, rounded down (SPECIFICATION T-51)."""
    head = text[:_LONGEST]
    length = len(head)
    if length == 0:
        return 0
    total = length * log2_fixed(length) - sum(count * log2_fixed(count) for count in Counter(head).values())
    return total * 1000 // (length * 65536)
