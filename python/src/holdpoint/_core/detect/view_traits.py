"""What one reading of a text says of the further views that are worth making."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..._gen.views import VIEW_LETTERS, VIEW_WORDS
from ..match import holds_long_token

SEPARATORS = " \\t\\r\\n.\\-_*~|/+,:;'\"^#=\u00b7\u2022"
_SEPARATOR = re.compile(f"[{SEPARATORS}]+")
_WORD = re.compile("[A-Za-z]{3,}")
_NO_LETTERS = re.compile("[^A-Za-z]+")
# What begins inside a word, if anything does.
_INNER = re.compile("[^A-Za-z \t\r\n][A-Za-z]")
_PIECES = re.compile("[A-Za-z][^A-Za-z \t\r\n]+[A-Za-z]")
_BLANKS = re.compile("[ \t\r\n]+")
_LEET = re.compile(r"[0-9@$!|+]")
_LETTER = re.compile("[A-Za-z]")
_DIGIT = re.compile("[0-9]")
_BASE32_LENGTH = 16
_BASE32 = re.compile("[A-Z2-7]{16}")
_ROT13 = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
)
_ONLY_LETTERS = {code: chr(code).lower() if chr(code).isalpha() else " " for code in range(128)}
# Letters, blanks, signs that may stand for letters, and other signs.
_KINDS = {
    code: "a"
    if _LETTER.match(chr(code))
    else " "
    if _BLANKS.match(chr(code))
    else "0"
    if _LEET.match(chr(code))
    else "."
    for code in range(128)
}
_BLANK_SEPARATORS = {code: " " for code in range(128) if _SEPARATOR.match(chr(code))}
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
    """Listed words as they are, in rot13 (from three letters on), backwards (from four on), and both together."""

    plain: frozenset[str]
    rotated: frozenset[str]
    backwards: frozenset[str]
    hidden: frozenset[str]


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
    rotated = frozenset(rotate13(word) for word in words if len(word) >= 3)
    backwards = frozenset(reverse(word) for word in words if len(word) >= 4)
    return WordTable(frozenset(words), rotated, backwards, rotated | backwards)


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
    plain = text.isascii()
    rotated, backwards = _count_hidden_words(text, plain=plain)
    has_signs, has_inner = _find_signs(text, plain=plain)
    split, mixed = _count_odd_tokens(text) if has_signs or has_inner else (0, 0)
    return TextTraits(
        rotated,
        backwards,
        split,
        _count_snake(text) if "_" in text else 0,
        mixed,
        _longest_row(text, plain=plain),
        len(_DIGIT.findall(text)) if has_signs else 0,
        text.count("\\"),
        text.count(".") + text.count("-"),
        holds_long_token(text, _BASE32_LENGTH) and _BASE32.search(text) is not None,
        0 if plain else sum(map(is_odd_letter, text)),
    )


def _find_signs(text: str, *, plain: bool) -> tuple[bool, bool]:
    """Whether it has signs that may stand for letters, and whether any sign or digit stands right before a letter."""
    if not plain:
        return _LEET.search(text) is not None, _INNER.search(text) is not None
    kinds = text.translate(_KINDS)
    return "0" in kinds, ".a" in kinds or "0a" in kinds


def _count_hidden_words(text: str, *, plain: bool) -> tuple[int, int]:
    """How many words are listed ones in rot13, and how many backwards; shorter words are in neither list."""
    table = read_word_table()
    words = text.translate(_ONLY_LETTERS).split() if plain else [word.lower() for word in _WORD.findall(text)]
    if table.hidden.isdisjoint(words):
        return 0, 0
    return sum(map(table.rotated.__contains__, words)), sum(map(table.backwards.__contains__, words))


def _count_snake(text: str) -> int:
    """How many listed words stand beside an underscore."""
    listed = read_word_table().plain
    return sum(
        match.group().lower() in listed
        and (text[match.end() : match.end() + 1] == "_" or text[max(0, match.start() - 1) : match.start()] == "_")
        for match in _WORD.finditer(text)
    )


def _count_odd_tokens(text: str) -> tuple[int, int]:
    """How many words have signs between their letters, and how many have signs for letters."""
    listed = read_word_table().plain
    split = mixed = 0
    for token in _BLANKS.split(text):
        if _PIECES.search(token):
            joined = _NO_LETTERS.sub("", token)
            if _MIN_SPLIT <= len(joined) <= _MAX_SPLIT and joined.lower() in listed:
                split += 1
        if _LEET.search(token) and _LETTER.search(token):
            mixed += 1
    return split, mixed


def _longest_row(text: str, *, plain: bool) -> int:
    """The longest row of single characters between separators."""
    tokens = text.translate(_BLANK_SEPARATORS).split(" ") if plain else _SEPARATOR.split(text)
    if 1 not in map(len, tokens):
        return 0
    longest = row = 0
    for token in tokens:
        if len(token) == 1:
            row += 1
            longest = max(longest, row)
        elif token:
            row = 0
    return longest
