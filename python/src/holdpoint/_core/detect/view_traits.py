"""What one reading of a text says of the further views that are worth making."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import cache
from typing import NamedTuple

from ..._gen.views import SHIFTED_WORDS, VIEW_LETTERS, VIEW_WORDS
from ..match import RUN_STARTS, Search, compile_search
from .shifted_letters import SHIFT_CODES, add_vote, read_ballot, write_shifted

SEPARATORS = " \\t\\r\\n.\\-_*~|/+,:;'\"^#=\u00b7\u2022"
_WORD = re.compile("[A-Za-z]{3,}")
_NO_LETTERS = re.compile("[^A-Za-z]+")
_PIECES = re.compile("[A-Za-z][^A-Za-z \t\r\n]+[A-Za-z]")
_DIGIT = re.compile("[0-9]")
_ROT13 = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
)
_MIN_SPLIT, _MAX_SPLIT = 4, 16

# Letters of alphabets that read as ASCII (see `is_odd_letter`).
_ODD = (
    r"[\x{180}-\x{2af}\x{1d00}-\x{1dbf}\x{2100}-\x{218f}\x{2800}-\x{28ff}\x{2c60}-\x{2c7f}\x{a4d0}-\x{a7ff}"
    r"\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}\x{1f1e6}-\x{1f1ff}]"
)
_MIXED = r"(?:[A-Za-z][^ \t\r\n]*[0-9@$!|+]|[0-9@$!|+][^ \t\r\n]*[A-Za-z])"
# Latin letters beyond ASCII; what remains of a mark on an ASCII letter is one of them, or taken off (M-42).
_MARKED = r"[\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{1e00}-\x{1eff}]"
_MARKED_LETTER = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")
_LINE = r"[A-Za-z\x{c0}-\x{10ffff}][^ \t\r\n]{0,31}(?: [^ \t\r\n]{1,32}){0,2}"
# What speaks for a view, each in RE2's syntax: without the sign there is no such view, whatever else the text holds.
# `runs`: something may have to be decoded. `spaced`, `mixed`: five characters in a row, two tokens; no further look.
_SIGNS = (
    *(("runs", start) for start in RUN_STARTS),
    ("odd", _ODD),
    ("cyrillic", r"(?:[A-Za-z][\x{400}-\x{52f}]|[\x{400}-\x{52f}][A-Za-z])"),
    ("marks", f"(?s:{_MARKED}{3 * ('.*' + _MARKED)})"),
    ("gaps", r"[A-Za-z\x{c0}-\x{10ffff}](?:[ \t]{2}|\t)[ \t]*[A-Za-z\x{c0}-\x{10ffff}]"),
    ("gaps", rf"(?:^|\n)[ \t\r]*{_LINE}(?:[ \t\r]*\n[ \t\r\n]*{_LINE}){{2}}"),
    ("spaced", f"(?:^|[{SEPARATORS}])[^{SEPARATORS}](?:[{SEPARATORS}]+[^{SEPARATORS}]){{4}}(?:[{SEPARATORS}]|$)"),
    ("split", f"(?s:{_PIECES.pattern}.*[ \t\r\n].*{_PIECES.pattern})"),
    ("mixed", f"(?s:{_MIXED}.*[ \t\r\n].*{_MIXED})"),
    ("snake", "(?s:_.*_)"),
    ("hyphens", "-\n"),
    ("codes", r"(?:[01]{7,8}[ ,:;|-]{0,2}){5}"),
    ("codes", r"(?:(?:0x|\\x|=)?[0-9A-Fa-f]{2}[ ,:;|-]{0,2}){8}"),
    ("codes", r"(?:[0-9]{2,3}[ ,:;|-]{1,2}){6}[0-9]{2,3}"),
    ("codes", r"(?:\\u\{?[0-9A-Fa-f]{2,6}\}?|\\U[0-9A-Fa-f]{8}){4}"),
    ("morse", r"(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8}"),
    ("base32", "[A-Z2-7]{16}"),
)
_NO_SIGNS: frozenset[str] = frozenset()


class WordTable(NamedTuple):
    """Listed words as they are, in rot13 (from three letters on), backwards (from four on), shifted; all but plain."""

    plain: frozenset[str]
    rotated: frozenset[str]
    backwards: frozenset[str]
    shifted: dict[str, int]
    hidden: frozenset[str]
    # The words of English that are looked for shifted, as they are.
    english: frozenset[str]


def rotate13(text: str) -> str:
    """The ASCII letters thirteen places on."""
    return text.translate(_ROT13)


def reverse(text: str) -> str:
    """The code points from the end to the beginning."""
    return text[::-1]


@cache
def read_word_table() -> WordTable:
    """The words of the catalogue, made ready once."""
    words = VIEW_WORDS.split(" ")
    rotated = frozenset(rotate13(word) for word in words if len(word) >= 3)
    backwards = frozenset(reverse(word) for word in words if len(word) >= 4)
    shifted: dict[str, int] = {}
    for code in SHIFT_CODES:
        for word in SHIFTED_WORDS.split(" "):
            shifted.setdefault(write_shifted(word, code), code)
    hidden = rotated | backwards | shifted.keys()
    return WordTable(frozenset(words), rotated, backwards, shifted, hidden, frozenset(SHIFTED_WORDS.split(" ")))


@cache
def _sign_search() -> Search:
    return compile_search([source for _, source in _SIGNS])


@cache
def _hidden_search() -> Search:
    # By itself: together with the signs it would have hundreds of times the states.
    words = "|".join(sorted(read_word_table().hidden))
    return compile_search([f"(?:^|[^A-Za-z])(?i:{words})(?:[^A-Za-z]|$)"])


def read_signs(encoded: bytes) -> AbstractSet[str]:
    """What speaks for a view of a text in UTF-8, or for something that has to be decoded; most texts have none."""
    found = _sign_search()(encoded)
    return frozenset(_SIGNS[index][0] for index in found) if found else _NO_SIGNS


def holds_hidden_words(encoded: bytes) -> bool:
    """Whether a word stands in a text that is a listed one in rot13, backwards or shifted."""
    return bool(_hidden_search()(encoded))


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


def is_accented(text: str) -> bool:
    """Whether a tenth of its characters are Latin letters with marks."""
    return 10 * len(_MARKED_LETTER.findall(text)) >= len(text)


def count_digits(text: str) -> int:
    """How many ASCII digits there are."""
    return len(_DIGIT.findall(text))


def count_hidden_words(text: str) -> tuple[int, int, int]:
    """How many words are listed ones in rot13, how many backwards, and the code of shifted ones (0: none)."""
    table = read_word_table()
    words = [word.lower() for word in _WORD.findall(text)]
    ballot = 0
    last = ""
    for word in filter(table.shifted.__contains__, words):
        if word != last:
            ballot = add_vote(ballot, table.shifted[word], len(word))
            last = word
    rotated = sum(map(table.rotated.__contains__, words))
    return rotated, sum(map(table.backwards.__contains__, words)), read_ballot(ballot)


def count_snake(text: str) -> int:
    """How many listed words stand beside an underscore."""
    listed = read_word_table().plain
    return sum(
        match.group().lower() in listed
        and (text[match.end() : match.end() + 1] == "_" or text[max(0, match.start() - 1) : match.start()] == "_")
        for match in _WORD.finditer(text)
    )


def count_split(text: str) -> int:
    """How many listed words have signs between their letters."""
    listed = read_word_table().plain
    split = 0
    for token in text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" "):
        if not (token.isalpha() and token.isascii()) and _PIECES.search(token):
            joined = _NO_LETTERS.sub("", token)
            if _MIN_SPLIT <= len(joined) <= _MAX_SPLIT and joined.lower() in listed:
                split += 1
    return split
