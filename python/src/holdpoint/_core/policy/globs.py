"""Globs of rules made ready."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..expr.text_functions import glob

_SPECIAL = re.compile(r"[*?\\\[{]")

GlobTest = Callable[[str], bool]


def prepare_globs(patterns: Sequence[str]) -> GlobTest:
    """A test for any of the globs; most are a name, or what names begin with."""
    whole = frozenset(pattern for pattern in patterns if not _SPECIAL.search(pattern))
    begins = tuple(p[:-1] for p in patterns if p.endswith("*") and not _SPECIAL.search(p[:-1]))
    others = [p for p in patterns if p not in whole and not (p.endswith("*") and not _SPECIAL.search(p[:-1]))]

    def test(name: str) -> bool:
        if name in whole or name.startswith(begins):
            return True
        # A glob that cannot be judged is refused when written, so anything but true is no match.
        return any(glob(pattern, name) is True for pattern in others)

    return test
