"""Numbers as ECMAScript writes them (ECMA-262 Number::toString), which RFC 8785 prescribes."""

from __future__ import annotations

import math

MAX_SAFE_INTEGER = 2**53 - 1


def es_number(value: float) -> str:
    """The shortest text that reads back as the same double; `NaN` and `Infinity` by name."""
    if isinstance(value, int):
        if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            return str(int(value))
        try:
            value = float(value)
        except OverflowError:
            return "Infinity" if value > 0 else "-Infinity"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    if value < 0:
        return "-" + es_number(-value)
    digits, exponent = _shortest(value)
    count = len(digits)
    if count <= exponent <= 21:
        return digits + "0" * (exponent - count)
    if 0 < exponent <= 21:
        return f"{digits[:exponent]}.{digits[exponent:]}"
    if -6 < exponent <= 0:
        return "0." + "0" * -exponent + digits
    sign = "+" if exponent > 0 else "-"
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{sign}{abs(exponent - 1)}"


def _shortest(value: float) -> tuple[str, int]:
    """Digits without zeros at either end, and the place of the point: value = 0.digits · 10^exponent."""
    mantissa, _, power = float.__repr__(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    exponent = (int(power) if power else 0) + len(whole)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    return stripped.rstrip("0"), exponent - (len(digits) - len(stripped))


def is_number(value: object) -> bool:
    """True for what JSON calls a number; a boolean is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_finite(value: float) -> bool:
    """True for a number that a double can hold."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def is_safe_integer(value: object) -> bool:
    """True for a whole number that a double holds exactly, however it is typed."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER
    return isinstance(value, float) and value.is_integer() and abs(value) <= MAX_SAFE_INTEGER
