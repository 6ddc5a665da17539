"""Traces that are being recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

from ..._core import canonical_json
from ..._gen.errors import AgentPausedError, EnforcementHaltError
from ..._gen.tables import MAX_ERROR_CHARS, MAX_NAME_CHARS, MAX_TRACE_ITEMS, TRACE_STATUS_VALUES
from ..clock import Clock, to_timestamp
from ..new_id import new_id
from ..telemetry.telemetry import LiveEnd, LiveSpan, LiveStart, Telemetry
from ..transport.copy_json import NotJsonError, copy_json, copy_members
from ..usage.ledger import Reservations
from .traced_text import cut_text, read_amount, read_name

_AMOUNTS = ("costUsd", "promptTokens", "completionTokens", "totalTokens")
_SPAN_BYTES = 256


class BuildsRecord(Protocol):
    """A decision that is written when somebody needs it; `step` is its number in its session."""

    step: int
    size_bytes: int

    def build_sent(self) -> dict[str, Any]:
        """The record with its receipt, the same each time."""
        ...


@dataclass(slots=True)
class OpenTrace:
    """A trace that has not ended. `decisions` build their records when somebody needs them."""

    start: dict[str, Any]
    trace_id: str
    agent_id: str
    started_ms: float
    reservations: Reservations = field(default_factory=Reservations)
    spans: list[dict[str, Any]] = field(default_factory=list)
    # Spans that have not ended.
    unended: dict[SpanHandle, None] = field(default_factory=dict)
    decisions: list[BuildsRecord] = field(default_factory=list)
    usage: dict[str, Any] = field(default_factory=dict)
    blocked: bool = False
    size_bytes: int = 0
    ended: bool = False
    # It is ended for a program that never does. Another one may be gone before anybody sees it.
    is_kept: bool = False
    # Its span in OpenTelemetry.
    live: LiveSpan | None = None


@dataclass(frozen=True, slots=True)
class EndedTrace:
    """A trace that has ended."""

    open: OpenTrace
    duration_ms: float
    status: str
    output: str | None
    error_type: str | None
    error_message: str | None


class SpanHandle:
    """One step inside a trace. A context manager; no method raises, and later calls do nothing.

    One that has not ended when its trace does ends with it, `effect_unconfirmed`.
    """

    __slots__ = ("_ended", "_given", "_is_alone", "_started_ms", "_trace", "_traces", "span_id", "trace_id")

    def __init__(self, traces: Traces, trace: OpenTrace, given: dict[str, Any]) -> None:
        self.span_id = new_id()
        self._traces = traces
        self._trace = trace
        self._given = given
        self.trace_id = trace.trace_id
        self._started_ms = traces.now_ms()
        self._ended = trace.ended
        # What finds no room in its trace is a step all the same: it becomes a trace of its own.
        self._is_alone = len(trace.spans) + len(trace.unended) >= MAX_TRACE_ITEMS
        if self._ended or self._is_alone:
            return
        trace.unended[self] = None
        if traces.telemetry is not None:
            start = LiveStart(read_name(given.get("name")), read_name(given.get("spanType")) or "span")
            traces.telemetry.start_span(trace.live, self.span_id, read_name(given.get("parentSpanId")), start)

    def end(self, *, status: str | None = None, error: object = None, attributes: Any = None) -> None:
        """Ends the span."""
        if self._ended:
            return
        self._ended = True
        self._trace.unended.pop(self, None)
        given = copy_members(self._given)
        merged = {**_as_object(given.get("attributes")), **_as_object(_copy(attributes))}
        described = _describe_error(error)
        if described is not None:
            merged |= {"error.type": described[0], "error.message": described[1]}
        span: dict[str, Any] = {
            "spanId": self.span_id,
            "startedAt": to_timestamp(self._started_ms),
            "durationMs": max(0, self._traces.now_ms() - self._started_ms),
            "status": _read_status(status) or ("error" if described else "success"),
            "attributes": merged,
        }
        for name in ("name", "spanType", "parentSpanId"):
            if (text := read_name(given.get(name))) is not None:
                span[name] = text
        size_bytes = _SPAN_BYTES + len(canonical_json(merged)) * 2
        if self._is_alone:
            self._traces.tell_alone(self._trace, span, self._started_ms, size_bytes, described)
            return
        self._trace.spans.append(span)
        if self._traces.telemetry is not None:
            end = LiveEnd(span["status"], described[0] if described else None, merged)
            self._traces.telemetry.end_span(self._trace.live, self.span_id, end)
        self._trace.size_bytes += size_bytes

    def __enter__(self) -> SpanHandle:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(error=error)


class TraceHandle:
    """One run of an agent. A context manager; no method raises, and after `end` they do nothing."""

    __slots__ = ("__weakref__", "_trace", "_traces", "agent_id", "trace_id")

    def __init__(self, traces: Traces, trace: OpenTrace) -> None:
        self._traces = traces
        self._trace = trace
        self.trace_id = trace.trace_id
        self.agent_id = trace.agent_id

    def span(
        self, name: str, *, span_type: str | None = None, parent_span_id: str | None = None, attributes: Any = None
    ) -> SpanHandle:
        """Begins a step."""
        given = {"name": name, "spanType": span_type, "parentSpanId": parent_span_id, "attributes": attributes}
        return SpanHandle(self._traces, self._trace, given)

    def record_usage(
        self,
        *,
        cost_usd: float | None = None,
        prompt_tokens: float | None = None,
        completion_tokens: float | None = None,
        total_tokens: float | None = None,
        model_name: str | None = None,
    ) -> None:
        """Adds what model calls really took, and settles what was reserved in this trace against the actual cost."""
        if self._trace.ended:
            return
        totals = self._trace.usage
        for name, value in zip(_AMOUNTS, (cost_usd, prompt_tokens, completion_tokens, total_tokens), strict=True):
            amount = read_amount(value)
            if amount is not None:
                totals[name] = totals.get(name, 0) + amount
        if self._traces.telemetry is not None:
            tokens = {"input": read_amount(prompt_tokens), "output": read_amount(completion_tokens)}
            self._traces.telemetry.record_usage(self._trace.live, tokens)
        if (model := read_name(model_name)) is not None:
            totals["modelName"] = model
        if (cost := read_amount(cost_usd)) is not None:
            self._traces.on_usage(self._trace, cost)

    def end(self, *, output: str | None = None, status: str | None = None, error: object = None) -> None:
        """Ends the trace and sends it."""
        self._traces.end(self, output, status, error)

    def __enter__(self) -> TraceHandle:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        blocked = isinstance(error, EnforcementHaltError) and not isinstance(error, AgentPausedError)
        self.end(error=error, status="policy_blocked" if blocked else None)


class Traces:
    """Opens and ends traces."""

    def __init__(
        self,
        now_ms: Clock,
        capacity: int,
        on_usage: Callable[[OpenTrace, float], None],
        on_end: Callable[[EndedTrace], None],
        telemetry: Telemetry | None = None,
    ) -> None:
        self.telemetry = telemetry
        self.now_ms = now_ms
        self.on_usage = on_usage
        self._on_end = on_end
        # Most traces that are ended for a program that never ended them.
        self._capacity = capacity
        self._opened: dict[TraceHandle, None] = {}
        self._lock = threading.Lock()

    def start(self, given: dict[str, Any]) -> TraceHandle:
        """Opens a trace."""
        copied = copy_members(given)
        agent_id = read_name(copied.get("agentId")) or ""
        trace = OpenTrace(copied, new_id(), agent_id, self.now_ms())
        if self.telemetry is not None:
            name, span_type = read_name(copied.get("name")), read_name(copied.get("spanType")) or "agent"
            session_id = read_name(copied.get("sessionId"))
            trace.live = self.telemetry.start_trace(LiveStart(name, span_type, agent_id, session_id, trace.trace_id))
        handle = TraceHandle(self, trace)
        with self._lock:
            if len(self._opened) < self._capacity:
                trace.is_kept = True
                self._opened[handle] = None
        return handle

    def find(self, handle: Any) -> OpenTrace | None:
        """The trace behind a handle, or behind that of one of its spans; None when it has ended or is none of ours."""
        if isinstance(handle, (TraceHandle, SpanHandle)) and handle._traces is self and not handle._trace.ended:
            return handle._trace
        return None

    def end(self, handle: TraceHandle, output: object, status: object, error: object) -> None:
        """Ends a trace, once."""
        trace = handle._trace
        with self._lock:
            if trace.ended:
                return
            trace.ended = True
            self._opened.pop(handle, None)
        for span in list(trace.unended):
            span.end(status="effect_unconfirmed")
        described = _describe_error(error)
        known = _read_status(status) or ("policy_blocked" if trace.blocked else None)
        ended = EndedTrace(
            trace,
            max(0, self.now_ms() - trace.started_ms),
            known or ("error" if described else "success"),
            output if isinstance(output, str) else None,
            described[0] if described else None,
            described[1] if described else None,
        )
        if self.telemetry is not None:
            self.telemetry.end_trace(trace.live, _describe_end(ended))
        self._on_end(ended)

    def tell_alone(
        self,
        trace: OpenTrace,
        span: dict[str, Any],
        started_ms: float,
        size_bytes: int,
        error: tuple[str, str] | None,
    ) -> None:
        """A step as a trace of its own, which has the step's id."""
        start = {name: trace.start.get(name) for name in ("environment", "sessionId", "userId")}
        start |= {"name": span.get("name"), "spanType": span.get("spanType"), "metadata": span["attributes"]}
        start["parentTraceId"] = trace.trace_id
        facts = (start, span["spanId"], trace.agent_id, started_ms)
        alone = OpenTrace(*facts, ended=True, size_bytes=size_bytes)
        self._on_end(EndedTrace(alone, span["durationMs"], span["status"], None, *(error or (None, None))))

    def disown(self) -> None:
        """Those that are open now are for somebody else to end."""
        self._opened.clear()

    def end_all(self) -> None:
        """Ends every trace that is still open: whether its work took effect is not known."""
        for handle in list(self._opened):
            handle.end(status="effect_unconfirmed")


def _describe_end(ended: EndedTrace) -> LiveEnd:
    usage = ended.open.usage
    return LiveEnd(
        ended.status,
        ended.error_type,
        model_name=usage.get("modelName"),
        input_tokens=usage.get("promptTokens"),
        output_tokens=usage.get("completionTokens"),
    )


def _read_status(status: object) -> str | None:
    """A status of the closed set; a whole trace would be refused for any other."""
    return status if isinstance(status, str) and status in TRACE_STATUS_VALUES else None


def _copy(value: Any) -> Any:
    try:
        return copy_json(value, exact=False)
    except NotJsonError:
        return None


def _as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _describe_error(error: object) -> tuple[str, str] | None:
    if error is None:
        return None
    name = type(error).__name__[:MAX_NAME_CHARS]
    try:
        return name, cut_text(str(error), MAX_ERROR_CHARS)
    except Exception:  # noqa: BLE001 - an error of the program's own that cannot be written
        return name, ""
