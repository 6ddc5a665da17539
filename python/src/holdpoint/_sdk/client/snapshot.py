"""All that one decision reads."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field, replace
from typing import Any

from ..._core import Pause, Plan, keeps_state


@dataclass(frozen=True, slots=True)
class BundleInForce:
    """Whose the bundle in force is, and the SHA-256 of its payload, hex."""

    organization_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Immutable: a change makes a new one. `plan` is None until policies have been compiled once."""

    plan: Plan | None = None
    pauses: tuple[Pause, ...] = ()
    # Of the bundle in force; 0 without one.
    version: int = 0
    bundle: BundleInForce | None = None
    # Monotonic time from which on the plan may not be relied on any more.
    stale_at_ms: float = math.inf
    # What follows from these: a step may leave something behind, somebody may have to be asked before it is decided,
    # and there is nothing but the plan to look at: it keeps no state, nobody is paused, and it is not stale in time.
    keeps_state: bool = field(init=False)
    asks: bool = field(init=False)
    is_plain: bool = field(init=False)

    def __post_init__(self) -> None:
        plan = self.plan
        keeps = plan is not None and keeps_state(plan)
        object.__setattr__(self, "keeps_state", keeps)
        object.__setattr__(self, "asks", plan is not None and (plan.asks_classifiers or plan.asks_validators))
        lasts = self.stale_at_ms == math.inf
        object.__setattr__(self, "is_plain", plan is not None and lasts and not keeps and not self.pauses)


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
