"""Canonical JSON (RFC 8785)."""

from __future__ import annotations

import re
from json.encoder import encode_basestring
from typing import Any

from .numbers import es_number, is_finite
from .utf16 import has_surrogates, join_surrogates, sort_names

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DEPTH = 256


def canonical_json(value: object) -> str:
    """The canonical JSON of a value: members by UTF-16 code units, numbers as ECMAScript writes them, no white space.

    What JSON cannot say (NaN, other objects, cycles deeper than 256 levels) is written as null; members whose names
    are not text are left out. Never raises.
    """
    out: list[str] = []
    _write(value, 0, out)
    return "".join(out)


def quote(text: str) -> str:
    """A text as a JSON string; a lone surrogate is escaped, as in ECMAScript."""
    if not has_surrogates(text):
        return str(encode_basestring(text))
    quoted = str(encode_basestring(join_surrogates(text)))
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)


# One frame for each level, so that 256 of them fit under any recursion limit. Texts, of which there are most, are
# written where they are found.
def _write(value: Any, depth: int, out: list[str]) -> None:
    if value is None or depth > _MAX_DEPTH:
        out.append("null")
    elif isinstance(value, str):
        out.append(_write_text(value))
    elif isinstance(value, bool):
        out.append("true" if value else "false")
    elif isinstance(value, (int, float)):
        out.append(es_number(value) if is_finite(value) else "null")
    elif isinstance(value, (list, tuple)):
        separator = "["
        for item in value:
            out.append(separator)
            separator = ","
            if item.__class__ is str and depth < _MAX_DEPTH:
                out.append(_write_text(item))
            else:
                _write(item, depth + 1, out)
        out.append("]" if separator == "," else "[]")
    elif isinstance(value, dict):
        separator = "{"
        for key in _sort_keys(value):
            item = value[key]
            if item.__class__ is str and depth < _MAX_DEPTH:
                out.append(f"{separator}{_write_text(key)}:{_write_text(item)}")
            else:
                out.append(f"{separator}{_write_text(key)}:")
                _write(item, depth + 1, out)
            separator = ","
        out.append("}" if separator == "," else "{}")
    else:
        out.append("null")


def _write_text(text: str) -> str:
    return encode_basestring(text) if text.isascii() else quote(text)


def _sort_keys(value: dict[Any, Any]) -> list[str]:
    try:
        # Texts alone can be joined; ASCII is in the same order in every encoding.
        if "".join(value).isascii():
            return sorted(value)
    except TypeError:
        pass
    return sort_names(name for name in value if isinstance(name, str))
