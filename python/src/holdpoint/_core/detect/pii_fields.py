"""Values of personal data that fill a field by themselves (SPECIFICATION T-30)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ..._gen.detectors import OTHER_NUMBER_WORDS
from ..._gen.tables import SCORING
from ..match import PatternSource, compile_set
from .context_words import DIGIT_OR_LINE, ContextLists, ContextSearch, find_context_lists
from .text_fields import find_number_tables
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
_LEAST_SAME = 6
# With letters on both sides the form itself says something.
_TWO_LETTERS = re.compile("[A-Za-z].*[A-Za-z]")


class FieldSearch:
    """Patterns that a field is matched with, the surest first, then by id: the first that passes is kept (T-18)."""

    def __init__(self, signals: Sequence[PiiSignal], *, is_asked: bool) -> None:
        # Whether the rule names the categories itself.
        self.is_asked = is_asked
        rated = [(one, _field_confidence(one.pattern, is_asked=is_asked)) for one in signals]
        self._ranked = sorted(rated, key=lambda row: (-row[1], -row[0].pattern["confidence"], row[0].pattern["id"]))
        self._set: PatternSet | None = None

    def find(self, value: str) -> Iterator[tuple[PiiSignal, float]]:
        """The patterns that match the value from its first character to its last, with their confidence."""
        if self._set is None:
            # What a condition at a border asks for is asked of the value alone.
            self._set = compile_set(
                [
                    PatternSource(pattern["id"], f"^(?:{pattern['source']})$", pattern["flags"])
                    for (_, pattern, _, _), _ in self._ranked
                ],
            ).set
        return map(self._ranked.__getitem__, () if self._set is None else self._set.scan(value))


class FieldQuestion(NamedTuple):
    """What is asked of a text's fields."""

    text: str
    # Where they are.
    fields: Sequence[tuple[int, int]]
    wanted: Callable[[str], bool]
    min_confidence: float
    # What was found otherwise: a field that one of these fills is not judged.
    found: frozenset[tuple[int, int]]
    others: OtherSearch


def find_in_fields(search: FieldSearch, question: FieldQuestion) -> list[tuple[PiiSignal, int, int, float]]:
    """Values that fill a field of the text by themselves, each with its confidence.

    Fields that hold the same are judged once: linear in the text's length.
    """
    results: list[tuple[PiiSignal, int, int, float]] = []
    places: list[int] = []
    filled: list[int] = []
    judged: dict[str, tuple[PiiSignal, float] | None] = {}
    for place, (start, end) in enumerate(question.fields):
        if (start, end) in question.found:
            filled.append(place)
            continue
        value = question.text[start:end]
        if value not in judged:
            judged[value] = _judge(search, value, question)
        best = judged[value]
        if best is None:
            continue
        if not question.others.is_around(start, end):
            results.append((best[0], start, end, best[1]))
            places.append(place)
    return results if search.is_asked or not results else _leave_out_chance(question, results, places, filled)


def _leave_out_chance(
    question: FieldQuestion, found: list[tuple[PiiSignal, int, int, float]], places: list[int], filled: list[int]
) -> list[tuple[PiiSignal, int, int, float]]:
    """
    Findings without those in a table of numbers in which much is something else: of ten numbers one passes any check
    digit.
    """
    tables = find_number_tables(question.text, question.fields)
    own = [tables[place] for place in places]
    counts = Counter([*own, *(tables[place] for place in filled)])
    return [one for one, table in zip(found, own, strict=True) if table is None or 4 * counts[table] >= 3 * table[1]]


def _judge(search: FieldSearch, value: str, question: FieldQuestion) -> tuple[PiiSignal, float] | None:
    """The first pattern that the value passes for."""
    is_checked = search.is_asked
    for signal, confidence in search.find(value):
        if not is_checked and (reads_as_time(value) or looks_made_up(value)):
            return None
        is_checked = True
        if confidence < question.min_confidence or not question.wanted(signal.category["category"]):
            continue
        check = signal.pattern["fieldValidator"]
        if not check or validate(check, value):
            return signal, confidence
    return None


def _field_confidence(pattern: dict[str, Any], *, is_asked: bool) -> float:
    """In whole hundredths, so that languages agree."""
    base = _CHECKED if is_asked or pattern["field"] == "checked" else _LEAST
    own: float = pattern["confidence"]
    return math.floor(base * 100 + own * 10 + 0.5) / 100


class OtherSearch:
    """Words that say that a number counts, names or measures something else."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._is_other: bool | None = None
        self._search = ContextSearch(text, _OTHERS)

    def is_around(self, start: int, end: int) -> bool:
        """Whether the argument's name or a word near a match is one."""
        return self._is_named() or self._search.has(_OTHER_NUMBERS, start, end, _CHARS_BEFORE, _CHARS_AFTER)

    def is_before(self, start: int) -> bool:
        """Whether a word right before a match, in its line, is one: the heads of a table are not."""
        return self._search.is_near(_OTHER_NUMBERS, start, DIGIT_OR_LINE)

    def _is_named(self) -> bool:
        if self._is_other is None:
            self._is_other = bool(self._name) and bool(find_context_lists(self._name, _OTHERS))
        return self._is_other


def reads_as_time(value: str) -> bool:
    """Whether digits read as a date, a date with its time, or seconds (milli-, micro-, nanoseconds) since 1970."""
    return _POINT_IN_TIME.fullmatch(value) is not None


def looks_made_up(value: str) -> bool:
    """Six digits or more: more than half the same, or in stairs: each the last or the next, up or down, 0 behind 9."""
    digits = [ord(char) - 48 for char in value if "0" <= char <= "9"]
    if len(digits) < _LEAST_SAME:
        return False
    up = all(digit in (last, (last + 1) % 10) for last, digit in pairwise(digits))
    down = all(last in (digit, (digit + 1) % 10) for last, digit in pairwise(digits))
    same = max(digits.count(digit) for digit in set(digits))
    return same * 2 > len(digits) or ((up or down) and _TWO_LETTERS.search(value) is None)
