"""Further numbers of Europe."""

from __future__ import annotations

import re

from .digits import Check, alnum_of, digits_of, fixed_digits, is_day, is_uniform, number_at, weighted_sum

_UTR_DIGITS = (2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"
_PPS = re.compile(r"[0-9]{7}[A-W][A-IW]?")
_CIF = re.compile(r"[A-HJNP-SUVW][0-9]{7}[0-9A-J]")


def _oib(value: str) -> bool:
    """Croatian personal number: ISO 7064 MOD 11,10 (Zakon o osobnom identifikacijskom broju)."""
    digits = fixed_digits(value, 11)
    if not digits:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == digits[10]


def _lv_code(value: str) -> bool:
    """Latvian personal code: a date and modulo 11, or since 2017 `32` to `39` and nothing to check (PMLP)."""
    digits = fixed_digits(value, 11)
    if not digits:
        return False
    first = number_at(digits, 0, 2)
    if 32 <= first <= 39:
        return True
    if not is_day(number_at(digits, 2, 2), first):
        return False
    return (1101 - weighted_sum(digits, (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11 % 10 == digits[10]


def _rodne_cislo(value: str) -> bool:
    """Czech and Slovak birth number: ten digits divisible by 11.

    A date, whose month has 50 more for women and 20 more in busy years.
    """
    digits = digits_of(value)
    if is_uniform(digits) or len(digits) not in (9, 10):
        return False
    month = number_at(digits, 2, 2) % 50
    if not is_day(month - 20 if month > 20 else month, number_at(digits, 4, 2)):
        return False
    if len(digits) == 9:
        return number_at(digits, 6, 3) > 0 and number_at(digits, 0, 2) < 54
    return number_at(digits, 0, 9) % 11 % 10 == digits[9]


def _ie_pps(value: str) -> bool:
    """Irish PPS number: weights 8 to 2, a second letter nine times, letter modulo 23 (Revenue)."""
    text = alnum_of(value)
    if not _PPS.fullmatch(text):
        return False
    second = _LETTERS.index(text[8]) if len(text) == 9 else 0
    return _LETTERS[(weighted_sum(digits_of(text), (8, 7, 6, 5, 4, 3, 2)) + 9 * second) % 23] == text[7]


def _es_cif(value: str) -> bool:
    """Spanish company number: letter, seven digits, a check that is a digit or a letter (Orden EHA/451/2008)."""
    text = alnum_of(value)
    if not _CIF.fullmatch(text):
        return False
    digits = digits_of(text[:8])
    if is_uniform(digits):
        return False
    odd = sum(sum(divmod(digit * 2, 10)) for digit in digits[::2])
    check = -(odd + sum(digits[1::2])) % 10
    return text[8] in (str(check), "JABCDEFGHI"[check])


def _fr_spi(value: str) -> bool:
    """French tax number: thirteen digits from 0 to 3, the first ten modulo 511 (DGFiP)."""
    digits = fixed_digits(value, 13)
    return bool(digits) and digits[0] <= 3 and number_at(digits, 0, 10) % 511 == number_at(digits, 10, 3)


def _utr(value: str) -> bool:
    """British unique taxpayer reference: the first digit checks the other nine, modulo 11 (HMRC)."""
    digits = fixed_digits(value, 10)
    return bool(digits) and _UTR_DIGITS[weighted_sum(digits, (0, 6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] == digits[0]


CHECKS: dict[str, Check] = {
    "oib": _oib,
    "lv_code": _lv_code,
    "rodne_cislo": _rodne_cislo,
    "ie_pps": _ie_pps,
    "es_cif": _es_cif,
    "fr_spi": _fr_spi,
    "utr": _utr,
}
