"""People in Europe."""

from __future__ import annotations

import re

from .digits import alnum_of, digits_of, has_luhn, is_day, is_uniform, number_of, sum_digits, weigh

_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
_NOT_NINO = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
_NIF = re.compile(r"([XYZ]?)([0-9]{7,8})([A-Z])")
_SVNR = re.compile(r"([0-9]{8})([A-Z])([0-9]{3})")
_KVNR = re.compile(r"([A-Z])([0-9]{9})")
_HETU = re.compile(r"([0-9]{6})[-+A-FU-Y]([0-9]{3})([0-9A-Z])")
_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21),
            *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        ),
        strict=True,
    )
)


def _nhs(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 10 or is_uniform(d):
        return False
    check = (11 - weigh(d, range(10, 1, -1)) % 11) % 11
    return check != 10 and check == d[9]


def _nino(value: str) -> bool:
    text = alnum_of(value)
    return _NINO.fullmatch(text) is not None and text[:2] not in _NOT_NINO


def _nif(value: str) -> bool:
    match = _NIF.fullmatch(alnum_of(value))
    if match is None or (match[1] and len(match[2]) != 7):
        return False
    prefix = str("XYZ".index(match[1])) if match[1] else ""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(prefix + match[2]) % 23] == match[3]


def _de_tax_id(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11 or d[0] == 0:
        return False
    repeated = [count for count in map(d[:10].count, set(d[:10])) if count > 1]
    if len(repeated) != 1 or repeated[0] > 3:
        return False
    product = 10
    for digit in d[:10]:
        total = (digit + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == d[10]


def _de_svnr(value: str) -> bool:
    match = _SVNR.fullmatch(alnum_of(value))
    if match is None:
        return False
    digits = digits_of(f"{match[1]}{ord(match[2]) - 64:02d}{match[3]}")
    return _sum_of_digit_sums(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) % 10 == digits[-1]


def _kvnr(value: str) -> bool:
    match = _KVNR.fullmatch(alnum_of(value))
    if match is None:
        return False
    digits = digits_of(f"{ord(match[1]) - 64:02d}{match[2]}")
    return _sum_of_digit_sums(digits, (1, 2) * 5) % 10 == digits[-1]


def _sum_of_digit_sums(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(sum_digits(digit * weight) for digit, weight in zip(digits, weights, strict=False))


def _insee(value: str) -> bool:
    text = alnum_of(value)
    text = text[:5] + {"2A": "19", "2B": "18"}.get(text[5:7], text[5:7]) + text[7:]
    if len(text) != 15 or not text.isdigit() or not 1 <= int(text[0]) <= 8:
        return False
    month = int(text[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50):
        return False
    return 97 - int(text[:13]) % 97 == int(text[13:])


def _codice_fiscale(value: str) -> bool:
    text = alnum_of(value)
    if len(text) != 16 or not text[15].isalpha():
        return False
    odd = sum(_ODD[char] for char in text[0:15:2])
    even = sum(int(char) if char.isdigit() else ord(char) - 65 for char in text[1:15:2])
    return chr(65 + (odd + even) % 26) == text[15]


def _partita_iva(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 11 and any(d) and has_luhn(d)


def _pesel(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11 or not is_day(number_of(d[2:4]) % 20, number_of(d[4:6])):
        return False
    return (10 - weigh(d, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == d[10]


def _personnummer(value: str) -> bool:
    d = digits_of(value)
    if len(d) not in (10, 12):
        return False
    d = d[-10:]
    day = number_of(d[4:6])
    return is_day(number_of(d[2:4]), day - 60 if day > 60 else day) and has_luhn(d)


def _hetu(value: str) -> bool:
    match = _HETU.fullmatch(value.upper())
    if match is None or int(match[2]) < 2 or not is_day(int(match[1][2:4]), int(match[1][:2])):
        return False
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(match[1] + match[2]) % 31] == match[3]


def _no_fnr(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11:
        return False
    first = (11 - weigh(d, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11) % 11
    second = (11 - weigh(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return (first, second) == (d[9], d[10])


def _bsn(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 9 and not is_uniform(d) and (weigh(d, range(9, 1, -1)) - d[8]) % 11 == 0


def _be_nrn(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11:
        return False
    number, check = number_of(d[:9]), number_of(d[9:])
    return check in (97 - number % 97, 97 - (2_000_000_000 + number) % 97)


def _pt_nif(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 9 or d[0] in (0, 4):
        return False
    rest = weigh(d[:8], range(9, 1, -1)) % 11
    return d[8] == (0 if rest < 2 else 11 - rest)


def _cnp(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 13 or d[0] < 1 or not is_day(number_of(d[3:5]), number_of(d[5:7])):
        return False
    rest = weigh(d, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return d[12] == (1 if rest == 10 else rest)


def _egn(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 10:
        return False
    month = number_of(d[2:4])
    month -= 40 if month > 40 else 20 if month > 20 else 0
    return is_day(month, number_of(d[4:6])) and weigh(d, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == d[9]


def _inn(value: str) -> bool:
    d = digits_of(value)
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    if len(d) == 10:
        return weigh(d, weights[2:]) % 11 % 10 == d[9]
    if len(d) != 12:
        return False
    return weigh(d, weights[1:]) % 11 % 10 == d[10] and weigh(d, weights) % 11 % 10 == d[11]


def _snils(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 11 and weigh(d, range(9, 0, -1)) % 101 % 100 == number_of(d[9:])


EUROPE = {
    "nhs": _nhs,
    "nino": _nino,
    "nif": _nif,
    "de_tax_id": _de_tax_id,
    "de_svnr": _de_svnr,
    "kvnr": _kvnr,
    "insee": _insee,
    "codice_fiscale": _codice_fiscale,
    "partita_iva": _partita_iva,
    "pesel": _pesel,
    "personnummer": _personnummer,
    "hetu": _hetu,
    "no_fnr": _no_fnr,
    "bsn": _bsn,
    "be_nrn": _be_nrn,
    "pt_nif": _pt_nif,
    "cnp": _cnp,
    "egn": _egn,
    "inn": _inn,
    "snils": _snils,
}
