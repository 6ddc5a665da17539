"""Escapes and character classes of a pattern."""

from __future__ import annotations

import re
from typing import NoReturn

from holdpoint._core.match._ranges import MAX_CODE_POINT, Ranges, find_unicode_group, fold, merge, negate, pairs
from holdpoint._core.match._tree import PatternSyntaxError

_HEX = frozenset("0123456789abcdefABCDEF")
_OCTAL = frozenset("01234567")
_SIMPLE = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_WORD = re.compile("[A-Za-z0-9]")


def _codes(text: str) -> Ranges:
    return tuple(map(ord, text))


PERL = {"d": _codes("09"), "s": _codes("\t\n\f\r  "), "w": _codes("09AZ__az")}
POSIX = {
    "alnum": _codes("09AZaz"),
    "alpha": _codes("AZaz"),
    "ascii": _codes("\0\x7f"),
    "blank": _codes("\t\t  "),
    "cntrl": _codes("\0\x1f\x7f\x7f"),
    "digit": _codes("09"),
    "graph": _codes("!~"),
    "lower": _codes("az"),
    "print": _codes(" ~"),
    "punct": _codes("!/:@[`{~"),
    "space": _codes("\t\r  "),
    "upper": _codes("AZ"),
    "word": _codes("09AZ__az"),
    "xdigit": _codes("09AFaf"),
}


def refuse(position: int, message: str) -> NoReturn:
    """Refuse the pattern at a code point."""
    raise PatternSyntaxError(position, message)


class Reader:
    """Walks a pattern's source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        """Return the character at the reader plus `ahead`, or an empty string at the end."""
        at = self.at + ahead
        return self.text[at] if at < len(self.text) else ""

    def take(self) -> str:
        """Return the character under the reader and move past it."""
        self.at += 1
        return self.text[self.at - 1]

    def take_if(self, expected: str) -> bool:
        """Move past `expected` when it stands there."""
        if not self.text.startswith(expected, self.at):
            return False
        self.at += len(expected)
        return True

    @property
    def ended(self) -> bool:
        """Return whether all was read."""
        return self.at >= len(self.text)


def parse_escape(reader: Reader) -> int:
    """Read one escaped character, the reader standing on its backslash."""
    start = reader.at
    reader.at += 1
    if reader.ended:
        refuse(start, "trailing `\\` at the end of the pattern; escape it as `\\\\`")
    c = reader.take()
    if "1" <= c <= "9" and not (c in _OCTAL and reader.peek() in _OCTAL):
        refuse(start, f"back-reference `\\{c}` is not supported: it cannot be matched in linear time")
    if c in _OCTAL:
        value = int(c)
        for _ in range(2):
            if reader.peek() in _OCTAL:
                value = value * 8 + int(reader.take())
        return value
    if c == "x":
        return _parse_hex(reader, start)
    if c in _SIMPLE:
        return _SIMPLE[c]
    if c < "\x80" and not _WORD.match(c):
        return ord(c)
    return _bad_escape(reader, start)


def _bad_escape(reader: Reader, start: int) -> NoReturn:
    refuse(start, f"unknown escape `{reader.text[start : reader.at]}`")


def _parse_hex(reader: Reader, start: int) -> int:
    if reader.peek() == "{":
        reader.at += 1
        value = count = 0
        while reader.peek() in _HEX:
            value = value * 16 + int(reader.take(), 16)
            count += 1
            if value > MAX_CODE_POINT:
                reader.at -= 1
                refuse(start, "the code point in `\\x{…}` is above 10FFFF")
        if count == 0 or reader.peek() != "}":
            _bad_escape(reader, start)
        reader.at += 1
        return value
    if reader.peek() not in _HEX or reader.peek(1) not in _HEX:
        _bad_escape(reader, start)
    return int(reader.take() + reader.take(), 16)


def apply_sign(ranges: Ranges, *, negated: bool, fold_case: bool) -> Ranges:
    """Return the ranges of a class, folded before they are negated, as RE2 does."""
    folded = fold(ranges) if fold_case else ranges
    return negate(folded) if negated else folded


def parse_class_escape(reader: Reader, *, fold_case: bool) -> Ranges | None:
    r"""Read `\d`, `\s`, `\w`, `\pN`, `\p{…}` and their negations; None when something else stands at the reader."""
    if reader.peek() != "\\":
        return None
    letter = reader.peek(1)
    if letter and letter in "dswDSW":
        reader.at += 2
        return apply_sign(PERL[letter.lower()], negated=letter < "a", fold_case=fold_case)
    if letter not in {"p", "P"}:
        return None
    return _parse_property(reader, fold_case=fold_case)


def _parse_property(reader: Reader, *, fold_case: bool) -> Ranges:
    start = reader.at
    negated = reader.peek(1) == "P"
    reader.at += 2
    if reader.ended:
        refuse(start, f"`{reader.text[start:]}` lacks the name of a category or script")
    if reader.peek() == "{":
        end = reader.text.find("}", reader.at)
        if end < 0:
            refuse(start, "`\\p{` lacks its `}`")
        name = reader.text[reader.at + 1 : end]
        reader.at = end + 1
    else:
        name = reader.take()
    if name.startswith("^"):
        negated = not negated
        name = name[1:]
    ranges = find_unicode_group(name)
    if ranges is None:
        refuse(start, f"unknown category or script `{reader.text[start : min(reader.at, start + 40)]}`")
    # Any is the whole code space in RE2 whatever its case variants.
    return apply_sign(ranges, negated=negated, fold_case=fold_case and name != "Any")


def parse_class(reader: Reader, *, fold_case: bool) -> Ranges:
    """Read `[…]`, the reader standing on `[`."""
    start = reader.at
    reader.at += 1
    negated = reader.take_if("^")
    found: list[tuple[int, int]] = []
    first = True
    while first or reader.peek() != "]":
        first = False
        if reader.ended:
            refuse(start, "`[` lacks its `]`")
        group = _parse_posix(reader, fold_case=fold_case)
        if group is None:
            group = parse_class_escape(reader, fold_case=fold_case)
        if group is None:
            group = _parse_range(reader, start, fold_case=fold_case)
        found += pairs(group)
    reader.at += 1
    ranges = merge(found)
    return negate(ranges) if negated else ranges


def _parse_posix(reader: Reader, *, fold_case: bool) -> Ranges | None:
    if reader.peek() != "[" or reader.peek(1) != ":":
        return None
    end = reader.text.find(":]", reader.at + 2)
    if end < 0:
        return None
    whole = reader.text[reader.at : end + 2]
    negated = whole[2:3] == "^"
    ranges = POSIX.get(whole[3 if negated else 2 : -2])
    if ranges is None:
        refuse(reader.at, f"unknown character class `{whole[:40]}`")
    reader.at = end + 2
    return apply_sign(ranges, negated=negated, fold_case=fold_case)


def _parse_range(reader: Reader, class_start: int, *, fold_case: bool) -> Ranges:
    start = reader.at
    first = last = _parse_class_character(reader, class_start)
    # A dash before `]` is itself, as everywhere else where it cannot make a range.
    if reader.peek() == "-" and reader.peek(1) != "]" and reader.at + 1 < len(reader.text):
        reader.at += 1
        last = _parse_class_character(reader, class_start)
        if last < first:
            refuse(start, f"range `{reader.text[start : reader.at]}` ends before it begins")
    return fold((first, last)) if fold_case else (first, last)


def _parse_class_character(reader: Reader, class_start: int) -> int:
    if reader.ended:
        refuse(class_start, "`[` lacks its `]`")
    return parse_escape(reader) if reader.peek() == "\\" else ord(reader.take())
