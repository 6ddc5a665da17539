"""What the generated Unicode tables say of a code point."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from holdpoint._gen import unicode_tables

_DIGITS = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")}
Ranges = tuple[list[int], list[int]]


def _numbers(text: str) -> Iterator[int]:
    value = 0
    shift = 0
    for char in text:
        digit = _DIGITS[char]
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            yield value
            value = shift = 0


@cache
def _late() -> Ranges:
    firsts: list[int] = []
    lasts: list[int] = []
    at = 0
    numbers = _numbers(unicode_tables.ASSIGNED_AFTER_UNICODE13)
    for distance in numbers:
        firsts.append(at + distance)
        at += distance + next(numbers)
        lasts.append(at)
    return firsts, lasts


@cache
def _categories(majors: str) -> Ranges:
    names = unicode_tables.CATEGORY_NAMES.split(" ")
    firsts: list[int] = []
    lasts: list[int] = []
    at = 0
    lengths, values = unicode_tables.CATEGORY_RUNS.split(" ")
    for length, name in zip(_numbers(lengths), _numbers(values), strict=True):
        if name and names[name - 1][0] in majors:
            firsts.append(at)
            lasts.append(at + length - 1)
        at += length
    return firsts, lasts


@cache
def _confusables() -> dict[int, str]:
    found: dict[int, str] = {}
    at = 0
    numbers = _numbers(unicode_tables.ASCII_CONFUSABLES)
    for distance in numbers:
        at += distance
        found[at] = "".join(chr(next(numbers)) for _ in range(next(numbers)))
    return found


def _has(ranges: Ranges, code: int) -> bool:
    index = bisect_right(ranges[0], code) - 1
    return index >= 0 and code <= ranges[1][index]


@cache
def is_stable(code: int) -> bool:
    """Return whether every Unicode version from 13.0 on normalises the code point alike."""
    return _has(_categories("CLMNPSZ"), code) and not _has(_late(), code)


@cache
def list_ascii_twins() -> dict[str, str]:
    """Return the characters beyond ASCII that can be taken for ASCII text, with that text."""
    return {chr(code): twin for code, twin in _confusables().items() if code >= 0x80}


@cache
def is_mark(code: int) -> bool:
    """Return whether it is a combining mark."""
    return code >= 0x300 and _has(_categories("M"), code)


def is_ordered(code: int) -> bool:
    """Return whether NFKC puts it in order: marks, and the half-width sound marks that become some."""
    return code in {0xFF9E, 0xFF9F} or is_mark(code)


@cache
def is_word(code: int) -> bool:
    """Return whether it is a letter, mark or number."""
    return _has(_categories("LMN"), code)


def is_ascii_letter(code: int) -> bool:
    """Return whether it is one of A to Z and a to z."""
    return 0x61 <= code <= 0x7A or 0x41 <= code <= 0x5A


def joins_before(code: int) -> bool:
    """Return whether NFKC may join the code point with the one before it."""
    if code < 0x300:
        return False
    return (
        0x1160 <= code <= 0x11FF
        or 0x3131 <= code <= 0x318E
        or 0xD7B0 <= code <= 0xD7FB
        or 0xFF9E <= code <= 0xFFDC
        or is_mark(code)
    )
