"""Features of one stretch of text for linear models (SPECIFICATION T-45)."""

from __future__ import annotations

from typing import Final

BLOCK_LENGTH: Final = 256

_PRIME = 0x01000193
_WORD_SEED = 0x1B873593
_GRAM_SEED = 0x5BD1E995
_PAIR_SEED = 0x27D4EB2F
_MASK = 0xFFFFFFFF


def list_features(text: str, bits: int) -> set[int]:
    """The distinct buckets of a stretch of at most `BLOCK_LENGTH` code points."""
    codes = _read_codes(text)
    hashes: set[int] = set()
    add = hashes.add
    length = len(codes)
    word = _WORD_SEED
    size = before = 0
    for i in range(3, length):
        h = (_GRAM_SEED ^ codes[i - 3]) * _PRIME & _MASK
        h = (h ^ codes[i - 2]) * _PRIME & _MASK
        h = (h ^ codes[i - 1]) * _PRIME & _MASK
        add((h ^ codes[i]) * _PRIME & _MASK)
    for i, code in enumerate(codes):
        if code >= 0x2E80 and i >= 1:
            add((((_PAIR_SEED ^ codes[i - 1]) * _PRIME & _MASK) ^ code) * _PRIME & _MASK)
        if _is_word_code(code):
            word = (word ^ code) * _PRIME & _MASK
            size += 1
        elif size > 0:
            add(word)
            if before != 0:
                add((before * 31 + word) & _MASK)
            before = word
            word = _WORD_SEED
            size = 0
    if size > 0:
        add(word)
        if before != 0:
            add((before * 31 + word) & _MASK)
    shift = 32 - bits
    buckets: set[int] = set()
    for value in hashes:
        h = (value ^ value >> 15) * 0x2C1B3C6D & _MASK
        buckets.add((h ^ h >> 12) >> shift)
    return buckets


def _read_codes(text: str) -> list[int]:
    codes: list[int] = []
    last = 0
    for char in text:
        code = _fold_code(ord(char))
        if code in {0x20, 0x0A}:
            if last == 0x0A:
                continue
            if last == 0x20:
                codes.pop()
        codes.append(code)
        last = code
    return codes


def _fold_code(code: int) -> int:
    if code < 0x80:
        if 0x41 <= code <= 0x5A:
            return code + 32
        if 0x30 <= code <= 0x39:
            return 0x30
        return 0x20 if code == 9 or 11 <= code <= 13 else code
    if 0xC0 <= code <= 0xDE:
        return code if code == 0xD7 else code + 32
    if 0x391 <= code <= 0x3A9:
        return code + 32
    if 0x400 <= code <= 0x42F:
        return code + (80 if code < 0x410 else 32)
    return 0x20 if code in {0xA0, 0x3000} else code


def _is_word_code(code: int) -> bool:
    if code < 0x80:
        return 0x61 <= code <= 0x7A or code == 0x30
    if code < 0xAA or code in {0xD7, 0xF7}:
        return False
    return not (0x2000 <= code <= 0x2BFF or 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFF0F)
