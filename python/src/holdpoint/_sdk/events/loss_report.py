"""What was lost, told to the control plane (clause S-15)."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from ..._gen.tables import DEFAULT_DROP_REPORT_INTERVAL_MS, DROP_REASONS
from ..clock import Clock, monotonic_ms, to_timestamp
from .drop_counter import DropCounter
from .write_text import write_json

# Bytes that a report holds, estimated.
_REPORT_BYTES = 256


@dataclass(frozen=True, slots=True)
class LossTrace:
    """A trace that says how many others did not arrive, by reason."""

    lost: dict[str, int]
    at_ms: float
    environment: str | None
    size_bytes: int = _REPORT_BYTES

    def to_json(self) -> str:
        """A trace of the agent `holdpoint`."""
        trace = {
            "traceId": str(uuid.uuid4()),
            "agentId": "holdpoint",
            "timestamp": to_timestamp(self.at_ms),
            "durationMs": 0,
            "status": "error",
            "spanType": "loss",
            "metadata": {"lost": self.lost},
        }
        if self.environment is not None:
            trace["environment"] = self.environment
        return write_json(trace)


class LossReport:
    """What has been counted and not been told yet; at most one trace an interval. For one thread."""

    def __init__(
        self, drops: DropCounter, clock: Clock, environment: str | None, now_ms: Callable[[], float] = monotonic_ms
    ) -> None:
        self._drops = drops
        self._clock = clock
        self._environment = environment
        self._now_ms = now_ms
        # What a process before this one has lost is for that one to tell.
        self._told = dict(drops.totals)
        self._next_ms = -math.inf

    def due_in_ms(self) -> float | None:
        """How long until something should be told; None when there is nothing."""
        return max(0.0, self._next_ms - self._now_ms()) if self._untold() else None

    def take(self) -> LossTrace | None:
        """What to tell now; None when there is nothing, or it is too early."""
        lost = self._untold()
        if not lost or self._now_ms() < self._next_ms:
            return None
        for reason, count in lost.items():
            self._told[reason] += count
        self._next_ms = self._now_ms() + DEFAULT_DROP_REPORT_INTERVAL_MS
        return LossTrace(lost, self._clock(), self._environment)

    def give_back(self, report: LossTrace) -> None:
        """There was no room for it: it is told with the next, as soon as there is."""
        for reason, count in report.lost.items():
            self._told[reason] -= count
        self._next_ms = -math.inf

    def _untold(self) -> dict[str, int]:
        totals, told = self._drops.totals, self._told
        return {reason: totals[reason] - told[reason] for reason in DROP_REASONS if totals[reason] > told[reason]}
