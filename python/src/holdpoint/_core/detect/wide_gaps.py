"""Words that stand far apart, or few on each line (SPECIFICATION T-41)."""

from __future__ import annotations

import re
from itertools import islice

_LINE = r"[A-Za-z\u00c0-\U0010ffff][^ \t\r\n]{0,31}(?: [^ \t\r\n]{1,32}){0,2}"
# Three lines in a row of at most three words each; empty lines may stand between.
_SHORT_LINES = re.compile(rf"(?:^|\n)[ \t\r]*{_LINE}(?:[ \t\r]*\n[ \t\r\n]*{_LINE}){{2}}[ \t\r]*(?:\n|\Z)")
_WIDE_GAP = re.compile(r"[A-Za-z\u00c0-\U0010ffff](?:[ \t]{2,}|\t)(?=[A-Za-z\u00c0-\U0010ffff])")
_ANY_GAP = re.compile(r"[ \t\r\n]+")
_LONG_GAP = re.compile(r"[ \t]{2,}|\t")
_LEAST_GAPS = 2


def close_gaps(text: str) -> str:
    """One blank in place of wide gaps between words, or of all gaps where lines hold few words; else the text."""
    if _SHORT_LINES.search(text):
        return _ANY_GAP.sub(" ", text)
    gaps = sum(1 for _ in islice(_WIDE_GAP.finditer(text), _LEAST_GAPS))
    return _LONG_GAP.sub(" ", text) if gaps == _LEAST_GAPS else text
