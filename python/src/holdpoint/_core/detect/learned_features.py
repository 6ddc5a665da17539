"""Features of one stretch of text for linear models (SPECIFICATION T-45)."""

from __future__ import annotations

import re
from typing import Final

BLOCK_LENGTH: Final = 256

_PRIME = 0x01000193
_WORD_SEED = 0x1B873593
_GRAM_SEED = 0x5BD1E995
_PAIR_SEED = 0x27D4EB2F
_MASK = 0xFFFFFFFF

# Capitals made small, digits `0`, blanks alike: what `str.translate` does in one call.
_FOLDED = (
    {code: code + 32 for code in (*range(0x41, 0x5B), *range(0xC0, 0xDF), *range(0x391, 0x3AA), *range(0x410, 0x430))}
    | {code: code + 80 for code in range(0x400, 0x410)}
    | dict.fromkeys(range(0x30, 0x3A), 0x30)
    | dict.fromkeys((0x09, 0x0B, 0x0C, 0x0D, 0xA0, 0x3000), 0x20)
)
del _FOLDED[0xD7]
_LINE_BREAK = re.compile("[ \n]*\n[ \n]*")
_BLANKS = re.compile("  +")
_WORD = re.compile("[a-z0\u00aa-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2fff\u3040-\ufeff\uff10-\U0010ffff]+")
_PAIRED = re.compile("[\u2e80-\U0010ffff]")


def list_features(text: str, bits: int) -> set[int]:
    """The distinct buckets of a stretch of at most `BLOCK_LENGTH` code points."""
    folded = _BLANKS.sub(" ", _LINE_BREAK.sub("\n", text.translate(_FOLDED)))
    codes = [ord(char) for char in folded]
    # Products need not be cut to 32 bits at each step: multiplying and xor carry nothing downward.
    hashes = {
        ((((_GRAM_SEED ^ first) * _PRIME ^ second) * _PRIME & _MASK ^ third) * _PRIME ^ fourth) * _PRIME & _MASK
        for first, second, third, fourth in zip(codes, codes[1:], codes[2:], codes[3:], strict=False)
    }
    add = hashes.add
    if not folded.isascii():
        for match in _PAIRED.finditer(folded, 1):
            at = match.start()
            add(((_PAIR_SEED ^ codes[at - 1]) * _PRIME ^ codes[at]) * _PRIME & _MASK)
    before = 0
    for word in _WORD.findall(folded):
        value = _hash_word(word)
        add(value)
        if before != 0:
            add((before * 31 + value) & _MASK)
        before = value
    shift = 32 - bits
    mixed = [(value ^ value >> 15) * 0x2C1B3C6D & _MASK for value in hashes]
    return {(h ^ h >> 12) >> shift for h in mixed}


def _hash_word(word: str) -> int:
    value = _WORD_SEED
    for char in word:
        value = (value ^ ord(char)) * _PRIME & _MASK
    return value
