"""What is counted, told and sent of every decision."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..._core import Clock, Decision, Plan, Transform, canonical_json, to_wire
from ..._gen.tables import MAX_TRACE_ITEMS, VERDICT_VALUES
from ..clock import monotonic_ms, to_timestamp
from ..types import BlockedEvent, DecisionEvent, PausedEvent
from ..usage.ledger import Reservations
from .build_trace import TraceBuildOptions, build_ended_trace, build_lone_trace
from .emitter import Emitter
from .lane import QueuedTrace
from .traced_content import describe_content
from .traced_text import cut_text, read_name
from .traces import EndedTrace, OpenTrace, Traces

# Bytes that a decision holds, estimated.
_DECISION_BYTES = 1024

_NAMES = {"sessionId": "sessionId", "userId": "userId", "modelName": "model", "environment": "environment"}


class Recorder:
    """Counts decisions, tells listeners and hands them to the event lane. Never raises."""

    def __init__(
        self,
        clock: Clock,
        emitter: Emitter,
        push: Callable[[QueuedTrace], None] | None,
        capture_content: bool,
        environment: str | None,
    ) -> None:
        self._clock = clock
        self._emitter = emitter
        # Where traces go; None when there is nobody to send them to.
        self._push = push
        self._capture_content = capture_content
        self._environment = environment
        self.counts = dict.fromkeys(VERDICT_VALUES, 0)
        self.traces: Traces

    def record(
        self, request: Any, decision: Decision, plan: Plan | None, version: int, started_ms: float, trace: Any
    ) -> None:
        """One decision. O(1) in all that was recorded."""
        self.counts[decision.verdict] += 1
        if self._push is None and not self._emitter.hears("decision"):
            return
        try:
            self._record(request, decision, plan, version, started_ms, trace)
        except Exception:  # noqa: BLE001 - the decision stands whatever becomes of its record
            if self._push is not None:
                self._push(QueuedTrace(0, _refuse))

    def report_halt(self, decision: Decision, trace: Any = None) -> None:
        """Tells listeners that a step was stopped."""
        opened = self.traces.find(trace)
        if opened is not None:
            opened.blocked = True
        if decision.verdict == "paused":
            self._emitter.emit("paused", describe_pause(decision))
        else:
            self._emitter.emit("blocked", BlockedEvent(decision, decision.violations))

    def record_end(self, ended: EndedTrace, plan: Plan | None) -> None:
        """A trace that has ended."""
        if self._push is None:
            return
        text = ended.open.start.get("input")
        chars = (len(text) if isinstance(text, str) else 0) + len(ended.output or "")
        options = TraceBuildOptions(plan, self._clock, self._capture_content, self._environment)
        size = _DECISION_BYTES + ended.open.size_bytes + 2 * chars
        self._push(QueuedTrace(size, lambda: canonical_json(build_ended_trace(ended, options))))

    def reservations_of(self, trace: Any) -> Reservations | None:
        """What a trace has reserved; None without one."""
        opened = self.traces.find(trace)
        return opened.reservations if opened else None

    def names_of(self, trace: Any) -> dict[str, str | None]:
        """The session and user that an open trace was started with."""
        opened = self.traces.find(trace)
        return names_of(opened) if opened else {}

    def _record(
        self, request: Any, decision: Decision, plan: Plan | None, version: int, started_ms: float, trace: Any
    ) -> None:
        duration_us = max(0.0, (monotonic_ms() - started_ms) * 1000)
        build = _create_record_builder(
            _trim_transforms(decision, self._capture_content), version, duration_us, self._clock()
        )
        if self._emitter.hears("decision"):
            record = build()
            trace_id = getattr(trace, "trace_id", None)
            event = DecisionEvent(decision, record["decisionId"], record["decidedAt"], duration_us, trace_id)
            self._emitter.emit("decision", event)
        if self._push is None:
            return
        opened = self.traces.find(trace)
        if opened is not None and len(opened.decisions) < MAX_TRACE_ITEMS:
            opened.decisions.append(build)
            opened.size_bytes += _DECISION_BYTES
            return
        content = describe_content(request, decision) if self._capture_content and plan is not None else {}
        members = request if isinstance(request, dict) else {}
        given = {name: members.get(field) for name, field in _NAMES.items()}
        given["environment"] = given["environment"] or self._environment
        names = {name: text for name, value in given.items() if (text := read_name(value)) is not None}
        trace_id, parent = str(uuid.uuid4()), getattr(trace, "trace_id", None)
        size = _DECISION_BYTES + 2 * sum(map(len, content.values()))
        self._push(
            QueuedTrace(size, lambda: canonical_json(build_lone_trace(trace_id, parent, build(), content, names)))
        )


def describe_pause(decision: Decision) -> PausedEvent:
    """Who is paused, and why."""
    pause = decision.pause
    if pause is None:
        return PausedEvent(decision.agent_id, "agent", "", None)
    return PausedEvent(decision.agent_id, pause.level, pause.reason or "", pause.until)


def _refuse() -> str:
    raise TypeError("the decision could not be recorded")


def _trim_transforms(decision: Decision, capture_content: bool) -> Decision:
    """A record says what was replaced and where; the whole texts would count twice."""
    if not decision.transforms:
        return decision
    return replace(
        decision,
        transforms=tuple(
            Transform(one.path, cut_text(one.text) if capture_content else "") for one in decision.transforms
        ),
    )


def _create_record_builder(
    decision: Decision, version: int, duration_us: float, decided_ms: float
) -> Callable[[], dict[str, Any]]:
    """Ids and times are written when somebody needs them, once."""
    record: dict[str, Any] = {}

    def build() -> dict[str, Any]:
        if not record:
            record.update(
                decisionId=str(uuid.uuid4()),
                decidedAt=to_timestamp(decided_ms),
                durationUs=duration_us,
                bundleVersion=version,
                decision=to_wire(decision),
            )
        return record

    return build


def names_of(trace: OpenTrace) -> dict[str, str | None]:
    """The session and user that a trace was started with."""
    given = {name: trace.start.get(name) for name in ("sessionId", "userId")}
    return {name: value for name, value in given.items() if isinstance(value, str) and value}
