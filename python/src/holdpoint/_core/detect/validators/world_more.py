"""Further numbers of Asia and America."""

from __future__ import annotations

import re

from .digits import Check, digits_of, is_day, number_at, upper_of

_NIC = re.compile(r"[0-9]{9}[VX]|(?:19|20)[0-9]{10}")
_RFC = re.compile(r"[A-ZÑ&]{3,4}([0-9]{6})[0-9A-Z]{3}")


def _lk_nic(value: str) -> bool:
    """Sri Lankan identity card: year and day of the year, women 500 more; nine digits and V or X, or twelve (DRP)."""
    text = upper_of(value)
    if not _NIC.fullmatch(text):
        return False
    digits = digits_of(text)
    return 1 <= number_at(digits, 2 if len(digits) == 9 else 4, 3) % 500 <= 366


def _rfc(value: str) -> bool:
    """Mexican taxpayer number: three letters of a company or four of a person, a date, three signs (SAT)."""
    match = _RFC.fullmatch(upper_of(value).replace(" ", "").replace("-", ""))
    if match is None:
        return False
    digits = digits_of(match[1])
    return is_day(number_at(digits, 2, 2), number_at(digits, 4, 2))


CHECKS: dict[str, Check] = {"lk_nic": _lk_nic, "rfc": _rfc}
