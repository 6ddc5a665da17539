"""Words of attacks written with slips of the hand, or to be read past (SPECIFICATION T-72)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

_KEY_ROWS = "qwertyuiop asdfghjkl zxcvbnm"
_SHORT_WORD = 6
_LEAST_PIECE = 4
_LONGEST_PIECE = 8
_VOWEL = re.compile("[aeiou]")
_REPEATED = re.compile(r"(.)\1+")


def _list_forms(word: str) -> Iterable[str]:
    """Forms in which a word is written by slips of the hand, or to be read past."""
    length = len(word)
    for at in range(1, length):
        head, one, tail = word[:at], word[at], word[at + 1 :]
        if tail or one != "s":
            # Without its last `s` it is a word of its own.
            yield head + tail
        yield head + one + one + tail
        if tail:
            yield head + tail[0] + one + tail[1:]
        key = _KEY_ROWS.index(one)
        for other in (_KEY_ROWS[max(0, key - 1) : key], _KEY_ROWS[key + 1 : key + 2]):
            if other.strip():
                yield head + other + tail
    yield "".join(one + one for one in word)
    yield _take_vowels(word)
    yield word[0] + _take_vowels(word[1:])
    if length <= _SHORT_WORD:
        inner = [""]
        for one in word[1:-1]:
            inner = [part[:at] + one + part[at:] for part in inner for at in range(len(part) + 1)]
        for part in inner:
            yield word[0] + part + word[-1]


def _take_vowels(word: str) -> str:
    return _VOWEL.sub("", word)


def list_misspelt(words: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Misspelt forms of words that are no known words, each with the first word that has it."""
    forms: dict[str, str] = {}
    for word in words:
        for form in _list_forms(word):
            if len(form) >= 3 and form not in known:
                forms.setdefault(form, word)
    return forms


def list_pieces(words: Iterable[str], known: Collection[str]) -> frozenset[str]:
    """Stretches of words that are no known words."""
    return frozenset(
        word[start : start + size]
        for word in words
        for start in range(len(word))
        for size in range(_LEAST_PIECE, min(_LONGEST_PIECE, len(word) - 1, len(word) - start) + 1)
        if word[start : start + size] not in known
    )


def _stirred_key(word: str) -> str:
    return word[0] + "".join(sorted(word[1:-1])) + word[-1].upper()


def _squeeze(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


def _list_shorter(word: str) -> list[str]:
    """A word with one letter left out, each of them."""
    return [f"_{word[:at]}{word[at + 1 :]}" for at in range(len(word))]


_readings: dict[str, str] = {}


def _read_readings(known: Iterable[str]) -> Mapping[str, str]:
    """What each key of a word stands for, made once."""
    if _readings:
        return _readings
    readings: dict[str, str] = {}
    for word in known:
        keys = [f"+{_squeeze(word)}", f"-{_take_vowels(word)}", f"-{word[0]}{_take_vowels(word[1:])}"]
        if len(word) >= 4:
            keys += [_stirred_key(word), *_list_shorter(word)]
        for key in keys:
            readings.setdefault(key, word)
    _readings.update(readings)
    return _readings


def correct_word(small: str, known: Mapping[str, None], misspelt: Mapping[str, str]) -> str | None:
    """What a small word of ASCII letters says when it is no known one.

    By its misspelt form, else with its inner letters stirred, letters repeated, one letter wrong, or vowels left out.
    """
    if small in known:
        return None
    found = misspelt.get(small)
    if found is not None:
        return found
    readings = _read_readings(known)
    keys = [_stirred_key(small), f"+{_squeeze(small)}"]
    if len(small) >= 4:
        keys += [*_list_shorter(small), f"_{small}"]
    if not _VOWEL.search(small, 1):
        keys.append(f"-{small}")
    return next((readings[key] for key in keys if key in readings), None)
