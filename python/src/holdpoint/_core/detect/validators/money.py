"""Cards, accounts and wallets."""

from __future__ import annotations

import hashlib
import re

from .countries import COUNTRIES
from .digits import alnum_of, digits_of, has_luhn, is_uniform, weigh

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32M = 0x2BC830A3


def _luhn(value: str) -> bool:
    digits = digits_of(value)
    return len(digits) >= 8 and not is_uniform(digits) and has_luhn(digits)


def _mod97(value: str) -> bool:
    text = alnum_of(value)
    if not _IBAN.fullmatch(text) or not 2 <= int(text[2:4]) <= 98:
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def _bic(value: str) -> bool:
    text = alnum_of(value)
    return len(text) in (8, 11) and text[4:6] in COUNTRIES


def _aba(value: str) -> bool:
    d = digits_of(value)
    if len(d) != 9 or not any(d):
        return False
    first = d[0] * 10 + d[1]
    if not (first <= 12 or 21 <= first <= 32 or 61 <= first <= 72 or first == 80):
        return False
    return weigh(d, (3, 7, 1) * 3) % 10 == 0


def _base58check(value: str) -> bool:
    number = 0
    for char in value:
        place = _BASE58.find(char)
        if place < 0 or number.bit_length() > 200:
            return False
        number = number * 58 + place
    if number.bit_length() > 200:
        return False
    data = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] == data[21:]


def _segwit(value: str) -> bool:
    if value not in (value.lower(), value.upper()):
        return False
    human, _, data = value.lower().rpartition("1")
    if human not in ("bc", "tb", "bcrt") or len(data) < 7:
        return False
    values = [_BECH32.find(char) for char in data]
    if min(values) < 0:
        return False
    prefix = [ord(char) >> 5 for char in human] + [0] + [ord(char) & 31 for char in human]
    return _polymod([*prefix, *values]) == (1 if values[0] == 0 else _BECH32M)


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for index, generator in enumerate(_GENERATORS):
            if top >> index & 1:
                state ^= generator
    return state


MONEY = {
    "luhn": _luhn,
    "mod97": _mod97,
    "bic": _bic,
    "aba": _aba,
    "base58check": _base58check,
    "segwit": _segwit,
}
