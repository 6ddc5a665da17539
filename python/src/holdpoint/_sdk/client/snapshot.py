"""All that one decision reads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any

from ..._core import Pause, Plan


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Immutable: a change makes a new one. `plan` is None until policies have been compiled once."""

    plan: Plan | None = None
    pauses: tuple[Pause, ...] = ()
    # Of the bundle in force; 0 without one.
    version: int = 0


class SnapshotHolder:
    """INVARIANT: the only place where the snapshot changes; readers see the old one or the new one whole."""

    __slots__ = ("_lock", "current")

    def __init__(self) -> None:
        self.current = Snapshot()
        self._lock = threading.Lock()

    def change(self, **parts: Any) -> None:
        """Swaps the snapshot for one with some parts replaced."""
        with self._lock:
            self.current = replace(self.current, **parts)
