"""Texts that speak of an attack and quote it (SPECIFICATION T-47)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from ..._gen.detectors import MENTIONS
from ..._gen.tables import SCORING
from ..match import PatternSet, PatternSource, compile_set

_MAX_CHARS: int = SCORING["maxMentionChars"]
_ANY_QUOTE = re.compile("[\"'`“”„«»‘’「」『』]")
# What is no language: forged headers and tokens are attacks in quotes as well. And what the policy wrote itself.
_UNQUOTABLE = frozenset({"structural", "template", "own"})


@lru_cache(maxsize=5)
def _use_set(part: str) -> PatternSet | None:
    # The catalogue's patterns compile; a test holds this.
    return compile_set([PatternSource(str(index), source, "i") for index, source in enumerate(MENTIONS[part])]).set


def read_around_quotes(
    text: str,
    patterns: PatternSet,
    matched: Sequence[int],
    language_of: Callable[[int], str],
) -> str | None:
    """What stands outside the quotes of a text that only speaks of an attack and quotes it; None for any other text.

    The caller looks whether the rest is harmless.
    """
    if not matched or len(text) > _MAX_CHARS:
        return None
    quotes = _find_quotes(text, patterns, matched, language_of)
    if quotes is None:
        return None
    rest = _cut_out(text, [(start, end) for start, end, _ in quotes])
    frames, orders = _use_set("frames"), _use_set("orders")
    if frames is None or orders is None or orders.scan(rest):
        return None
    if not any(reports for _, _, reports in quotes) and not frames.scan(rest):
        return None
    return rest


def _find_spans(text: str, part: str) -> list[tuple[int, int]]:
    patterns = _use_set(part)
    if patterns is None:
        return []
    return [(span.start, span.end) for index in patterns.scan(text) for span in patterns.spans(text, index)]


def _is_addressed(text: str) -> bool:
    patterns = _use_set("addressed")
    return patterns is None or bool(patterns.scan(text))


def _find_quotes(
    text: str,
    patterns: PatternSet,
    matched: Sequence[int],
    language_of: Callable[[int], str],
) -> list[tuple[int, int, bool]] | None:
    """The quotes and reports (true) in which all matches of all patterns stand, ascending; None where one does not."""
    quoted = [
        *((start, end, False) for start, end in (_find_spans(text, "quotes") if _ANY_QUOTE.search(text) else ())),
        *((start, end, True) for start, end in _find_spans(text, "reports") if not _is_addressed(text[start:end])),
    ]
    if not quoted:
        return None
    used: set[tuple[int, int, bool]] = set()
    for pattern in matched:
        if language_of(pattern) in _UNQUOTABLE:
            return None
        for span in patterns.spans(text, pattern):
            around = next((one for one in quoted if one[0] <= span.start and one[1] >= span.end), None)
            if around is None:
                return None
            used.add(around)
    return sorted(used)


def _cut_out(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The text with each of the stretches as one blank."""
    rest: list[str] = []
    at = 0
    for start, end in stretches:
        if end <= at:
            continue
        rest.append(text[at : max(at, start)])
        rest.append(" ")
        at = end
    rest.append(text[at:])
    return "".join(rest)
