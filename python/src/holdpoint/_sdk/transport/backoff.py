"""How long to wait before the next attempt."""

from __future__ import annotations

import random

from ..._gen.tables import DEFAULT_POLL_JITTER_PCT, DEFAULT_RETRY_BASE_MS, DEFAULT_RETRY_CAP_MS


class Backoff:
    """Doubled each time, half of it random, never more than the cap."""

    def __init__(self) -> None:
        self._attempts = 0

    def next_ms(self, at_least_ms: float | None = None) -> float:
        """The next wait, in milliseconds."""
        full_ms: float = min(DEFAULT_RETRY_CAP_MS, DEFAULT_RETRY_BASE_MS * 2 ** min(self._attempts, 30))
        self._attempts += 1
        return max(at_least_ms or 0, full_ms / 2 + full_ms / 2 * random.random())  # noqa: S311 - spreads retries

    def reset(self) -> None:
        """Starts again from the shortest wait."""
        self._attempts = 0


def add_jitter(ms: float) -> float:
    """A time shifted at random, so that clients started together do not call together."""
    spread = ms * DEFAULT_POLL_JITTER_PCT / 100
    return ms - spread / 2 + spread * random.random()  # noqa: S311 - spreads polls
