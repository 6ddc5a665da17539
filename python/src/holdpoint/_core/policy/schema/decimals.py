"""Exact multiples."""

from __future__ import annotations

from ...decide import es_number
from ...decide.numbers import is_finite


def is_multiple(value: float, divisor: float) -> bool:
    """Whether a number is a whole multiple of another, exactly, of the decimals that they are written as."""
    if not is_finite(value):
        return False
    if float(value).is_integer() and float(divisor).is_integer():
        # As doubles, as in every language.
        return int(float(value)) % int(float(divisor)) == 0
    (a, a_exponent), (b, b_exponent) = _to_decimal(value), _to_decimal(divisor)
    exponent = min(a_exponent, b_exponent)
    return int(a * 10 ** (a_exponent - exponent)) % int(b * 10 ** (b_exponent - exponent)) == 0


def _to_decimal(value: float) -> tuple[int, int]:
    """Digits and exponent of the shortest decimal that reads back as the same double."""
    mantissa, _, power = es_number(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction), int(power or "0") - len(fraction)
