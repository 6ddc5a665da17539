"""Where the credential stands in a match (SPECIFICATION T-50)."""

from __future__ import annotations

import re
from collections.abc import Callable

_SEPARATES = frozenset(" \t\r\n\"'`=:,>(|&")
_ASSIGNS = frozenset("=:,>|")
_SKIPPED = frozenset("=:,>| \t\r\n\"'`\\")
_QUOTES = frozenset("\"'`")
_BEGINS_WORD = frozenset(" \t\r\n\"'")
_BEGINS_PHRASE = frozenset(" \t\r\n\"'`«“「『:=：")
_ENDS_PHRASE = frozenset(".,;:!?)»”」』。、，")
_TRIMMED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=-")
_TYPED = re.compile(r"string[\t\n\v\f\r ]{0,3}=", re.IGNORECASE | re.ASCII)

_Place = tuple[int, int]


def _after_last(text: str, before: int, chars: frozenset[str]) -> int:
    at = before
    while at > 0 and text[at - 1] not in chars:
        at -= 1
    return at


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SKIPPED:
        at += 1
    return at


def _without_padding(text: str) -> int:
    end = len(text)
    while end > 0 and text[end - 1] == "=":
        end -= 1
    return end


def _whole(match: str) -> _Place:
    return 0, len(match)


def _trimmed(match: str) -> _Place:
    end = len(match)
    while end > 0 and match[end - 1] not in _TRIMMED:
        end -= 1
    return 0, end


def _last(match: str) -> _Place:
    return _after_last(match, _without_padding(match), _SEPARATES), len(match)


def _spaced(match: str) -> _Place:
    return _after_last(match, _without_padding(match), _BEGINS_PHRASE), len(match)


def _assigned(match: str) -> _Place:
    at = 0
    while at < len(match) and match[at] not in _ASSIGNS:
        at += 1
    at = _skip(match, at)
    typed = _TYPED.match(match[at : at + 12])
    if typed:
        at = _skip(match, at + typed.end())
    return at, len(match)


def _assigned_last(match: str) -> _Place:
    end = _without_padding(match)
    start = match.rfind("=", 0, end) + 1
    while start < end and match[start] in _SKIPPED:
        start += 1
    return start, end


def _quoted(match: str) -> _Place:
    start = 0
    while start < len(match) and match[start] not in _QUOTES:
        start += 1
    return start + 1, len(match) - 1


def _quoted_last(match: str) -> _Place:
    end = len(match) - 1
    return match.rfind(match[end], 0, end) + 1, end


def _url(match: str) -> _Place:
    return match.find(":", match.find("://") + 3) + 1, match.rfind("@")


def _user(match: str) -> _Place:
    word = _after_last(match, len(match), _BEGINS_WORD)
    return match.find(":", word) + 1, len(match)


def _sentence(match: str) -> _Place:
    end = len(match)
    while end > 0 and match[end - 1] in _ENDS_PHRASE:
        end -= 1
    start = _after_last(match, end, _BEGINS_PHRASE)
    while start < end and ord(match[start]) >= 0x2E80:
        start += 1
    return start, end


_FINDERS: dict[str, Callable[[str], _Place]] = {
    "whole": _whole,
    "trimmed": _trimmed,
    "last": _last,
    "spaced": _spaced,
    "assigned": _assigned,
    "assigned_last": _assigned_last,
    "quoted": _quoted,
    "quoted_last": _quoted_last,
    "url": _url,
    "user": _user,
    "sentence": _sentence,
}


def find_value(match: str, way: str) -> _Place | None:
    """Start and end of the credential in a match, by the catalogue's name for the way; None when there is none."""
    start, end = _FINDERS[way](match)
    return (start, end) if start < end else None
