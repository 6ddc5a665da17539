"""Texts and names as a trace carries them."""

from __future__ import annotations

import math
from typing import Any

from ..._gen.tables import MAX_NAME_CHARS, MAX_TRACED_TEXT_CHARS

_MARK = "… [cut off]"


def cut_text(text: str, max_chars: int = MAX_TRACED_TEXT_CHARS) -> str:
    """A text cut at the limit, with a mark; a lone surrogate is replaced, for JSON in UTF-8 cannot carry it."""
    cut = text if len(text) <= max_chars else text[:max_chars] + _MARK
    return cut if cut.isascii() else cut.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def read_name(value: Any) -> str | None:
    """A name that the server will take; None for anything else."""
    return (
        cut_text(value[: MAX_NAME_CHARS // 2 if not value.isascii() else MAX_NAME_CHARS]) if _is_text(value) else None
    )


def read_amount(value: Any) -> float | None:
    """A count or an amount; None for anything that is not a number from 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if value >= 0 and math.isfinite(value) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""
