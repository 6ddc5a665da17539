"""Pictures, sounds, films and PDFs in base64 are no texts."""

from __future__ import annotations

import re
from typing import Any

from .._gen.tables import MAX_DEPTH

# How files begin that hold no text, in base64: PNG, JPEG, GIF, RIFF (WebP, WAV), TIFF, ISO media (MP4, HEIC, AVIF),
# MP3, Ogg, Matroska, PDF.
_BEGINNINGS = re.compile(
    r"(?:iVBORw0KGgo|/9j/|R0lGOD|UklGR|SUkqA|TU0AK|AAAA[A-Za-z]GZ0eX|SUQz|//[I-Ps-v]|T2dnUw|GkXfo|JVBERi)"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}")
# Bytes hold hardly any: a sentence that begins like a file has a word between any two strokes.
_WORDS = re.compile(r"[+/][A-Z]?[a-z]+(?=[+/])")
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")


def _is_media(text: str) -> bool:
    """Told by what it is, not by what it is called."""
    found = _DATA_URL.match(text)
    start = found.end() if found else 0
    if _BEGINNINGS.match(text, start) is None or _BASE64.fullmatch(text, start) is None:
        return False
    return len(_WORDS.findall(text, start)) <= 3 + (len(text) - start) / 500


def without_media(value: Any) -> Any:
    """A value as policies are to read it, with pictures, sounds, films and PDFs in base64 left empty.

    The same value when it holds none. Pointers into the one are pointers into the other. What is nested too deep, or
    holds itself, stays as it is there: policies refuse it.
    """
    return _read_value(value, 0, {})


def _read_value(value: Any, depth: int, known: dict[int, Any]) -> Any:
    if isinstance(value, str):
        return "" if _is_media(value) else value
    if not isinstance(value, (list, tuple, dict)) or depth > MAX_DEPTH:
        return value
    if id(value) in known:
        return known[id(value)]
    known[id(value)] = value
    known[id(value)] = read = _read_members(value, depth + 1, known)
    return read


def _read_members(value: Any, depth: int, known: dict[int, Any]) -> Any:
    if isinstance(value, dict):
        read = {name: _read_value(member, depth, known) for name, member in value.items()}
        return value if all(read[name] is member for name, member in value.items()) else read
    members = [_read_value(member, depth, known) for member in value]
    return value if all(new is old for new, old in zip(members, value, strict=True)) else members
