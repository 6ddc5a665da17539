"""Texts written as numbers in another base (SPECIFICATION T-73)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Final, NamedTuple

from ..._gen.views import NUMBER_BASES
from .view_codes import TextView, add_runs, readable

# Digits of one run that are read.
_MAX_DIGITS = 4096
_MAX_WHOLE = 512
_MAX_TOKENS = 16
# Where small letters, capitals and digits meet; in words, paths and addresses they seldom do.
_TURN = re.compile("[a-z](?=[A-Z0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[0-9])")
_LEAST_TURNS = 3
_LONG_TOKEN = re.compile("[!-~]{20,}")
_UU_RUN = re.compile(r"begin [0-7]{3} [^\n]{1,64}\n(?:[!-M][!-`]{4,84}\n?)+")
_GROUPS_RUN = re.compile("(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4,76}[ \r\n]{1,2}){3,}[A-Za-z0-9+/]{1,76}={0,2}")
_GAP = re.compile("[ \r\n]+")
_UU_DIGITS: Final = {chr(32 + value): value for value in range(64)}
_BASE64_DIGITS: Final = {
    digit: value for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}


class _NumberBase(NamedTuple):
    run: re.Pattern[str]
    read: Callable[[str], str | None]
    # A blank is one of its digits.
    has_blanks: bool


@cache
def _list_bases() -> Sequence[_NumberBase]:
    bases = []
    for digits, run, chars, size, turned in NUMBER_BASES:
        values = {digit: value for value, digit in enumerate(digits)}
        read = partial(_read_run, values=values, chars=chars, size=size, turned=turned)
        bases.append(_NumberBase(re.compile(run), read, " " in digits))
    return bases


def _read_run(found: str, *, values: dict[str, int], chars: int, size: int, turned: str) -> str | None:
    run = found[::-1] if turned == "run" else found
    if chars == 0:
        return _read_whole(run, values)
    return _read_bytes(_read_groups(run[:_MAX_DIGITS], values, chars, size, turned=turned == "group"))


def _read_groups(run: str, values: dict[str, int], chars: int, size: int, *, turned: bool) -> bytes | None:
    """Groups of digits, each some bytes; a last one that is not full is filled with the highest digit."""
    out = bytearray()
    for at in range(0, len(run), chars):
        group = run[at : at + chars]
        count = len(group) * size // chars
        digits = [values.get(digit, 0) for digit in (reversed(group) if turned else group)]
        if not turned:
            digits += [len(values) - 1] * (chars - len(digits))
        value = 0
        for digit in digits:
            value = value * len(values) + digit
        places = count if turned else size
        if value >= 256**places:
            return None
        out += value.to_bytes(places, "big")[:count]
        if at == 0 and not _may_begin(out):
            return None
    return bytes(out)


def _may_begin(found: bytes | bytearray) -> bool:
    """Whether bytes may begin a text: no control characters."""
    return all((byte >= 0x20 and byte != 0x7F) or byte == 10 for byte in found)


def _read_whole(run: str, values: dict[str, int]) -> str | None:
    """All digits as one number."""
    if len(run) > _MAX_WHOLE:
        return None
    value = 0
    for digit in run:
        value = value * len(values) + values.get(digit, 0)
    found = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _read_bytes(found) if _may_begin(found) else None


def _read_bytes(found: bytes | None) -> str | None:
    if found is None:
        return None
    try:
        return readable(found.decode())
    except UnicodeDecodeError:
        return None


def _read_uu(run: str) -> str | None:
    """What lines of uuencode say: their first character tells how many bytes follow."""
    out = b""
    for line in run.split("\n")[1:]:
        length = (ord(line[0]) - 32) & 63 if line else 0
        digits = line[1 : 1 + -(-length * 4 // 3)].replace("`", " ")
        said = _read_groups(digits, _UU_DIGITS, 4, 3, turned=False)
        if said is None:
            return None
        out += said[:length]
    return _read_bytes(out)


def _read_base64_groups(run: str) -> str | None:
    """Base64 in groups of the same length."""
    *groups, last = _GAP.split(run.rstrip("="))
    if any(len(group) != len(groups[0]) for group in groups) or len(last) > len(groups[0]):
        return None
    return _read_bytes(_read_groups("".join((*groups, last))[:_MAX_DIGITS], _BASE64_DIGITS, 4, 3, turned=False))


def add_bases(text: str, views: list[TextView], *, is_mixed: bool) -> None:
    """Every run of a base that says a text: those within long tokens, and those that hold blanks."""
    tokens = [token for token in _LONG_TOKEN.finditer(text) if len(_TURN.findall(token[0])) >= _LEAST_TURNS]
    for token in tokens[:_MAX_TOKENS]:
        for base in _list_bases():
            add_runs(token[0][:_MAX_DIGITS], views, "base32", base.run, base.read, token.start())
    if is_mixed:
        add_runs(text, views, "base32", _GROUPS_RUN, _read_base64_groups)
        for base in _list_bases():
            if base.has_blanks:
                add_runs(text, views, "base32", base.run, base.read)
    if tokens and "begin " in text:
        add_runs(text, views, "base32", _UU_RUN, _read_uu)
