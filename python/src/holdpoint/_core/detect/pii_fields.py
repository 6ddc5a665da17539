"""Values of personal data that fill a field by themselves (SPECIFICATION T-30)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ..._gen.detectors import OTHER_NUMBER_WORDS
from ..._gen.tables import SCORING
from ..match import PatternSource, compile_set
from .context_words import ContextLists, ContextSearch, find_context_lists
from .text_fields import find_fields
from .validators import validate

if TYPE_CHECKING:
    from ..match import PatternSet
    from .pii import PiiSignal

_LEAST: float = SCORING["fieldConfidence"]
_CHECKED: float = SCORING["checkedFieldConfidence"]
_CHARS_BEFORE: int = SCORING["contextCharsBefore"]
_CHARS_AFTER: int = SCORING["contextCharsAfter"]
# From there on no field alone is enough.
MOST_FIELD_CONFIDENCE: float = _CHECKED + 0.1

_OTHERS = ContextLists()
_OTHER_NUMBERS = _OTHERS.number_of(OTHER_NUMBER_WORDS)

_POINT_IN_TIME = re.compile(
    "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?)?"
    "|1[4-9][0-9]{8}(?:[0-9]{3}){0,3}",
)
_SAME_FOR_LONG = 6


class FieldSearch:
    """Patterns that a field is matched with, as a whole."""

    def __init__(self, signals: Sequence[PiiSignal]) -> None:
        self._signals = tuple(signals)
        self._set: PatternSet | None = None

    def find(self, value: str) -> list[PiiSignal]:
        """The patterns that match the value from its first character to its last."""
        if self._set is None:
            # What a condition at a border asks for is asked of the value alone.
            self._set = compile_set(
                [
                    PatternSource(pattern["id"], f"^(?:{pattern['source']})$", pattern["flags"])
                    for _, pattern, _, _ in self._signals
                ],
            ).set
        return [] if self._set is None else [self._signals[hit] for hit in self._set.scan(value)]


class FieldQuestion(NamedTuple):
    """What is asked of a text's fields."""

    text: str
    # The name of the argument that the text is, in words.
    name: str
    wanted: Callable[[str], bool]
    # Categories that the rule names itself.
    asked: Callable[[str], bool]
    min_confidence: float
    # What was found otherwise: a field that one of these fills is not judged.
    found: frozenset[tuple[int, int]]


def find_in_fields(search: FieldSearch, question: FieldQuestion) -> list[tuple[PiiSignal, int, int, float]]:
    """Values that fill a field of the text by themselves, each with its confidence.

    Fields that hold the same are judged once: linear in the text's length.
    """
    results: list[tuple[PiiSignal, int, int, float]] = []
    judged: dict[str, list[PiiSignal]] = {}
    others: _OtherSearch | None = None
    for start, end in find_fields(question.text):
        if (start, end) in question.found:
            continue
        value = question.text[start:end]
        signals = judged.get(value)
        if signals is None:
            signals = judged[value] = [one for one in search.find(value) if _passes(one, value, question)]
        if not signals:
            continue
        others = others or _OtherSearch(question)
        if others.speaks_against(start, end):
            continue
        for signal in signals:
            confidence = _field_confidence(signal.pattern, is_asked=question.asked(signal.category["category"]))
            results.append((signal, start, end, confidence))
    return results


def _passes(signal: PiiSignal, value: str, question: FieldQuestion) -> bool:
    category, pattern = signal.category["category"], signal.pattern
    if not question.wanted(category):
        return False
    is_asked = question.asked(category)
    if _field_confidence(pattern, is_asked=is_asked) < question.min_confidence:
        return False
    if not is_asked and (reads_as_time(value) or looks_made_up(value)):
        return False
    return not pattern["fieldValidator"] or validate(pattern["fieldValidator"], value)


def _field_confidence(pattern: dict[str, Any], *, is_asked: bool) -> float:
    """In whole hundredths, so that languages agree."""
    base = _CHECKED if is_asked or pattern["field"] == "checked" else _LEAST
    own: float = pattern["confidence"]
    return math.floor(base * 100 + own * 10 + 0.5) / 100


class _OtherSearch:
    """Whether the argument's name or a word near a field says that it holds another kind of number."""

    def __init__(self, question: FieldQuestion) -> None:
        self._is_other = bool(question.name) and bool(find_context_lists(question.name, _OTHERS))
        self._search = ContextSearch(question.text, _OTHERS)

    def speaks_against(self, start: int, end: int) -> bool:
        return self._is_other or self._search.has(_OTHER_NUMBERS, start, end, _CHARS_BEFORE, _CHARS_AFTER)


def reads_as_time(value: str) -> bool:
    """Whether digits read as a date, a date with its time, or seconds (milli-, micro-, nanoseconds) since 1970."""
    return _POINT_IN_TIME.fullmatch(value) is not None


def looks_made_up(value: str) -> bool:
    """Seven digits in a row that count up or down by one, or more than half of all digits the same."""
    digits = [ord(char) - 48 for char in value if "0" <= char <= "9"]
    up = down = 0
    for last, digit in pairwise(digits):
        up = up + 1 if digit == last + 1 else 0
        down = down + 1 if digit == last - 1 else 0
        if _SAME_FOR_LONG in (up, down):
            return True
    return max((digits.count(digit) for digit in set(digits)), default=0) * 2 > len(digits)
