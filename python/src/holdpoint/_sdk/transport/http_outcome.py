"""What to do with an answer of the control plane, by the contract's table."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime

from ..._gen.tables import HTTP_OUTCOMES


def outcome_of(status: int) -> str:
    """The outcome of a status; 0 stands for a failure to get one."""
    for row in HTTP_OUTCOMES:
        match = row["match"]
        if match == "network":
            if status == 0:
                return row["outcome"]
            continue
        first, _, last = match.partition("-")
        if int(first) <= status <= int(last or first):
            return row["outcome"]
    return "drop"


def read_retry_after_ms(value: str | None, now_ms: float, cap_ms: float) -> float | None:
    """Milliseconds that a Retry-After asks for (RFC 9110, 10.2.3: seconds or a date), at most the cap."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        wait_ms = float(text) * 1000
    else:
        try:
            wait_ms = parsedate_to_datetime(text).timestamp() * 1000 - now_ms
        except (TypeError, ValueError, OverflowError):
            return None
    return None if math.isnan(wait_ms) else min(max(0.0, wait_ms), cap_ms)
