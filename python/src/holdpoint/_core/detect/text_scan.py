"""One text, normalised and scanned once for every pattern of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..match import NormalisedText, PatternSet, normalise_text


class Text(NamedTuple):
    """One text of a request: what it is, where it stands (JSON pointer), and its value."""

    role: str
    path: str
    value: str


class TextScan(NamedTuple):
    """A text with the indexes of the patterns that match it, ascending."""

    text: Text
    normalised: NormalisedText
    hits: Sequence[int]


def scan_text(text: Text, patterns: PatternSet) -> TextScan:
    """Normalises a text and scans it for all patterns at once."""
    normalised = normalise_text(text.value)
    return TextScan(text, normalised, patterns.scan(normalised.text))
