"""Codes that normalisation has read as a sentence (SPECIFICATION T-3)."""

from __future__ import annotations

import re

from ..match import normalise_text
from .text_scan import TextScan

_MAX_RUNS = 8
# Base64 and hex, and letters in percent codes, which no address needs.
_CODED_RUN = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}|(?:%[0-9A-Fa-f]{2}){12,}")
# Four words of letters at least: neither the claims of a token nor a path. Begins with a whole word, so that a long
# one is read once.
_PROSE = re.compile("(?<![A-Za-z\u00c0-\U0010ffff])[A-Za-z\u00c0-\U0010ffff]{2,}(?: [A-Za-z\u00c0-\U0010ffff]+){3}")


def holds_prose(text: str) -> bool:
    """Whether four words of letters stand side by side."""
    return _PROSE.search(text) is not None


def find_decoded_prose(scan: TextScan) -> tuple[int, int] | None:
    """Where the first such run stands in the normalised text."""
    normalised = scan.normalised
    if not normalised.changed:
        return None
    for count, match in enumerate(_CODED_RUN.finditer(scan.text.value)):
        if count == _MAX_RUNS:
            return None
        decoded = normalise_text(match.group())
        if decoded.changed and holds_prose(decoded.text):
            start = normalised.text.find(decoded.text)
            if start >= 0:
                return start, start + len(decoded.text)
    return None
