"""People and businesses of Germany and Italy."""

from __future__ import annotations

import re

from .digits import Check, alnum_of, cross_sum, digits_of, fixed_digits, passes_luhn, upper_of

_SVNR = re.compile(r"[0-9]{8}[A-Z][0-9]{3}")
_KVNR = re.compile(r"[A-Z][0-9]{9}")
_CODICE = re.compile(r"[A-Z0-9]{15}[A-Z]")
# Values at odd places of 0-9, and of A-Z, whose first ten are the same (DM 23 dicembre 1976, table).
_ODD_VALUES = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _with_letter_as_place(text: str) -> list[int]:
    """The digits of a text whose one letter is written as its place in the alphabet, in two digits."""
    return digits_of(re.sub(r"[A-Z]", lambda match: f"{ord(match[0]) - 64:02}", text))


def _de_tax_id(value: str) -> bool:
    """German tax identification number: ISO 7064 MOD 11,10 (BZSt; § 139a AO).

    First digit not 0; of the first ten exactly one digit repeated, twice or three times, but not three times in a row.
    """
    digits = fixed_digits(value, 11)
    body = digits[:10]
    repeated = [digit for digit in set(body) if body.count(digit) > 1]
    if digits[:1] in ([], [0]) or len(repeated) != 1 or body.count(repeated[0]) > 3:
        return False
    if repeated * 3 in (body[start : start + 3] for start in range(8)):
        return False
    product = 10
    for digit in body:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == digits[10]


def _de_svnr(value: str) -> bool:
    """German pension insurance number: digit sums of the weighted digits modulo 10 (§ 147 SGB VI, VKVV § 2, annex).

    Month 00 to 12, day 00 to 95 (32 or 64 are added when serials run out).
    """
    text = alnum_of(value)
    if not _SVNR.fullmatch(text) or int(text[4:6]) > 12 or int(text[2:4]) > 95:
        return False
    digits = _with_letter_as_place(text)
    return cross_sum(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) % 10 == digits[12]


def _kvnr(value: str) -> bool:
    """German health insurance number, part that never changes: weights 1 2, digit sums, modulo 10 (§ 290 SGB V)."""
    text = upper_of(value)
    if not _KVNR.fullmatch(text):
        return False
    digits = _with_letter_as_place(text)
    return cross_sum(digits, (1, 2) * 5) % 10 == digits[10]


def _codice_fiscale(value: str) -> bool:
    """Italian tax code: values of odd and even places, modulo 26 the last letter (DM 23 dicembre 1976)."""
    text = alnum_of(value)
    if not _CODICE.fullmatch(text):
        return False
    places = [int(char) if char < "A" else ord(char) - 65 for char in text[:15]]
    total = sum(_ODD_VALUES[place] for place in places[::2]) + sum(places[1::2])
    return chr(65 + total % 26) == text[15]


def _partita_iva(value: str) -> bool:
    """Italian VAT number: first seven digits not all 0, Luhn (DPR 633/1972, art. 35)."""
    digits = fixed_digits(value, 11)
    return any(digits[:7]) and passes_luhn(digits)


CHECKS: dict[str, Check] = {
    "de_tax_id": _de_tax_id,
    "de_svnr": _de_svnr,
    "kvnr": _kvnr,
    "codice_fiscale": _codice_fiscale,
    "partita_iva": _partita_iva,
}
