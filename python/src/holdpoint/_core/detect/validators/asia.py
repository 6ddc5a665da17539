"""People in Asia."""

from __future__ import annotations

import re

from .digits import alnum_of, digits_of, has_luhn, is_day, is_uniform, number_of, weigh

_NRIC = re.compile(r"([STFGM])([0-9]{7})([A-Z])")
_CN_ID = re.compile(r"[0-9]{17}[0-9X]")
_TW_ID = re.compile(r"[A-Z][0-9]{9}")
_HKID = re.compile(r"([A-Z]{1,2})([0-9]{6})([0-9A])")
_TW_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"

# The multiplication of the dihedral group of ten, and the permutation (Verhoeff 1969).
_MULTIPLIED = (
    "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210"
)
_PERMUTED = "0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258"
_VERHOEFF_D = tuple(tuple(map(int, row)) for row in _MULTIPLIED.split())
_VERHOEFF_P = tuple(tuple(map(int, row)) for row in _PERMUTED.split())


def _verhoeff(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 12 or d[0] < 2 or d == d[::-1]:
        return False
    check = 0
    for index, digit in enumerate(reversed(d)):
        check = _VERHOEFF_D[check][_VERHOEFF_P[index % 8][digit]]
    return check == 0


def _tckn(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 11 or d[0] < 1:
        return False
    return (7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]


def _rrn(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 13 or not is_day(number_of(d[2:4]), number_of(d[4:6])) or d[6] > 8:
        return False
    rest = weigh(d, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11
    return ((13 if 5 <= d[6] <= 8 else 11) - rest) % 10 == d[12]


def _th_id(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 13 or not 1 <= d[0] <= 8 or is_uniform(d):
        return False
    return (11 - weigh(d, range(13, 1, -1)) % 11) % 10 == d[12]


def _nric(value: str) -> bool:
    match = _NRIC.fullmatch(value.upper())
    if match is None:
        return False
    kind = match[1]
    total = weigh(digits_of(match[2]), (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(kind, 0)
    rest = total % 11
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK"}
    wanted = "KLJNPQRTUWX"[10 - rest] if kind == "M" else letters[kind][rest]
    return match[3] == wanted


def _cn_id(value: str) -> bool:
    text = alnum_of(value)
    if not _CN_ID.fullmatch(text) or not 1850 <= int(text[6:10]) <= 2100:
        return False
    if not is_day(int(text[10:12]), int(text[12:14])):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[weigh(digits_of(text[:17]), weights) % 11] == text[17]


def _tw_id(value: str) -> bool:
    text = alnum_of(value)
    if not _TW_ID.fullmatch(text):
        return False
    digits = [*divmod(10 + _TW_LETTERS.index(text[0]), 10), *digits_of(text[1:])]
    return weigh(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def _hkid(value: str) -> bool:
    match = _HKID.fullmatch(alnum_of(value))
    if match is None:
        return False
    letters = [ord(char) - 55 for char in match[1]]
    values = [*([36] if len(letters) == 1 else []), *letters, *digits_of(match[2])]
    check = (11 - weigh(values, range(9, 1, -1)) % 11) % 11
    return ("A" if check == 10 else str(check)) == match[3]


def _il_id(value: str) -> bool:
    d = digits_of(value)
    return len(d) == 9 and not is_uniform(d) and has_luhn(d)


def _ir_id(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 10 or is_uniform(d):
        return False
    rest = weigh(d, range(10, 1, -1)) % 11
    return d[9] == (rest if rest < 2 else 11 - rest)


ASIA = {
    "verhoeff": _verhoeff,
    "tckn": _tckn,
    "rrn": _rrn,
    "th_id": _th_id,
    "nric": _nric,
    "cn_id": _cn_id,
    "tw_id": _tw_id,
    "hkid": _hkid,
    "il_id": _il_id,
    "ir_id": _ir_id,
}
