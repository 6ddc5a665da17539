"""Names of code beside words that underscores join (SPECIFICATION T-41)."""

from __future__ import annotations

import re

# So many underscores within a match are no accident; a single one is none in a name of more words.
_ENOUGH = 2
_LONG_NAME = 4
_REACH = 64
_HEAD = re.compile(r"[A-Za-z0-9_]*\Z")
_TAIL = re.compile(r"[A-Za-z0-9_]*")


def joins_words(text: str, start: int, end: int) -> bool:
    """Whether a match in the view `underscores` has words that underscores join, and not names beside each other.

    `assume_role` and `NO_POLICY_SCOPE` order nothing.
    """
    joints = text.count("_", start, end)
    if joints != 1:
        return joints >= _ENOUGH
    head = _HEAD.search(text[max(0, start - _REACH) : start])
    tail = _TAIL.match(text[end : end + _REACH])
    return joints + sum(found[0].count("_") for found in (head, tail) if found) >= _LONG_NAME
