"""What tells a credential from words and placeholders."""

from __future__ import annotations

import re

from ..._gen.secrets import SECRET_WORDS
from .entropy import log2_fixed, measure_entropy

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def lower_ascii(text: str) -> str:
    """ASCII letters in lower case, everything else as it is: the same in every language."""
    return text.translate(_LOWER)


_HOLE = re.compile(r"(?:\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*%|\{[A-Za-z0-9_.]+\}|\[[A-Za-z0-9_. ]+\])")
_TOLD = re.compile(r"(?:^|[_-])(?:here|goes|todo|dummy|sample)\Z")


def is_placeholder(value: str) -> bool:
    """True for what stands where a credential would: `EXAMPLE`, `xxxx`, `your-key-here`, a template's hole."""
    lower = lower_ascii(value)
    if any(word in lower for word in SECRET_WORDS["placeholders"]):
        return True
    if _HOLE.fullmatch(value) or _TOLD.search(lower) or value.endswith(".."):
        return True
    # One character over and over.
    return len(value) >= 4 and measure_entropy(value) < 700


_DIGITS = re.compile(r"[0-9]+")
_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_ONE_CASE = re.compile(r"[0-9a-z_-]+|[0-9A-Z_-]+")


def _alphabet_of(value: str) -> int:
    """How many characters a value was drawn from: digits, hex, one case of letters with digits, more."""
    if _DIGITS.fullmatch(value):
        return 10
    if _HEX.fullmatch(value):
        return 16
    return 36 if _ONE_CASE.fullmatch(value) else 64


def needed_entropy(value: str, asked: int) -> int:
    """What is asked, or three quarters of what length and alphabet allow (SPECIFICATION T-52)."""
    reachable = log2_fixed(min(_utf16_length(value), _alphabet_of(value)))
    return min(asked, reachable * 750 // 65536)


def _utf16_length(text: str) -> int:
    return len(text) + sum(1 for char in text if char > "\uffff")


_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_CHANGE = re.compile(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ]{5}")
_TURN = re.compile(r"[a-z](?=[A-Z])|[A-Z](?=[A-Z][a-z])")
_NO_RUN = re.compile(r"[^A-Za-z0-9]+")


def _count_changes(text: str) -> int:
    """How often a letter and a digit stand side by side."""
    return len(_CHANGE.findall(text))


def _is_random_run(run: str) -> bool:
    """True for a run of letters and digits that no word or name looks like."""
    if len(run) < 6:
        return False
    if _DIGITS.fullmatch(run):
        return len(run) >= 15
    changes = _count_changes(run)
    if changes >= 2:
        return len(run) >= 8 or changes >= 4
    return len(run) >= (14 if changes == 1 else 12) and _has_strange_letters(run)


def _has_strange_letters(run: str) -> bool:
    """Five consonants in a row, or capitals where no word begins."""
    if _CONSONANTS.search(run):
        return True
    turns = len(_TURN.findall(run))
    return turns >= 3 and turns * 4 > len(run)


def looks_random(value: str) -> bool:
    """True for values that look drawn at random rather than written by a person."""
    if _UUID.fullmatch(value):
        return True
    if _utf16_length(value) >= 12 and _count_changes(value) >= 4:
        return True
    return any(_is_random_run(run) for run in _NO_RUN.split(value))


_WEAK = frozenset(SECRET_WORDS["weakPasswords"])
_NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]")
_NO_WORD_END = re.compile(r"(?<![^A-Za-z0-9])[^A-Za-z0-9]+\Z")
_CAPITALISED = re.compile(r"[A-Z]?[a-z]+")
_JOINED = re.compile(r"[A-Za-z._-]+")
_HYPHENED = re.compile(r"(?:[a-z]+-){1,3}[a-z]+")
_LONG_WORD = re.compile(r"[a-z]{9,}")
_MEMBER = re.compile(r"[A-Za-z_][A-Za-z_0-9]*(?:(?:\.|->|::)[A-Za-z_][A-Za-z0-9_]*)+")
_NUMBERED = re.compile(r"[a-z]+[0-9]")


def is_weak_word(value: str) -> bool:
    """True for words that are assigned to a password and are none."""
    return lower_ascii(value) in _WEAK


def is_member(value: str) -> bool:
    """True for what reads as code: `request.password`, `this->secret`."""
    return _MEMBER.fullmatch(value) is not None


# A value of base64, whose end does not say that code goes on.
_PADDED = re.compile("[A-Za-z0-9+/_-]{16,}={1,2}")


# When a password was set, or ends (ISO 8601).
_TIME_OF_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9:.+-]*Z?")


def looks_like_password(value: str, *, is_quoted: bool, is_whole_line: bool) -> bool:
    """True for what a person may have chosen as a password: quoted, bare, or bare and all that a line assigns."""
    if _utf16_length(value) < 4 or is_weak_word(_NO_WORD_END.sub("", value)):
        return False
    if _NOT_PRINTABLE.search(value) or value[0] in "#./$@:&*-" or _TIME_OF_DAY.fullmatch(value):
        return False
    if value[-1] in ":([{=" and not (is_quoted and _PADDED.fullmatch(value)):
        return False
    if is_quoted:
        if _CAPITALISED.fullmatch(value):
            return len(value) >= 9 and "a" <= value[0] <= "z"
        joined = _JOINED.fullmatch(value) and any(sign in value for sign in "._-")
        return not joined or _HYPHENED.fullmatch(value) is not None
    if is_whole_line and _LONG_WORD.fullmatch(value):
        return True
    if len(value) < 6 or not any(_is_letter(char) for char in value):
        return False
    if is_member(value):
        return False
    has_digit = any("0" <= char <= "9" for char in value)
    has_sign = any(not (char.isascii() and char.isalnum()) and char not in "_.-" for char in value)
    has_capital = any("A" <= char <= "Z" for char in value)
    return (has_digit and not _NUMBERED.fullmatch(value)) or (has_sign and has_capital)


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
