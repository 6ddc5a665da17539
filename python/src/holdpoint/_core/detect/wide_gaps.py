"""Words that stand far apart, or few on each line (SPECIFICATION T-41)."""

from __future__ import annotations

import re
from itertools import islice

_LETTER = r"[A-Za-z\u00c0-\U0010ffff]"
_LINE = _LETTER + r"[^ \t\r\n]{0,31}(?: [^ \t\r\n]{1,32}){0,2}"
# Three lines in a row of at most three words each, and those that follow; empty lines may stand between.
_SHORT_LINES = re.compile(rf"(?<![^\n])[ \t\r]*{_LINE}(?:[ \t\r]*\n[ \t\r\n]*{_LINE}){{2,}}(?=[ \t\r]*(?:\n|\Z))")
_ANY_LINE = re.compile(r"[^ \t\r\n][^\n]*")
_SHORT_LINE = re.compile(r"[^ \t\r\n]{1,32}(?: [^ \t\r\n]{1,32}){0,2}[ \t\r]*")
# So many short lines for each other one, and the others are joined too.
_SHORT_FOR_EACH = 2
_WIDE_GAP = re.compile(rf"{_LETTER}(?:[ \t]{{2,}}|\t)(?={_LETTER})")
_ANY_GAP = re.compile(r"[ \t\r\n]+")
_LONG_GAP = re.compile(r"[ \t]{2,}|\t")
_LEAST_GAPS = 2


def close_gaps(text: str) -> str:
    """One blank in place of wide gaps between words, and of line breaks where lines hold few words; else the text."""
    joined = _join_short_lines(text)
    gaps = sum(1 for _ in islice(_WIDE_GAP.finditer(joined), _LEAST_GAPS))
    return _LONG_GAP.sub(" ", joined) if gaps == _LEAST_GAPS else joined


def _join_short_lines(text: str) -> str:
    """Rows of short lines joined, or all lines where most are short.

    A few headings do not make one sentence of a document.
    """
    joined = _SHORT_LINES.sub(lambda run: _ANY_GAP.sub(" ", run[0]), text)
    if joined == text:
        return text
    lines = _ANY_LINE.findall(text)
    short = sum(1 for line in lines if _SHORT_LINE.fullmatch(line))
    return _ANY_GAP.sub(" ", text) if short >= _SHORT_FOR_EACH * (len(lines) - short) else joined
