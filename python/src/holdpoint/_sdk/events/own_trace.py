"""Traces that are about the client, not about an agent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from ..._gen.tables import DEFAULT_DROP_REPORT_INTERVAL_MS, DROP_REASONS
from ..clock import Clock, monotonic_ms, to_timestamp
from ..new_id import new_id
from ..types import UngovernedEvent
from .reason_counter import ReasonCounter
from .receipt_chains import ReadEnds
from .write_text import write_json

# Bytes that such a trace holds, estimated.
_OWN_BYTES = 512


class OwnTrace:
    """A trace of the agent `holdpoint`.

    `loss` says what did not arrive, `ungoverned` what was not governed, `receipts` where chains end, `probe` asks
    whether the server takes any.
    """

    size_bytes = _OWN_BYTES

    def __init__(
        self,
        span_type: Literal["loss", "probe", "receipts", "ungoverned"],
        at_ms: float,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._trace: dict[str, Any] = {
            "traceId": new_id(),
            "agentId": "holdpoint",
            "timestamp": to_timestamp(at_ms),
            "status": "success" if span_type in ("probe", "receipts") else "error",
            "spanType": span_type,
        }
        if metadata is not None:
            self._trace["metadata"] = metadata

    def to_json(self) -> str:
        """The same each time."""
        return write_json(self._trace)


def create_ungoverned_trace(event: UngovernedEvent, at_ms: float) -> OwnTrace:
    """Tells the control plane what was not governed (clause R-8)."""
    metadata = {"reason": event.reason, "count": event.count, "total": event.total}
    return OwnTrace("ungoverned", at_ms, metadata if event.hook is None else {**metadata, "hook": event.hook})


class EndsTrace:
    """Tells the control plane where chains of receipts end (clause R-9).

    Read when it is written, after what it is about.
    """

    size_bytes = _OWN_BYTES

    def __init__(self, read_ends: ReadEnds, clock: Clock) -> None:
        self._read_ends = read_ends
        self._clock = clock
        self._text: str | None = None

    def to_json(self) -> str:
        """The same each time."""
        if self._text is None:
            self._text = OwnTrace("receipts", self._clock(), {"chains": self._read_ends()}).to_json()
        return self._text


class LossReport:
    """Tells the control plane what was lost (clause S-15): at most one trace an interval. For one thread."""

    def __init__(self, drops: ReasonCounter, clock: Clock, now_ms: Callable[[], float] = monotonic_ms) -> None:
        self._drops = drops
        self._clock = clock
        self._now_ms = now_ms
        # What a process before this one has lost is for that one to tell.
        self._told = dict(drops.totals)
        self._before = dict(self._told)
        self._taken_ms = self._taken_before_ms = -math.inf

    def due_in_ms(self) -> float | None:
        """How long until something should be told; None when there is nothing."""
        if not self._untold():
            return None
        return max(0.0, self._taken_ms + DEFAULT_DROP_REPORT_INTERVAL_MS - self._now_ms())

    def take(self) -> OwnTrace | None:
        """What has not been told yet; None when there is nothing, or it is too soon."""
        lost = self._untold()
        now_ms = self._now_ms()
        if not lost or now_ms - self._taken_ms < DEFAULT_DROP_REPORT_INTERVAL_MS:
            return None
        self._before = dict(self._told)
        for reason, count in lost.items():
            self._told[reason] += count
        self._taken_before_ms, self._taken_ms = self._taken_ms, now_ms
        return OwnTrace("loss", self._clock(), {"lost": lost})

    def put_back(self) -> None:
        """What was taken last could not be queued: it is told later."""
        self._told = self._before
        self._taken_ms = self._taken_before_ms

    def ignore(self, reason: str, texts: Sequence[str]) -> None:
        """A refused report is no loss to report: it would come back for ever."""
        self._told[reason] += sum('"spanType":"loss"' in text for text in texts)

    def probe(self) -> str:
        """A harmless trace, to see whether the server takes any."""
        return OwnTrace("probe", self._clock()).to_json()

    def _untold(self) -> dict[str, int]:
        totals, told = self._drops.totals, self._told
        return {reason: totals[reason] - told[reason] for reason in DROP_REASONS if totals[reason] > told[reason]}
