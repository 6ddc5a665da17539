"""Texts whose letters are shifted: Caesar's cipher, Atbash and pig Latin (SPECIFICATION T-41)."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase
from typing import Final

# The code of Atbash, of pig Latin; those from 1 to 25 are the shifts of Caesar's cipher.
ATBASH_CODE: Final = 26
PIG_LATIN_CODE: Final = 27
# Each key one to the right of what is meant, and one to the left.
RIGHT_KEY_CODE: Final = 28
LEFT_KEY_CODE: Final = 29

# Every code that is looked for; a shift of 13 is rot13, which has a list of its own.
SHIFT_CODES: Final = tuple(code for code in range(1, LEFT_KEY_CODE + 1) if code != 13)

_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LONG_WORD = 6
_BALLOT_BITS = 20
_VOTES = (1 << _BALLOT_BITS) - 1
_ONSET = re.compile("[^aeiou]?qu|[^aeiou]+")
# Whole words: a search for their last letters would begin anew at each letter of a long one.
_WHOLE_WORD = re.compile("[A-Za-z]+")
_VOWEL_WORD = re.compile("([AEIOUaeiou].*)[wy]ay")
# What an English word may begin with.
_PIG_LATIN_HEAD = re.compile(
    r"(?:s[ct]r|sp[lr]|squ|thr|shr|sch|[bcfgps]l|[bcdfgptw]r|[cpstw]h|s[cfkmnpqtvw]|dw|tw|kn|qu|[^aeiou])\Z",
    re.IGNORECASE | re.ASCII,
)


def add_vote(ballot: int, code: int, length: int) -> int:
    """A ballot after one more word in a code: the code that leads, and its votes; two for a long word."""
    leader, votes = ballot >> _BALLOT_BITS, ballot & _VOTES
    weight = 2 if length >= _LONG_WORD else 1
    if votes == 0 or leader == code:
        return code << _BALLOT_BITS | min(votes + weight, _VOTES)
    return leader << _BALLOT_BITS | max(0, votes - weight)


def read_ballot(ballot: int) -> int:
    """The code that two votes speak for, or 0."""
    return ballot >> _BALLOT_BITS if ballot & _VOTES >= 2 else 0


def name_shift(code: int) -> str:
    """What a view in a code is called."""
    if code == PIG_LATIN_CODE:
        return "pig_latin"
    return "atbash" if code == ATBASH_CODE else "keyboard" if code > PIG_LATIN_CODE else "caesar"


def write_shifted(word: str, code: int) -> str:
    """A word of small ASCII letters, written in a code."""
    if code == PIG_LATIN_CODE:
        return _write_pig_latin(word)
    return _move_letters(word, lambda at: _move_letter(at, code, 1))


def read_shifted(text: str, code: int, is_listed: Callable[[str], bool]) -> str:
    """What a text in a code says; pig Latin has several readings of a word, of which a listed one is best."""
    if code == PIG_LATIN_CODE:
        return _WHOLE_WORD.sub(lambda match: _read_word(match.group(), is_listed), text)
    return _move_letters(text, lambda at: _move_letter(at, code, -1))


def _move_letter(at: int, code: int, way: int) -> int:
    if code == ATBASH_CODE:
        return 25 - at
    if code <= ATBASH_CODE:
        return at + 26 + way * code
    letter = ascii_lowercase[at]
    row = next(keys for keys in _KEY_ROWS if letter in keys)
    return ascii_lowercase.index(row[(row.index(letter) + (way if code == RIGHT_KEY_CODE else -way)) % len(row)])


def _move_letters(text: str, move: Callable[[int], int]) -> str:
    moved = {
        ord(letter): letters[move(at) % 26]
        for letters in (ascii_lowercase, ascii_uppercase)
        for at, letter in enumerate(letters)
    }
    return text.translate(moved)


def _write_pig_latin(word: str) -> str:
    onset = _ONSET.match(word)
    return f"{word}way" if onset is None else f"{word[onset.end() :]}{onset.group()}ay"


def _read_word(word: str, is_listed: Callable[[str], bool]) -> str:
    return _read_pig_latin(word, is_listed) if len(word) > 3 and word.endswith("ay") else word


def _read_pig_latin(word: str, is_listed: Callable[[str], bool]) -> str:
    """A word with its head put back: such that it is a listed one, else the longest head that begins words."""
    whole = _VOWEL_WORD.fullmatch(word)
    if whole and len(whole.group(1)) > 1:
        return whole.group(1)
    stem = word[:-2]
    for size in range(1, min(4, len(stem))):
        turned = stem[-size:] + stem[:-size]
        if is_listed(turned.lower()):
            return turned
    head = _PIG_LATIN_HEAD.search(stem)
    return head.group() + stem[: head.start()] if head else stem
