"""Addresses of wallets."""

from __future__ import annotations

import hashlib
import re

from .digits import Check, upper_of

_BASE58 = {char: place for place, char in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BECH32 = {char: place for place, char in enumerate("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_SEGWIT = re.compile(r"(BC|TB|BCRT)1([02-9AC-HJ-NP-Z]{7,87})")


def _base58check(value: str) -> bool:
    """25 bytes in base 58, the last four the start of SHA-256 applied twice to the others (Bitcoin, Base58Check)."""
    if not 25 <= len(value) <= 35:
        return False
    number = 0
    for char in value:
        if char not in _BASE58:
            return False
        number = number * 58 + _BASE58[char]
    # Each leading 1 is one zero byte: with more or fewer the text is another one's, or nobody's.
    zeros = len(value) - len(value.lstrip("1"))
    if zeros + (number.bit_length() + 7) // 8 != 25:
        return False
    data = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] == data[21:]


def _bech32_checksum(values: list[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            if top >> bit & 1:
                total ^= generator
    return total


def _segwit(value: str) -> bool:
    """Bitcoin address in Bech32 (version 0) or Bech32m (BIP 173, BIP 350).

    One case, checksum, version to 16, 2 to 40 bytes (20 or 32 in version 0), padding under five bits and zero.
    """
    text = upper_of(value)
    match = _SEGWIT.fullmatch(text)
    if match is None or len(text) > 90 or value not in (text, text.lower()):
        return False
    data = [_BECH32[char] for char in match[2]]
    version, program = data[0], data[1:-6]
    size, padding = divmod(len(program) * 5, 8)
    if version > 16 or not 2 <= size <= 40 or (version == 0 and size not in {20, 32}):
        return False
    if padding > 4 or program[-1] & ((1 << padding) - 1):
        return False
    human = [ord(char) for char in match[1].lower()]
    expanded = [*(code >> 5 for code in human), 0, *(code & 31 for code in human), *data]
    return _bech32_checksum(expanded) == (1 if version == 0 else 0x2BC830A3)


CHECKS: dict[str, Check] = {"base58check": _base58check, "segwit": _segwit}
