"""People of Poland, Romania, Bulgaria, Russia and Türkiye."""

from __future__ import annotations

from .digits import Check, digits_of, fixed_digits, is_day, is_uniform, number_at, weighted_sum


def _pesel(value: str) -> bool:
    """Polish PESEL: a date, whose month has the century in steps of 20; weights 1 3 7 9 modulo 10 (MSWiA)."""
    digits = fixed_digits(value, 11)
    if not is_day(number_at(digits, 2, 2) % 20, number_at(digits, 4, 2)):
        return False
    return weighted_sum(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _cnp(value: str) -> bool:
    """Romanian CNP: sex and century, a date, modulo 11 where 10 becomes 1 (Legea 105/1996; HG 1375/2006)."""
    digits = fixed_digits(value, 13)
    if not digits or digits[0] == 0 or not is_day(number_at(digits, 3, 2), number_at(digits, 5, 2)):
        return False
    rest = weighted_sum(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if rest == 10 else rest) == digits[12]


def _egn(value: str) -> bool:
    """Bulgarian EGN: a date, whose month has 20 more before 1900 and 40 since 2000; modulo 11, then 10 (GRAO)."""
    digits = fixed_digits(value, 10)
    month = number_at(digits, 2, 2)
    if not is_day(month - 40 if month > 40 else month - 20 if month > 20 else month, number_at(digits, 4, 2)):
        return False
    return weighted_sum(digits, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == digits[9]


def _inn(value: str) -> bool:
    """Russian taxpayer number: ten digits with one check, twelve with two, modulo 11, then 10 (FNS, ММВ-7-6/435)."""
    digits = digits_of(value)
    if is_uniform(digits):
        return False

    def checks(*weights: int) -> bool:
        return weighted_sum(digits, weights) % 11 % 10 == digits[len(weights)]

    if len(digits) == 10:
        return checks(2, 4, 10, 3, 5, 9, 4, 6, 8)
    return len(digits) == 12 and checks(7, 2, 4, 10, 3, 5, 9, 4, 6, 8) and checks(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def _snils(value: str) -> bool:
    """Russian pension insurance number: modulo 101, where 100 becomes 00 (SFR)."""
    digits = fixed_digits(value, 11)
    return bool(digits) and weighted_sum(digits, range(9, 0, -1)) % 101 % 100 == number_at(digits, 9, 2)


def _tckn(value: str) -> bool:
    """Turkish identity number: first digit not 0, two check digits modulo 10 (NVİ)."""
    digits = fixed_digits(value, 11)
    if not digits or digits[0] == 0:
        return False
    return (7 * sum(digits[:9:2]) - sum(digits[1:8:2])) % 10 == digits[9] and sum(digits[:10]) % 10 == digits[10]


CHECKS: dict[str, Check] = {
    "pesel": _pesel,
    "cnp": _cnp,
    "egn": _egn,
    "inn": _inn,
    "snils": _snils,
    "tckn": _tckn,
}
