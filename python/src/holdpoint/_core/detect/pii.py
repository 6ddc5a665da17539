"""Personal data in scanned texts (SPECIFICATION T)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..._gen.detectors import PII_CATEGORIES
from ..._gen.tables import SCORING
from ..match import PatternSet, PatternSource
from .text_scan import TextScan
from .validators import validate

# In the catalogue's order.
PII_CATEGORY_NAMES: tuple[str, ...] = tuple(row["category"] for row in PII_CATEGORIES)

_CHARS_BEFORE: int = SCORING["contextCharsBefore"]
_CHARS_AFTER: int = SCORING["contextCharsAfter"]


class PiiFinding(NamedTuple):
    """One value of personal data; offsets are code points of the normalised text."""

    category: dict[str, Any]
    start: int
    end: int
    confidence: float


class PiiSignal(NamedTuple):
    """What a pattern stands for: rows of the catalogue."""

    category: dict[str, Any]
    pattern: dict[str, Any]


def list_pii_patterns() -> list[PatternSource]:
    """The catalogue's patterns."""
    return [
        PatternSource(pattern["id"], pattern["source"], pattern["flags"])
        for row in PII_CATEGORIES
        for pattern in row["patterns"]
    ]


def list_pii_signals() -> list[PiiSignal]:
    """What each of the catalogue's patterns stands for, in the same order."""
    return [PiiSignal(row, pattern) for row in PII_CATEGORIES for pattern in row["patterns"]]


def find_pii(
    scan: TextScan,
    patterns: PatternSet,
    signals: Sequence[PiiSignal | None],
    wanted: Callable[[str], bool],
    min_confidence: float,
) -> list[PiiFinding]:
    """What one scanned text holds of the wanted categories, in order of position and without overlap.

    The higher confidence wins, then the longer, then the earlier, then the category's name.
    """
    candidates: list[PiiFinding] = []
    text = scan.normalised.text
    for hit in scan.hits:
        signal = signals[hit]
        if signal is None or not wanted(signal.category["category"]):
            continue
        for span in patterns.spans(text, hit):
            confidence = _judge(text, span.start, span.end, signal.pattern)
            if confidence >= min_confidence and confidence > 0:
                candidates.append(PiiFinding(signal.category, span.start, span.end, confidence))
    return _resolve_overlaps(text, candidates) if len(candidates) > 1 else candidates


def _judge(text: str, start: int, end: int, pattern: dict[str, Any]) -> float:
    """Confidence of one match, 0 when its surroundings or its check digits speak against it."""
    if _touches(text, start, end, pattern["boundary"]):
        return 0
    if pattern["validator"] and not validate(pattern["validator"], text[start:end]):
        return 0
    if not pattern["context"]:
        return float(pattern["confidence"])
    if _has_context(text, start, end, pattern["context"]):
        return float(pattern["contextConfidence"])
    return 0 if pattern["contextRequired"] else float(pattern["confidence"])


def _touches(text: str, start: int, end: int, boundary: str) -> bool:
    if boundary == "none":
        return False
    touching = _is_digit if boundary == "digit" else _is_alphanumeric
    return (start > 0 and touching(text[start - 1])) or (end < len(text) and touching(text[end]))


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def _is_alphanumeric(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _has_context(text: str, start: int, end: int, words: Sequence[str]) -> bool:
    before = text[max(0, start - _CHARS_BEFORE) : start].lower()
    after = text[end : end + _CHARS_AFTER].lower()
    return any(word in before or word in after for word in words)


def _resolve_overlaps(text: str, candidates: list[PiiFinding]) -> list[PiiFinding]:
    ranked = sorted(
        candidates,
        key=lambda found: (-found.confidence, found.start - found.end, found.start, found.category["category"]),
    )
    # One mark per code point: linear in the length of what was found, however many findings there are.
    taken = bytearray(len(text))
    kept: list[PiiFinding] = []
    for found in ranked:
        if taken.find(1, found.start, found.end) >= 0:
            continue
        taken[found.start : found.end] = b"\x01" * (found.end - found.start)
        kept.append(found)
    return sorted(kept, key=lambda found: found.start)
