"""Scores of prompt injection (SPECIFICATION T-1)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..._gen.detectors import INJECTION_PATTERNS
from ..._gen.messages import Evidence
from ..._gen.tables import MAX_EVIDENCE, SCORING, SEVERITY_VALUES
from ..match import PatternSet, PatternSource
from .text_scan import TextScan

OWN_PATTERN_FAMILY = "own_pattern"

# In the order in which scores multiply, so that doubles agree in every language.
INJECTION_FAMILIES: tuple[str, ...] = tuple(
    dict.fromkeys([*(pattern["family"] for pattern in INJECTION_PATTERNS), OWN_PATTERN_FAMILY])
)

_STRUCTURAL_LANGUAGES = frozenset({"structural", "template"})

# Languages that a rule may name.
INJECTION_LANGUAGES: tuple[str, ...] = tuple(
    language
    for language in dict.fromkeys(pattern["language"] for pattern in INJECTION_PATTERNS)
    if language not in _STRUCTURAL_LANGUAGES
)


class InjectionSignal(NamedTuple):
    """One pattern's weight as evidence, and the family in which only the strongest counts."""

    family: int
    weight: int
    language: str


class InjectionScore(NamedTuple):
    """0-100, and the pattern indexes that counted."""

    score: int
    patterns: Sequence[int]


NO_INJECTION = InjectionScore(0, ())


@dataclass(frozen=True, slots=True)
class InjectionFilter:
    """Which signals a rule listens to."""

    languages: Sequence[str]
    structural: bool

    def listens(self, language: str) -> bool:
        """True when the rule wants signals of this language."""
        if language == "own":
            return True
        if language in _STRUCTURAL_LANGUAGES:
            return self.structural
        return not self.languages or language in self.languages


# What a rule that chooses nothing listens to.
_EVERYTHING = (InjectionFilter((), True),)


def list_injection_patterns(rules: Sequence[InjectionFilter] = _EVERYTHING) -> list[PatternSource]:
    """The catalogue's patterns that at least one rule listens to, case-insensitive."""
    return [PatternSource(row["id"], row["source"], "i") for row in _wanted_rows(rules)]


def list_injection_signals(rules: Sequence[InjectionFilter] = _EVERYTHING) -> list[InjectionSignal]:
    """What each of those patterns stands for, in the same order."""
    family_index = {name: index for index, name in enumerate(INJECTION_FAMILIES)}
    return [InjectionSignal(family_index[row["family"]], row["weight"], row["language"]) for row in _wanted_rows(rules)]


def _wanted_rows(rules: Sequence[InjectionFilter]) -> list[dict[str, Any]]:
    languages = {row["language"] for row in INJECTION_PATTERNS}
    heard = {language for language in languages if any(rule.listens(language) for rule in rules)}
    return [row for row in INJECTION_PATTERNS if row["language"] in heard]


def score_injection(
    scan: TextScan,
    signals: Sequence[InjectionSignal | None],
    wanted: InjectionFilter,
    accepts: Callable[[int], bool],
) -> InjectionScore:
    """The score of one scanned text: 100·(1 - Π(1 - w/100)) over the strongest weight of each family, half up."""
    if not scan.hits:
        return NO_INJECTION
    strongest: dict[int, int] = {}
    patterns: list[int] = []
    for hit in scan.hits:
        signal = signals[hit]
        if signal is None or not accepts(hit) or not wanted.listens(signal.language):
            continue
        patterns.append(hit)
        strongest[signal.family] = max(strongest.get(signal.family, 0), signal.weight)
    if not patterns:
        return NO_INJECTION
    innocence = 1.0
    for family in sorted(strongest):
        innocence *= 1 - strongest[family] / 100
    return InjectionScore(math.floor(100 * (1 - innocence) + 0.5), patterns)


def severity_of_score(score: int) -> str:
    """The highest severity whose score is reached; `low` below all."""
    severity = "low"
    for name in SEVERITY_VALUES:
        if score >= SCORING["severityScores"][name]:
            severity = name
    return severity


def locate_signals(
    scan: TextScan,
    patterns: Sequence[int],
    patterns_set: PatternSet,
    signals: Sequence[InjectionSignal | None],
) -> list[Evidence]:
    """Where the signals stand in the user's own text: one entry for each family and span, in order of position."""
    found: dict[tuple[int, int, str], Evidence] = {}
    for pattern in patterns:
        signal = signals[pattern]
        if signal is None:
            continue
        category = INJECTION_FAMILIES[signal.family]
        for span in patterns_set.spans(scan.normalised.text, pattern):
            start, end = to_original_span(scan, span.start, span.end)
            key = (start, end, category)
            known = found.get(key)
            if known is None or (known.score or 0) < signal.weight:
                found[key] = Evidence(scan.text.path, start, end, category, signal.weight)
    return [found[key] for key in sorted(found)][:MAX_EVIDENCE]


def to_original_span(scan: TextScan, start: int, end: int) -> tuple[int, int]:
    """A span of the normalised text in code points of the original text."""
    return scan.normalised.to_original_span(start, end)
