"""People and professions of the United States."""

from __future__ import annotations

import re

from .digits import Check, alnum_of, fixed_digits, number_at, passes_luhn, weighted_sum

_DEA = re.compile(r"[A-Z][A-Z9][0-9]{7}")
# Numbers that advertising made public or that count up; none belongs to a person.
_PUBLIC_SSNS = frozenset({123456789, 78051120, 219099999, 457555462})


def _ssn_area(value: str) -> bool:
    """Social security number: area, group and serial that can be issued, also since 2011 (SSA, POMS RM 10201.035)."""
    digits = fixed_digits(value, 9)
    area = number_at(digits, 0, 3)
    if area in {0, 666} or area >= 900 or number_at(digits, 0, 9) in _PUBLIC_SSNS:
        return False
    return number_at(digits, 3, 2) > 0 and number_at(digits, 5, 4) > 0


def _itin(value: str) -> bool:
    """Taxpayer number of those without a social security number: 9, and a group of the assigned ranges (IRS)."""
    digits = fixed_digits(value, 9)
    group = number_at(digits, 3, 2)
    return digits[:1] == [9] and group >= 50 and group not in {66, 67, 68, 69, 89, 93}


def _npi(value: str) -> bool:
    """Number of a health provider: Luhn over the digits after 80840 (45 CFR 162.406; CMS)."""
    digits = fixed_digits(value, 10)
    return digits[:1] in ([1], [2]) and passes_luhn([8, 0, 8, 4, 0, *digits])


def _dea(value: str) -> bool:
    """Number of a prescriber: a letter, a letter or 9, seven digits, of which the last checks (DEA)."""
    text = alnum_of(value)
    digits = fixed_digits(text[2:], 7) if _DEA.fullmatch(text) else []
    return bool(digits) and weighted_sum(digits, (1, 2, 1, 2, 1, 2)) % 10 == digits[6]


CHECKS: dict[str, Check] = {"ssn_area": _ssn_area, "itin": _itin, "npi": _npi, "dea": _dea}
