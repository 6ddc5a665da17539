"""People of Sweden, Finland and Norway."""

from __future__ import annotations

import re

from .digits import Check, digits_of, fixed_digits, is_day, number_at, passes_luhn, upper_of, weighted_sum

_HETU = re.compile(r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]")


def _personnummer(value: str) -> bool:
    """Swedish personal number, with or without century; coordination numbers add 60 to the day; Luhn (SKV 704)."""
    digits = digits_of(value)
    if len(digits) == 12 and number_at(digits, 0, 2) in {18, 19, 20}:
        digits = digits[2:]
    if len(digits) != 10:
        return False
    day = number_at(digits, 4, 2)
    return is_day(number_at(digits, 2, 2), day - 60 if day > 60 else day) and passes_luhn(digits)


def _hetu(value: str) -> bool:
    """Finnish personal code: date, sign of the century, number from 002, check modulo 31 (Väestötietolaki; DVV)."""
    text = upper_of(value).replace(" ", "")
    if not _HETU.fullmatch(text):
        return False
    digits = digits_of(text[:10])
    if not is_day(number_at(digits, 2, 2), number_at(digits, 0, 2)) or number_at(digits, 6, 3) < 2:
        return False
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[number_at(digits, 0, 9) % 31] == text[10]


def _no_fnr(value: str) -> bool:
    """Norwegian birth number: two check digits modulo 11 (Forskrift til folkeregisterloven § 2-2-1).

    A date, whose day has 40 more in a D number and whose month 40 in an H number and 80 in a made-up one.
    """
    digits = fixed_digits(value, 11)
    day = number_at(digits, 0, 2)
    if day > 71 or not is_day(number_at(digits, 2, 2) % 40, day % 40):
        return False
    first = weighted_sum(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1))
    return first % 11 == 0 and weighted_sum(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


CHECKS: dict[str, Check] = {"personnummer": _personnummer, "hetu": _hetu, "no_fnr": _no_fnr}
