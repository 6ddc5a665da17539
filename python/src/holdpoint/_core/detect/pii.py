"""Personal data in scanned texts (SPECIFICATION T)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..._gen.detectors import PII_CATEGORIES
from ..._gen.tables import SCORING
from ..match import EncodedText, PatternSet, PatternSource, Span, compile_set
from .argument_name import name_of_argument
from .ascii_digits import to_ascii_digits
from .boundaries import find_starts, is_blocked, is_glued, is_left_blocked, is_right_blocked, may_hold_glued
from .context_words import DIGIT_OR_PART, ContextLists, ContextSearch, find_context_lists
from .pii_fields import MOST_FIELD_CONFIDENCE, FieldQuestion, FieldSearch, OtherSearch, find_in_fields
from .text_fields import find_fields, may_hold_fields
from .text_scan import Text, TextScan
from .validators import validate
from .word_characters import WORD_CHARACTERS

# In the catalogue's order.
PII_CATEGORY_NAMES: tuple[str, ...] = tuple(row["category"] for row in PII_CATEGORIES)

_CHARS_BEFORE: int = SCORING["contextCharsBefore"]
_CHARS_AFTER: int = SCORING["contextCharsAfter"]
_FAR_DISCOUNT: float = SCORING["farContextDiscount"]
_LISTS = ContextLists()
_NO_LISTS: frozenset[int] = frozenset()
_DIGIT = re.compile("[0-9]")


class PiiFinding(NamedTuple):
    """One value of personal data; offsets are code points of the normalised text."""

    category: dict[str, Any]
    # Of the pattern that found it.
    pattern_id: str
    start: int
    end: int
    confidence: float
    # What counts where findings overlap: less where the word that the confidence rests on may be another value's.
    rank: float


class PiiSignal(NamedTuple):
    """What a pattern stands for: rows of the catalogue, its context words made ready."""

    category: dict[str, Any]
    pattern: dict[str, Any]
    context: int
    unless: int


def create_pii_signal(category: dict[str, Any], pattern: dict[str, Any]) -> PiiSignal:
    """Makes a pattern of the catalogue, or one of a policy's own, ready to be judged."""
    return PiiSignal(category, pattern, _LISTS.number_of(pattern["context"]), _LISTS.number_of(pattern["unless"]))


@lru_cache(maxsize=1)
def _all_signals() -> tuple[PiiSignal, ...]:
    return tuple(create_pii_signal(row, pattern) for row in PII_CATEGORIES for pattern in row["patterns"])


def list_pii_patterns() -> list[PatternSource]:
    """The catalogue's patterns; those that need a word beside them are searched by that word first."""
    return [
        PatternSource(pattern["id"], pattern["gate"], "i")
        if pattern["gate"]
        else PatternSource(pattern["id"], pattern["source"], pattern["flags"], apart=pattern["lane"] == "token")
        for _, pattern, _, _ in _all_signals()
    ]


def list_pii_signals() -> list[PiiSignal]:
    """What each of the catalogue's patterns stands for, in the same order."""
    return list(_all_signals())


@lru_cache(maxsize=256)
def _alone(pattern_id: str, source: str, flags: str) -> PatternSet | None:
    return compile_set([PatternSource(pattern_id, source, flags)]).set


def _find_gated(text: str, pattern: dict[str, Any]) -> tuple[Span, ...]:
    """Where a pattern matches that stands in a plan's set by its words only."""
    alone = _alone(pattern["id"], pattern["source"], pattern["flags"])
    return alone.spans(text, 0) if alone is not None else ()


class OwnRecognizers(NamedTuple):
    """A policy's own recognizers: their patterns, and what each stands for."""

    set: PatternSet
    signals: Sequence[PiiSignal]


def holds_no_pii(scan: TextScan, min_confidence: float) -> bool:
    """Quickly true for most texts: nothing in them is a place where the catalogue could find something."""
    if scan.hits or scan.unescaped is not None or scan.text.role != "input":
        return False
    text = scan.normalised.text
    if not text.isascii() or may_hold_glued(text):
        return False
    return min_confidence > MOST_FIELD_CONFIDENCE or not may_hold_fields(text)


def find_pii(
    scan: TextScan,
    patterns: PatternSet,
    signals: Sequence[PiiSignal | None],
    wanted: Callable[[str], bool],
    min_confidence: float,
    own: OwnRecognizers | None = None,
    *,
    is_asked: bool = False,
) -> list[PiiFinding]:
    """What one scanned text holds of the wanted categories, in order of position and without overlap.

    The higher confidence wins, then the longer, then the earlier, then the smaller pattern id (SPECIFICATION T-18).
    Where the rule names the wanted categories itself (`is_asked`), a value that fills its field needs no word (T-30).
    """
    text = to_ascii_digits(scan.normalised.text)
    hits = scan.hits if text is scan.normalised.text else patterns.scan(text)
    name, named = _read_name(scan.text)
    fields = find_fields(text) if min_confidence <= MOST_FIELD_CONFIDENCE else []
    search = ContextSearch(text, _LISTS)
    if may_hold_glued(text):
        hits = _add_glued(hits, signals, search)
    if not (hits or named or own or fields):
        return []
    candidates: list[PiiFinding] = []
    tokens: _Tokens | None = None
    others = OtherSearch(text, name)

    def add(signal: PiiSignal, start: int, end: int) -> bool:
        confidence = _judge(text, start, end, signal, min_confidence, search, named, others)
        if confidence < min_confidence or confidence <= 0:
            return False
        _, pattern, context, _ = signal
        is_far = confidence > pattern["confidence"] and context not in named and not search.is_near(context, start)
        rank = confidence - _FAR_DISCOUNT if is_far else confidence
        candidates.append(PiiFinding(signal.category, pattern["id"], start, end, confidence, rank))
        return True

    def add_token(signal: PiiSignal, start: int, end: int) -> bool:
        # Right behind a letter only a word of its own lets a number begin.
        is_behind_letter = start > 0 and text[start - 1] in WORD_CHARACTERS
        if is_behind_letter and not _has_context(signal, start, end, search, named):
            return False
        return add(signal, start, end)

    for hit in _add_named(hits, signals, named) if named else hits:
        signal = signals[hit]
        if signal is None or not wanted(signal.category["category"]):
            continue
        pattern = signal.pattern
        needs_word = pattern["contextRequired"] or pattern["confidence"] < min_confidence
        if needs_word and signal.context not in named and not search.holds(signal.context):
            continue
        if pattern["lane"] == "token":
            tokens = tokens or _Tokens(text)
            tokens.find(patterns, hit, signal, add_token)
            continue
        for span in _find_gated(text, pattern) if pattern["gate"] else patterns.spans(text, hit):
            if not is_blocked(text, span.start, span.end, pattern["boundary"]):
                add(signal, span.start, span.end)
    if own is not None:
        for hit in own.set.scan(text):
            for span in own.set.spans(text, hit):
                if span.end > span.start:
                    add(own.signals[hit], span.start, span.end)
    if fields:
        found = frozenset((one.start, one.end) for one in candidates)
        question = FieldQuestion(text, fields, wanted, min_confidence, found, others)
        search_fields = _field_search(is_wide=min_confidence < SCORING["checkedFieldConfidence"], is_asked=is_asked)
        for signal, start, end, confidence in find_in_fields(search_fields, question):
            candidates.append(PiiFinding(signal.category, signal.pattern["id"], start, end, confidence, confidence))
    return _resolve_overlaps(text, candidates) if len(candidates) > 1 else candidates


# What is reported without a word of its context, by default.
_DEFAULT_CONFIDENCE = 0.5


@lru_cache(maxsize=4)
def _field_search(*, is_wide: bool, is_asked: bool) -> FieldSearch:
    """What only counts where it fills its field: what has check digits, or all of it; whether categories are named."""
    fields = ("checked", "asked") if is_wide or is_asked else ("checked",)
    return FieldSearch(
        [
            signal
            for signal in _all_signals()
            if signal.pattern["field"] in fields
            and (signal.pattern["contextRequired"] or signal.pattern["confidence"] < _DEFAULT_CONFIDENCE)
        ],
        is_asked=is_asked,
    )


def _add_named(hits: Sequence[int], signals: Sequence[PiiSignal | None], named: frozenset[int]) -> Sequence[int]:
    """Hits, and the patterns that stand in the set by a word which the argument's name has."""
    known = set(hits)
    by_list = _list_gated(signals)
    further = {index for number in named for index in by_list.get(number, ()) if index not in known}
    return [*hits, *sorted(further)]


def _add_glued(hits: Sequence[int], signals: Sequence[PiiSignal | None], search: ContextSearch) -> Sequence[int]:
    """Hits, and the patterns of numbers whose word the text has: the set's scan leaves out those behind a letter."""
    known = set(hits)
    further = (
        index
        for index, signal in enumerate(signals)
        if signal is not None
        and index not in known
        and signal.pattern["lane"] == "token"
        and search.holds(signal.context)
    )
    return [*hits, *further]


# Of the plan that was asked last: lists of context words, with the patterns that are searched by one of their words.
_gated: tuple[Sequence[PiiSignal | None], dict[int, list[int]]] = ((), {})


def _list_gated(signals: Sequence[PiiSignal | None]) -> dict[int, list[int]]:
    global _gated  # noqa: PLW0603
    known, by_list = _gated
    if known is not signals:
        by_list = {}
        for index, signal in enumerate(signals):
            if signal is not None and signal.pattern["gate"]:
                by_list.setdefault(signal.context, []).append(index)
        _gated = (signals, by_list)
    return by_list


# Paths that are remembered with what their names say, and the longest of them.
_MOST_NAMES = 1024
_LONGEST_PATH = 256


def _read_name(text: Text) -> tuple[str, frozenset[int]]:
    """The name of the argument that a text is, in words, and the lists that have one of them."""
    if text.role == "input":
        return "", _NO_LISTS
    if len(text.path) > _LONGEST_PATH or (text.name and len(text.name) > _LONGEST_PATH):
        return _find_name(text)
    return _read_known_name(text.role, text.path, text.name, _LISTS.size)


@lru_cache(maxsize=_MOST_NAMES)
def _read_known_name(role: str, path: str, name: str | None, _lists: int) -> tuple[str, frozenset[int]]:
    return _find_name(Text(role, path, "", name))


def _find_name(text: Text) -> tuple[str, frozenset[int]]:
    name = name_of_argument(text)
    return name, find_context_lists(name, _LISTS) if name else _NO_LISTS


# So many places are looked at one by one before all of a text are.
_FEW_PLACES = 16


class _Tokens:
    """One text, in which patterns of numbers are searched."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._encoded = EncodedText(text)
        self._starts: list[int] | None = None

    def find(
        self,
        patterns: PatternSet,
        hit: int,
        signal: PiiSignal,
        accept: Callable[[PiiSignal, int, int], bool],
    ) -> None:
        """Gives each place where the pattern can stand by itself its longest match.

        After one that is accepted the search goes on at its end, otherwise a character after its start (T-11).
        """
        text = self._text
        boundary = signal.pattern["boundary"]
        find = patterns.span_finder(self._encoded, hit)
        at = 0
        while (span := find(at)) is not None:
            start, end = span
            if (
                (is_left_blocked(text, start) and not is_glued(text, start))
                or is_right_blocked(text, start, end, boundary)
                or _DIGIT.search(text, start, end) is None
                or not accept(signal, start, end)
            ):
                at = self._next_start(start + 1)
            else:
                at = end

    def _next_start(self, at: int) -> int:
        """Where something can begin from `at` on: inside a word nothing does."""
        text = self._text
        few = min(len(text), at + _FEW_PLACES)
        while at < few and is_left_blocked(text, at) and not is_glued(text, at):
            at += 1
        if at < few or at == len(text):
            return at
        if self._starts is None:
            self._starts = find_starts(text)
        index = bisect_left(self._starts, at)
        return self._starts[index] if index < len(self._starts) else len(text)


def _has_context(
    signal: PiiSignal,
    start: int,
    end: int,
    search: ContextSearch,
    named: frozenset[int],
) -> bool:
    as_written = signal.pattern["gate"] != ""
    return signal.context in named or (
        bool(signal.pattern["context"])
        and search.has(signal.context, start, end, _CHARS_BEFORE, _CHARS_AFTER, as_written=as_written)
    )


def _judge(
    text: str,
    start: int,
    end: int,
    signal: PiiSignal,
    min_confidence: float,
    search: ContextSearch,
    named: frozenset[int],
    others: OtherSearch,
) -> float:
    """Confidence of one match, 0 when its surroundings, its check digits or another number's word speak against it."""
    _, pattern, context, unless = signal
    has_context = _has_context(signal, start, end, search, named)
    if not has_context:
        if pattern["contextRequired"] or pattern["confidence"] < min_confidence:
            return 0
        if unless in named or (pattern["unless"] and search.has(unless, start, end, _CHARS_BEFORE, _CHARS_AFTER)):
            return 0
    if pattern["validator"] and not validate(pattern["validator"], text[start:end]):
        return 0
    if pattern["lane"] == "token":
        is_here = context in named
        is_far = not is_here and not search.is_near(context, start)
        needs_word = pattern["contextRequired"] or pattern["confidence"] < min_confidence
        if (
            has_context
            and is_far
            and needs_word
            and not search.has_own(
                context, start, end, _CHARS_BEFORE, _CHARS_AFTER, is_date=pattern["validator"] == "date"
            )
        ):
            return 0
        is_doubtful = pattern["confidence"] <= SCORING["otherNumberConfidence"]
        is_weak = is_doubtful or (has_context and pattern["contextRequired"])
        if is_weak and not is_here and others.is_before(start) and not search.is_near(context, start, DIGIT_OR_PART):
            return 0
    return float(pattern["contextConfidence" if has_context else "confidence"])


def _resolve_overlaps(text: str, candidates: list[PiiFinding]) -> list[PiiFinding]:
    ranked = sorted(
        candidates,
        key=lambda found: (-found.rank, -found.confidence, found.start - found.end, found.start, found.pattern_id),
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
