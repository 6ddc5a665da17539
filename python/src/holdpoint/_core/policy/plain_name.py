"""Names of members that are no texts (SPECIFICATION D-55)."""

from __future__ import annotations

import re
from functools import lru_cache

_PLAIN = re.compile("[A-Za-z]*(?:[_-][A-Za-z]*)?[0-9]?")
_LONGEST = 19


def is_plain_name(name: str) -> bool:
    """Whether a name is one of those that tools give and nobody can say anything with; any other one is a text.

    At most 19 letters of ASCII, one `_` or `-` among them, and a digit at the end.
    """
    return len(name) <= _LONGEST and _is_plain(name)


@lru_cache(maxsize=1024)
def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None
