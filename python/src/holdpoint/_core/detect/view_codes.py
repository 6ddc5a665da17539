"""Texts in codes of characters: numbers, bits, escapes, Morse (SPECIFICATION T-41)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ..._gen.views import MORSE_LETTERS


class TextView(NamedTuple):
    """A stretch of a text, written another way."""

    kind: str
    text: str
    start: int
    end: int


MAX_VIEW_LENGTH: Final = 16_384
MAX_VIEWS: Final = 8
_MAX_RUNS = 4

# What marks a code of two digits, with the zeros before them.
_HEX_MARK = re.compile(r"(?:0x|\\x?|=|U\+|%u)0{0,4}(?=[0-9A-Fa-f]{2}(?![0-9A-Fa-f]))")
_HEX_RUN = re.compile(rf"(?:(?:{_HEX_MARK.pattern})?[0-9A-Fa-f]{{2}}[ ,:;|-]{{0,2}}){{8,}}")
_DECIMAL_RUN = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{2,5}[^0-9A-Za-z]{1,5}(?:[Cc][Hh][AaRr]{1,2}\()?){6,}[0-9]{2,5}(?![0-9A-Za-z])"
)
# Lines of a dump: a place, bytes, and what may stand behind them.
_DUMP_RUN = re.compile(r"(?<![^\n])(?:[0-9A-Fa-f]{4,8}:? {1,2}(?:[0-9A-Fa-f]{2,4} {1,2}){1,16}[^\n]{0,80}(?:\n|\Z))+")
_DUMP_LINE = re.compile(r"[0-9A-Fa-f]{4,8}:? {1,2}((?:[0-9A-Fa-f]{2,4} {1,2}){1,16})")
_WHOLE_BYTE = re.compile("[01]{8}")
# Five whole characters; behind them what a copy has damaged too: groups that lost a bit or a blank.
_BINARY_RUN = re.compile(r"(?:[01]{7,8}[ ,:;|-]{0,2}){5,}(?:[01]{1,24}[ ,:;|-]{1,2})*[01]{0,24}")
_ESCAPE_RUN = re.compile(r"(?:\\u\{?[0-9A-Fa-f]{2,6}\}?|\\U[0-9A-Fa-f]{8}){4,}")
_MORSE_RUN = re.compile(
    r"(?<![A-Za-z0-9_)\]}.\-])(?:[.\-_]{1,6}(?:[ \t]{0,2}[/|\n][ \t]{0,2}|[ \t]{1,3})){8,}[.\-_]{0,6}"
)
_BINARY_GROUP = re.compile(r"[01]+")
_HEX_GROUP = re.compile(r"[0-9A-Fa-f]{2}")
_DECIMAL_GROUP = re.compile(r"[0-9]{2,5}")
_ESCAPE_GROUP = re.compile(r"[0-9A-Fa-f]{2,8}")
_MORSE_GAP = re.compile(r"[ \t]*[/|\n][ \t]*|[ \t]{2,3}")
_BLANK = re.compile(r"[ \t]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Of a long run so many characters are looked at before all of it is read: most are no text.
_LOOKS_FIRST = 256


def add_runs(
    text: str,
    views: list[TextView],
    kind: str,
    syntax: re.Pattern[str],
    read: Callable[[str], str | None],
    start: int = 0,
) -> None:
    """Every run of a syntax that reads as a text. `start`: where the text stands in the one that is viewed."""
    found = 0
    for match in syntax.finditer(text):
        if len(views) >= MAX_VIEWS or found >= _MAX_RUNS:
            return
        run = match.group()
        if len(run) > 4 * MAX_VIEW_LENGTH:
            continue
        written = read(run)
        if written is None:
            continue
        found += 1
        views.append(TextView(kind, written, start + match.start(), start + match.end()))


def add_codes(text: str, views: list[TextView]) -> None:
    """Every run of numbers that are codes of characters."""
    add_runs(text, views, "binary", _BINARY_RUN, _read_binary)
    add_runs(text, views, "hex", _DUMP_RUN, _read_dump)
    add_runs(text, views, "hex", _HEX_RUN, lambda run: _read_bytes(_HEX_GROUP.findall(_HEX_MARK.sub("", run)), 16))
    add_runs(text, views, "decimal", _DECIMAL_RUN, _read_numbers)
    add_runs(text, views, "escapes", _ESCAPE_RUN, lambda run: _read_bytes(_ESCAPE_GROUP.findall(run), 16))


def add_morse(text: str, views: list[TextView]) -> None:
    """Every run of Morse code."""
    add_runs(text, views, "morse", _MORSE_RUN, _read_morse)


def _read_bytes(groups: Sequence[str], base: int) -> str | None:
    codes = [int(group, base) for group in groups]
    # Bytes of UTF-8, else the codes themselves.
    if all(code < 256 for code in codes):
        written = _decode(codes)
        if written is not None:
            return readable(written)
    if any(code > 0xFFFF or 0xD800 <= code < 0xE000 for code in codes):
        return None
    return readable("".join(map(chr, codes)))


def _decode(codes: Sequence[int]) -> str | None:
    try:
        return bytes(codes).decode()
    except UnicodeDecodeError:
        return None


def _read_dump(run: str) -> str | None:
    lines = (_DUMP_LINE.match(line) for line in run.split("\n"))
    return _read_bytes(_HEX_GROUP.findall(" ".join(line[1] for line in lines if line)), 16)


def _read_numbers(run: str) -> str | None:
    """Numbers of characters, decimal or else octal."""
    groups = _DECIMAL_GROUP.findall(run)
    written = _read_bytes(groups, 10)
    return _read_bytes(groups, 8) if written is None and "8" not in run and "9" not in run else written


def _read_binary(run: str) -> str | None:
    """What groups of bits say; of the characters that damaged ones were, half may be missing."""
    whole = _decode([int(bits, 2) for bits in _WHOLE_BYTE.findall(run)])
    said = None if whole is None else readable(whole)
    if said is not None:
        return said
    out: list[str] = []
    lost = 0
    for group in _BINARY_GROUP.findall(run):
        for at in range(0, len(group), 8):
            bits = group[at : at + 8]
            char = chr(int(bits, 2)) if len(bits) >= 7 else ""
            if not char or _holds_control(char):
                lost += 1
            else:
                out.append(char)
        if len(out) + lost >= _LOOKS_FIRST and lost * 2 > len(out) + lost:
            return None
    return None if lost * 2 > len(out) + lost else readable("".join(out))


def _read_morse(run: str) -> str | None:
    words = [
        "".join(MORSE_LETTERS.get(sign, "?") if sign else "" for sign in _BLANK.split(word))
        for word in _MORSE_GAP.split(run.replace("_", "-"))
    ]
    out = " ".join(words)
    if "?" in out and (out.count("?") + 1) * 4 > len(out):
        return None
    return readable(out.replace("?", ""))


def _holds_control(char: str) -> bool:
    return _CONTROL.search(char) is not None


def readable(text: str) -> str | None:
    """The text when it holds no control character, at least six letters, and mostly letters and blanks."""
    letters = length = 0
    for char in text:
        code = ord(char)
        if (code < 0x20 and code not in {9, 10, 13}) or 0x7F <= code < 0xA0:
            return None
        size = 2 if code > 0xFFFF else 1
        length += size
        if 0x61 <= (code | 32) <= 0x7A or code == 0x20 or code >= 0xC0:
            letters += size
    return text if letters >= 6 and letters * 4 >= length * 3 else None
