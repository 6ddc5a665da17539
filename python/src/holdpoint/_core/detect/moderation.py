"""Scores of harmful content (SPECIFICATION T-60)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..._gen.moderation import MODERATION_CATEGORIES, MODERATION_PATTERNS
from ..match import PatternSource
from .category_models import score_categories
from .text_scan import TextScan

ModerationSignal = dict[str, Any]

# A model's score below this says nothing.
_LEAST_LEARNED = 50


class ModerationScore(NamedTuple):
    """The score of a text for one category, 0-100, and the pattern indexes that counted."""

    category: str
    score: int
    patterns: Sequence[int]


def list_moderation_patterns() -> list[PatternSource]:
    """The catalogue's patterns."""
    return [PatternSource(row["id"], row["source"], "i") for row in MODERATION_PATTERNS]


def list_moderation_signals() -> list[ModerationSignal]:
    """What each of the catalogue's patterns says, in the same order."""
    return MODERATION_PATTERNS


def score_moderation(
    scan: TextScan, signals: Sequence[ModerationSignal | None], *, use_learned: bool
) -> list[ModerationScore]:
    """Scores of one scanned text, by category in the catalogue's order, categories with score 0 left out.

    The strongest weight of each family and the learned score combine as `round(100 * (1 - Π(1 - w/100)))`.
    """
    weights: dict[str, dict[str, int]] = {}
    patterns: dict[str, list[int]] = {}
    for hit in scan.hits:
        signal = signals[hit]
        if signal is None:
            continue
        category, family = signal["category"], signal["family"]
        families = weights.setdefault(category, {})
        families[family] = max(families.get(family, 0), signal["weight"])
        patterns.setdefault(category, []).append(hit)
    if use_learned:
        for category, score in score_categories(scan.normalised.text):
            if score >= _LEAST_LEARNED:
                weights.setdefault(category, {})["learned"] = score
    return [
        ModerationScore(category, _combine(weights[category]), patterns.get(category, ()))
        for category in MODERATION_CATEGORIES
        if category in weights
    ]


def _combine(weights: dict[str, int]) -> int:
    """Families in the order of their names, so that doubles agree in every language."""
    innocence = 1.0
    for family in sorted(weights):
        innocence *= 1 - weights[family] / 100
    return math.floor(100 * (1 - innocence) + 0.5)
