"""What one reading of a text says of the further views that are worth making."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, NamedTuple

from ..._gen.views import COMMON_WORDS, CORE_WORDS, SHIFTED_WORDS, SPELLING_WORDS, VIEW_LETTERS, VIEW_WORDS
from ..match import RUN_STARTS, Search, compile_search
from .misspelt import list_misspelt, list_pieces
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
_MARKED = r"[\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{300}-\x{36f}\x{489}\x{1e00}-\x{1eff}]"
_MARKED_LETTER = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u0489\u1e00-\u1eff]")
_JOINED = re.compile(r"(?<=[.\-/|*+~])[A-Za-z]{3,}(?=[.\-/|*+~])")
_LONE = re.compile("(?<![^ \t\r\n])[^A-Za-z \t\r\n]+(?![^ \t\r\n])")
_MARKUP = re.compile(r"(?<=[A-Za-z])[<{\[\\](?=[A-Za-z/!])")
_STREWN = re.compile("(?<=[A-Za-z])[\u2190-\u2bff\U0001f000-\U0001fbff]")
_LEET_SIGN = re.compile("[0-9@$!|+]")
_LETTER = re.compile("[A-Za-z]")
_MAX_TURNED = 1024
_MANY_QUOTES = 6
# Lines whose first letters are read.
LEAST_LINES: Final = 12
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
    ("codes", r"(?:(?:(?:0x|\\x?|=|U\+|%u)0{0,4})?[0-9A-Fa-f]{2}[ ,:;|-]{0,2}){8}"),
    ("codes", "[0-9A-Fa-f]{4}:? {1,2}[0-9A-Fa-f]{2}"),
    ("codes", r"(?:[0-9]{2,5}[^0-9A-Za-z]{1,5}(?:[Cc][Hh][AaRr]{1,2}\()?){6}[0-9]{2}"),
    ("codes", r"(?:\\u\{?[0-9A-Fa-f]{2,6}\}?|\\U[0-9A-Fa-f]{8}){4}"),
    ("morse", r"(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8}"),
    ("tokens", "[!-~]{20}"),
    ("long", "[A-Za-z]{16}"),
    ("joints", r"[.\-/|*+~][A-Za-z]{3,}[.\-/|*+~]"),
    ("lone", r"(?:^|[ \t\r\n])[^A-Za-z \t\r\n]+(?:[ \t\r\n]|$)"),
    ("markup", r"[A-Za-z][<{\[\\][A-Za-z/!]"),
    ("strewn", r"[A-Za-z][\x{2190}-\x{2bff}\x{1f000}-\x{1fbff}]"),
    ("far", r"[\x{370}-\x{52f}]"),
    ("numbers", "(?:[0-9]{1,4}[ ,./|-]{1,3}){8}[0-9]"),
)
_NO_SIGNS: frozenset[str] = frozenset()


class WordTable(NamedTuple):
    """Listed words as they are, in rot13 (from three letters on), backwards (from four on), shifted; all that hide."""

    plain: frozenset[str]
    rotated: frozenset[str]
    backwards: frozenset[str]
    shifted: dict[str, int]
    hidden: frozenset[str]
    # Words as they are, and further ones of English, in order.
    known: dict[str, None]
    # Core words, misspelt forms of them, and what they say; pieces of core words; words of the spelling alphabet.
    core: frozenset[str]
    misspelt: dict[str, str]
    pieces: frozenset[str]
    spelling: frozenset[str]
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
    known = dict.fromkeys([*words, *COMMON_WORDS.split(" ")])
    core = CORE_WORDS.split(" ")
    misspelt = list_misspelt(core, known)
    pieces = list_pieces(core, known)
    spelling = frozenset(SPELLING_WORDS.split(" "))
    hidden = rotated | backwards | shifted.keys() | misspelt.keys() | pieces | spelling
    english = frozenset(SHIFTED_WORDS.split(" "))
    return WordTable(
        frozenset(words),
        rotated,
        backwards,
        shifted,
        hidden,
        known,
        frozenset(core),
        misspelt,
        pieces,
        spelling,
        english,
    )


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
    signs = frozenset(_SIGNS[index][0] for index in found) if found else _NO_SIGNS
    # Counted here: each more that is counted makes the search's states many times as many.
    if encoded.count(b'"') + encoded.count(b"'") >= _MANY_QUOTES:
        signs |= {"quotes"}
    if encoded.count(b"\n") >= LEAST_LINES - 1:
        signs |= {"lines"}
    return signs | {"order"} if _is_turned(encoded) else signs


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


class HiddenWords(NamedTuple):
    """How many words are listed ones in some way; the code of shifted ones, 0 for none."""

    rotated: int
    backwards: int
    shift: int
    misspelt: int
    pieces: int
    spelling: int


def count_hidden_words(text: str) -> HiddenWords:
    """What words say that are listed ones in some way."""
    table = read_word_table()
    words = [word for word in map(str.lower, _WORD.findall(text)) if word in table.hidden]
    ballot = 0
    last = ""
    for word in filter(table.shifted.__contains__, words):
        if word != last:
            ballot = add_vote(ballot, table.shifted[word], len(word))
            last = word
    rotated, backwards, misspelt, pieces, spelling = (
        sum(map(listed.__contains__, words))
        for listed in (table.rotated, table.backwards, table.misspelt, table.pieces, table.spelling)
    )
    return HiddenWords(rotated, backwards, read_ballot(ballot), misspelt, pieces, spelling)


def count_snake(text: str) -> int:
    """How many listed words stand beside an underscore."""
    listed = read_word_table().plain
    return sum(
        match.group().lower() in listed
        and (text[match.end() : match.end() + 1] == "_" or text[max(0, match.start() - 1) : match.start()] == "_")
        for match in _WORD.finditer(text)
    )


def count_joints(text: str) -> int:
    """How many listed words have signs on both sides that stand for blanks."""
    listed = read_word_table().plain
    return sum(word.lower() in listed for word in _JOINED.findall(text))


def count_lone(text: str) -> int:
    """How many tokens have no letter of ASCII."""
    return len(_LONE.findall(text))


def count_markup(text: str) -> int:
    """How many signs of markup stand between letters."""
    return len(_MARKUP.findall(text))


def count_strewn(text: str) -> int:
    """How many pictures stand right behind a letter of ASCII."""
    return len(_STREWN.findall(text))


def count_mixed(text: str) -> int:
    """How many tokens mix letters with what stands for letters."""
    tokens = text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ")
    return sum(1 for token in tokens if _LEET_SIGN.search(token) and _LETTER.search(token))


def _is_turned(encoded: bytes) -> bool:
    """Whether a short text's first word ends a sentence and its last one, which begins with a capital, does not."""
    blank = encoded.find(b" ")
    return (
        blank > 1
        and len(encoded) <= _MAX_TURNED
        and encoded[blank - 1 : blank] in (b".", b"!", b"?")
        and encoded.isascii()
        and encoded[encoded.rfind(b" ") + 1 :][:1].isupper()
        and encoded[-1:].isalpha()
    )


def count_split(text: str) -> tuple[int, int]:
    """How many listed words have signs between their letters, and how many misspelt ones."""
    listed, misspelt = read_word_table().plain, read_word_table().misspelt
    split = slips = 0
    for token in text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" "):
        if not (token.isalpha() and token.isascii()) and _PIECES.search(token):
            joined = _NO_LETTERS.sub("", token)
            if _MIN_SPLIT <= len(joined) <= _MAX_SPLIT:
                if joined.lower() in listed:
                    split += 1
                elif joined.lower() in misspelt:
                    slips += 1
    return split, slips
