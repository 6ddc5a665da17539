"""A usage store that never raises."""

from __future__ import annotations

import math

from ..._core import Counter
from ..types import UsageStore

_MAX_BROKEN = 10_000


class GuardedUsage:
    """A read that raises is NaN; a counter whose addition was lost reads NaN from then on.

    Its count is too low then: the policy that needs it fails closed.
    """

    def __init__(self, store: UsageStore) -> None:
        self._store = store
        self._broken: set[str] = set()

    def read(self, counter: Counter) -> float:
        """The store's answer, NaN when it has none."""
        if counter.key in self._broken or len(self._broken) >= _MAX_BROKEN:
            return math.nan
        try:
            return self._store.read(counter)
        except Exception:  # noqa: BLE001 - a store of the program's own
            return math.nan

    def add(self, counter: Counter, amount_micros: int) -> None:
        """Adds, or remembers that it could not."""
        try:
            self._store.add(counter, amount_micros)
        except Exception:  # noqa: BLE001 - a store of the program's own
            if len(self._broken) < _MAX_BROKEN:
                self._broken.add(counter.key)
