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


@lru_cache(maxsize=3)
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
    if not matched or len(text) > _MAX_CHARS or _ANY_QUOTE.search(text) is None:
        return None
    quotes = _find_quotes(text, patterns, matched, language_of)
    if quotes is None:
        return None
    rest = _cut_out(text, quotes)
    frames, orders = _use_set("frames"), _use_set("orders")
    if frames is None or orders is None or not frames.scan(rest) or orders.scan(rest):
        return None
    return rest


def _find_quotes(
    text: str,
    patterns: PatternSet,
    matched: Sequence[int],
    language_of: Callable[[int], str],
) -> list[tuple[int, int]] | None:
    """The quotes in which all matches of all patterns stand, ascending; None where one does not."""
    quotes = _use_set("quotes")
    quoted = [] if quotes is None else [span for index in quotes.scan(text) for span in quotes.spans(text, index)]
    if not quoted:
        return None
    used: set[tuple[int, int]] = set()
    for pattern in matched:
        if language_of(pattern) in _UNQUOTABLE:
            return None
        for span in patterns.spans(text, pattern):
            around = next((one for one in quoted if one.start <= span.start and one.end >= span.end), None)
            if around is None:
                return None
            used.add((around.start, around.end))
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
