"""Texts as the contract counts and orders them: by UTF-16 code units, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SURROGATE = re.compile("[\ud800-\udfff]")
_LARGEST_INDEX = 4_294_967_294


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) >> 1


def first_units(text: str, count: int) -> str:
    """The first `count` UTF-16 code units; a pair that is cut leaves its high surrogate."""
    head = text[:count]
    if head.isascii():
        return head
    return text.encode("utf-16-le", "surrogatepass")[: 2 * count].decode("utf-16-le", "surrogatepass")


def utf16_order(text: str) -> bytes:
    """A key that sorts texts by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def sort_names(names: Iterable[str]) -> list[str]:
    """Names in the order of their UTF-16 code units."""
    listed = list(names)
    if all(map(str.isascii, listed)):
        return sorted(listed)
    return sorted(listed, key=utf16_order)


def has_surrogates(text: str) -> bool:
    """True when any surrogate stands in the text, paired or not."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def join_surrogates(text: str) -> str:
    """The same UTF-16 text with each pair of surrogates written as the one character it stands for."""
    if not has_surrogates(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def own_keys(members: dict[str, object]) -> list[str]:
    """The names of an object in the order of ECMAScript: array indexes ascending, then the rest as inserted."""
    keys = list(members)
    if not any(key[:1].isdigit() for key in keys):
        return keys
    indexes = [key for key in keys if _is_index(key)]
    if not indexes:
        return keys
    return sorted(indexes, key=int) + [key for key in keys if not _is_index(key)]


def _is_index(key: str) -> bool:
    if not (key.isascii() and key.isdigit() and len(key) <= len(str(_LARGEST_INDEX))):
        return False
    return (key == "0" or key[0] != "0") and int(key) <= _LARGEST_INDEX
