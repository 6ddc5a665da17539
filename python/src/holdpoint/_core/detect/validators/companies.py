"""Numbers of companies, and further checks over letters and digits."""

from __future__ import annotations

import re

from .digits import Check, alnum_of, digits_of, fixed_digits, is_uniform, number_at, weighted_sum

_SIGNS_31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SIGNS_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS_24 = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_USCC = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
_GSTIN = re.compile(r"[0-3][0-9][A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][0-9A-Z]{2}")
_NHI = re.compile(r"[A-HJ-NP-Z]{3}[0-9]{2}(?:[0-9]{2}|[A-HJ-NP-Z]{2})")
_SIGNS_32 = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
_UEN_BUSINESS = re.compile(r"[0-9]{8}[A-Z]")
_UEN_COMPANY = re.compile(r"[0-9]{9}[A-Z]")
_UEN_OTHER = re.compile(r"[RST][0-9]{2}[A-HJ-NP-X]{2}[0-9]{4}[A-Z]")
_ICAO = re.compile(r"[A-Z0-9]{8,9}[0-9]")


def _mod11_10_nine(value: str) -> bool:
    """Nine digits whose last is ISO 7064 MOD 11,10: German VAT number, Serbian PIB (BZSt; Poreska uprava)."""
    digits = fixed_digits(value, 9)
    if not digits:
        return False
    product = 10
    for digit in digits[:8]:
        product = (((digit + product) % 10 or 10) * 2) % 11
    return (11 - product) % 10 == digits[8]


def _cn_uscc(value: str) -> bool:
    """Chinese unified social credit code: 18 signs of 31, weights are powers of 3 modulo 31 (GB 32100)."""
    text = alnum_of(value)
    if not _USCC.fullmatch(text):
        return False
    total, weight = 0, 1
    for sign in text[:17]:
        total += _SIGNS_31.index(sign) * weight
        weight = weight * 3 % 31
    return _SIGNS_31[-total % 31] == text[17]


def _jp_corporate(value: str) -> bool:
    """Japanese corporate number: 13 digits, the first of which is 9 less the sum modulo 9 (National Tax Agency)."""
    digits = fixed_digits(value, 13)
    return bool(digits) and 9 - weighted_sum(digits, [0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9 == digits[0]


def _gstin(value: str) -> bool:
    """Indian GSTIN: state, PAN, and a last sign over 36 signs with weights 1, 2 (GSTN)."""
    text = alnum_of(value)
    if not _GSTIN.fullmatch(text):
        return False
    products = [_SIGNS_36.index(sign) * (at % 2 + 1) for at, sign in enumerate(text[:14])]
    return _SIGNS_36[-sum(product // 36 + product % 36 for product in products) % 36] == text[14]


def _tw_ubn(value: str) -> bool:
    """Taiwanese company number: digit sums of weighted digits, divisible by 5; a seventh digit 7 may count one more."""
    digits = fixed_digits(value, 8)
    if not digits:
        return False
    products = [weight * digit for weight, digit in zip((1, 2, 1, 2, 1, 2, 4, 1), digits, strict=True)]
    total = sum(product // 10 + product % 10 for product in products)
    return total % 5 == 0 or (digits[6] == 7 and (total + 1) % 5 == 0)


def _tr_vkn(value: str) -> bool:
    """Turkish tax number: each digit shifted by its place, times a power of 2 modulo 9 (GİB)."""
    digits = fixed_digits(value, 10)
    if not digits:
        return False
    total = 0
    for at in range(9):
        shifted = (digits[at] + 9 - at) % 10
        if shifted > 0:
            total += shifted * 2 ** (9 - at) % 9 or 9
    return -total % 10 == digits[9]


def _be_company(value: str) -> bool:
    """Belgian company number: 97 less the first eight digits modulo 97 (KBO/BCE)."""
    digits = fixed_digits(value, 10)
    return bool(digits) and digits[0] <= 1 and 97 - number_at(digits, 0, 8) % 97 == number_at(digits, 8, 2)


def _ro_cui(value: str) -> bool:
    """Romanian company number: two to ten digits, weights 7, 5, 3, 2, 1, 7, 5, 3, 2 from the right (ANAF)."""
    digits = digits_of(value)
    if not 4 <= len(digits) <= 10 or is_uniform(digits) or digits[0] == 0:
        return False
    body = [0] * (10 - len(digits)) + digits
    return 10 * weighted_sum(body, [7, 5, 3, 2, 1, 7, 5, 3, 2]) % 11 % 10 == body[9]


def _ma_ice(value: str) -> bool:
    """Moroccan company number: 15 digits divisible by 97."""
    digits = fixed_digits(value, 15)
    return bool(digits) and number_at(digits, 0, 15) % 97 == 0


def _nz_nhi(value: str) -> bool:
    """New Zealand health number: three letters, four digits, or two, a letter and the check letter (HISO 10046)."""
    text = alnum_of(value)
    if not _NHI.fullmatch(text):
        return False
    numbers = [_LETTERS_24.index(sign) + 1 if sign in _LETTERS_24 else int(sign) for sign in text[:6]]
    total = weighted_sum(numbers, [7, 6, 5, 4, 3, 2])
    last = text[6]
    if last in _LETTERS_24:
        return _LETTERS_24[23 - total % 24] == last
    return total % 11 != 0 and (11 - total % 11) % 10 == int(last)


def _icao_last(value: str) -> bool:
    """A passport's or an identity card's last digit: weights 7, 3, 1 over letters (A is 10) and digits (ICAO 9303)."""
    text = alnum_of(value)
    if not _ICAO.fullmatch(text) or is_uniform(digits_of(text)):
        return False
    total = sum(_SIGNS_36.index(sign) * (7, 3, 1)[at % 3] for at, sign in enumerate(text[:-1]))
    return total % 10 == int(text[-1])


def _sg_uen(value: str) -> bool:
    """Singapore's UEN: a business has eight digits and a letter, a company nine, others letters between (ACRA)."""
    text = alnum_of(value)
    digits = digits_of(text[:-1])
    if _UEN_BUSINESS.fullmatch(text):
        return "XMKECAWLJDB"[weighted_sum(digits, (10, 4, 9, 3, 8, 2, 7, 1)) % 11] == text[-1]
    if _UEN_COMPANY.fullmatch(text):
        return "ZKCMDNERGWH"[weighted_sum(digits, (10, 8, 6, 4, 9, 7, 5, 3, 1)) % 11] == text[-1]
    if not _UEN_OTHER.fullmatch(text):
        return False
    total = sum(
        weight * _SIGNS_32.index(sign) for weight, sign in zip((4, 3, 5, 3, 10, 2, 2, 5, 7), text, strict=False)
    )
    return _SIGNS_32[(total + 6) % 11] == text[-1]


CHECKS: dict[str, Check] = {
    "mod11_10_nine": _mod11_10_nine,
    "cn_uscc": _cn_uscc,
    "jp_corporate": _jp_corporate,
    "gstin": _gstin,
    "tw_ubn": _tw_ubn,
    "tr_vkn": _tr_vkn,
    "be_company": _be_company,
    "ro_cui": _ro_cui,
    "ma_ice": _ma_ice,
    "nz_nhi": _nz_nhi,
    "icao_last": _icao_last,
    "sg_uen": _sg_uen,
}
