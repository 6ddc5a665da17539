"""What one reading of a text says of the further views that are worth making."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..._gen.views import VIEW_LETTERS, VIEW_WORDS

SEPARATORS = " \\t\\r\\n.\\-_*~|/+,:;'\"^#=\u00b7\u2022"
_SEPARATOR = re.compile(f"[{SEPARATORS}]+")
_WORD = re.compile("[A-Za-z]{3,}")
_LETTERS = re.compile("[A-Za-z]+")
_NO_LETTERS = re.compile("[^A-Za-z]+")
_PIECES = re.compile("[A-Za-z][^A-Za-z \t\r\n]+[A-Za-z]")
_BLANKS = re.compile("[ \t\r\n]+")
_LEET = re.compile(r"[0-9@$!|+]")
_LETTER = re.compile("[A-Za-z]")
_DIGIT = re.compile("[0-9]")
_BASE32 = re.compile("[A-Z2-7]{16}")
_ROT13 = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
)
_MIN_SPLIT, _MAX_SPLIT = 4, 16


class TextTraits(NamedTuple):
    """Counts of what speaks for a view; see the TypeScript twin."""

    rotated: int
    backwards: int
    split: int
    snake: int
    mixed: int
    spaced: int
    digits: int
    escapes: int
    strokes: int
    base32: bool
    odd: int


class WordTable(NamedTuple):
    """Listed words as they are, in rot13 (from three letters on) and backwards (from four on)."""

    plain: frozenset[str]
    rotated: frozenset[str]
    backwards: frozenset[str]


def rotate13(text: str) -> str:
    """The ASCII letters thirteen places on."""
    return text.translate(_ROT13)


def reverse(text: str) -> str:
    """The code points from the end to the beginning."""
    return text[::-1]


@lru_cache(maxsize=1)
def read_word_table() -> WordTable:
    """The words of the catalogue, made ready once."""
    words = VIEW_WORDS.split(" ")
    return WordTable(
        frozenset(words),
        frozenset(rotate13(word) for word in words if len(word) >= 3),
        frozenset(reverse(word) for word in words if len(word) >= 4),
    )


def is_odd_letter(char: str) -> bool:
    """Whether it is a letter of the listed alphabets, or a negative or regional letter."""
    code = ord(char)
    if code < 0x180:
        return False
    if code >= 0x1F130:
        return 0x1F150 <= code <= 0x1F169 or 0x1F170 <= code <= 0x1F189 or 0x1F1E6 <= code <= 0x1F1FF
    near = (
        code < 0x2B0
        or 0x1D00 <= code < 0x1DC0
        or 0x2100 <= code < 0x2190
        or 0x2800 <= code < 0x2900
        or 0x2C60 <= code < 0x2C80
        or 0xA4D0 <= code < 0xA800
    )
    return near and char in VIEW_LETTERS


def read_traits(text: str) -> TextTraits:
    """Read a text for signs of views."""
    table = read_word_table()
    rotated = backwards = snake = 0
    has_underscore = "_" in text
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word in table.rotated:
            rotated += 1
        if word in table.backwards:
            backwards += 1
        if has_underscore and word in table.plain:
            start, end = match.span()
            if text[end : end + 1] == "_" or (start > 0 and text[start - 1] == "_"):
                snake += 1
    split = mixed = 0
    if _PIECES.search(text) or _LEET.search(text):
        for token in _BLANKS.split(text):
            if _PIECES.search(token):
                joined = _NO_LETTERS.sub("", token)
                if _MIN_SPLIT <= len(joined) <= _MAX_SPLIT and joined.lower() in table.plain:
                    split += 1
            if _LEET.search(token) and _LETTER.search(token):
                mixed += 1
    return TextTraits(
        rotated,
        backwards,
        split,
        snake,
        mixed,
        _longest_row(text),
        len(_DIGIT.findall(text)),
        text.count("\\"),
        text.count(".") + text.count("-"),
        _BASE32.search(text) is not None,
        0 if text.isascii() else sum(is_odd_letter(char) for char in text),
    )


def _longest_row(text: str) -> int:
    """The longest row of single characters between separators."""
    longest = row = 0
    for token in _SEPARATOR.split(text):
        if len(token) == 1:
            row += 1
            longest = max(longest, row)
        elif token:
            row = 0
    return longest
