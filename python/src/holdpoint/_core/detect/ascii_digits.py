"""Digits of all scripts as ASCII digits."""

from __future__ import annotations

import re

# Where the decimal digits of further scripts begin, ten each, all in the Basic Multilingual Plane (Unicode 15, Nd).
_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20),
    *(0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50),
    *(0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0),
)
_DIGITS = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_OTHERS = re.compile("[" + "".join(map(chr, _DIGITS)) + "]")


def to_ascii_digits(text: str) -> str:
    """The text with digits one for one, so that offsets stay; the same text when it has none but ASCII's."""
    return text if text.isascii() or not _OTHERS.search(text) else text.translate(_DIGITS)
