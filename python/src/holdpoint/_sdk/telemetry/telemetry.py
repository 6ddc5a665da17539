"""Spans and metrics of one client (SPECIFICATION O-1 to O-6)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from ..._core import Decision
from ..._gen.errors import ConfigError
from ..._gen.tables import TELEMETRY
from ..clock import monotonic_ms
from ..types import TelemetryOptions

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

_KEYS: dict[str, str] = TELEMETRY["attributes"]
_OPERATIONS: dict[str, str] = TELEMETRY["operations"]
_ERROR_TYPES = {"paused": "agent_paused", "require_approval": "approval_required"}

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _quietly(method: Callable[_P, _R]) -> Callable[_P, _R | None]:
    """What goes wrong in somebody's exporter is none of the caller's affairs."""

    @wraps(method)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R | None:
        try:
            return method(*args, **kwargs)
        except Exception:  # noqa: BLE001
            return None

    return guarded


@dataclass(slots=True)
class LiveSpan:
    """A trace or a span that is under way; `children`: of a trace, its spans by id."""

    span: Span
    context: Context
    operation: str | None
    started_ms: float
    shared: dict[str, Any]
    children: dict[str, LiveSpan] = field(default_factory=dict)


class LiveStart(NamedTuple):
    """What a trace or a span begins with."""

    name: str | None
    span_type: str | None
    agent_id: str | None = None
    session_id: str | None = None
    trace_id: str | None = None


class LiveEnd(NamedTuple):
    """What it ends with."""

    status: str
    error_type: str | None
    attributes: Mapping[str, Any] = {}
    model_name: str | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None


class Telemetry:
    """No method raises; safe for threads as far as the providers are."""

    def __init__(self, options: TelemetryOptions) -> None:
        """Raises ConfigError when the API is not installed."""
        try:
            from opentelemetry import context, metrics, trace  # noqa: PLC0415 - loaded when it is asked for
        except ImportError as error:
            raise ConfigError("option `telemetry`: install `opentelemetry-api`, or `holdpoint[telemetry]`") from error
        self._context = context
        self._trace = trace
        self._captures = options.capture_attributes
        tracers = options.tracer_provider or trace.get_tracer_provider()
        meters = options.meter_provider or metrics.get_meter_provider()
        self._tracer = tracers.get_tracer(TELEMETRY["scope"])
        meter = meters.get_meter(TELEMETRY["scope"])

        def describe(name: str) -> dict[str, Any]:
            one = TELEMETRY["metrics"][name]
            return {"name": one["name"], "unit": one["unit"], "description": one["description"]}

        def histogram(name: str) -> Any:
            buckets = TELEMETRY["metrics"][name]["buckets"]
            return meter.create_histogram(**describe(name), explicit_bucket_boundaries_advisory=buckets)

        self._decisions = meter.create_counter(**describe("decisions"))
        self._decision_duration = histogram("decisionDuration")
        self._ungoverned = meter.create_counter(**describe("ungoverned"))
        self._dropped = meter.create_counter(**describe("dropped"))
        self._operation_duration = histogram("operationDuration")
        self._token_usage = histogram("tokenUsage")

    @_quietly
    def start_trace(self, start: LiveStart) -> LiveSpan:
        """A trace in the context that is active."""
        return self._begin(self._context.get_current(), start, {})

    @_quietly
    def start_span(self, trace: LiveSpan | None, span_id: str, parent_id: str | None, start: LiveStart) -> None:
        """A span of a trace."""
        if trace is not None:
            parent = trace.children.get(parent_id or "") or trace
            trace.children[span_id] = self._begin(parent.context, start, trace.shared)

    @_quietly
    def end_span(self, trace: LiveSpan | None, span_id: str, end: LiveEnd) -> None:
        """Ends it. It is still the parent of what begins later."""
        live = None if trace is None else trace.children.get(span_id)
        if live is not None:
            self._finish(live, end)

    @_quietly
    def end_trace(self, trace: LiveSpan | None, end: LiveEnd) -> None:
        """Ends a trace, and spans of it that were left open."""
        if trace is None:
            return
        for live in trace.children.values():
            if live.span.is_recording():
                live.span.end()
        trace.children.clear()
        self._finish(trace, end)

    @_quietly
    def record_decision(
        self,
        trace: LiveSpan | None,
        decision: Decision,
        duration_us: float,
        bundle_version: int,
        session_id: str,
        tool: str | None,
    ) -> None:
        """A decision that has been made."""
        ended_ns = time.time_ns()
        violations = decision.violations
        attributes = {
            _KEYS["agentId"]: decision.agent_id,
            _KEYS["conversation"]: session_id,
            _KEYS["tool"]: tool,
            _KEYS["phase"]: decision.phase,
            _KEYS["verdict"]: decision.verdict,
            _KEYS["allowed"]: decision.allowed,
            _KEYS["policies"]: tuple(dict.fromkeys(one.policy_id for one in violations)) or None,
            _KEYS["reasons"]: tuple(dict.fromkeys(one.reason for one in violations)) or None,
            _KEYS["planDigest"]: decision.plan_digest,
            _KEYS["bundleVersion"]: bundle_version,
            _KEYS["errorType"]: None if decision.allowed else _ERROR_TYPES.get(decision.verdict, "policy_blocked"),
        }
        span = self._tracer.start_span(
            f"holdpoint.enforce {decision.phase}",
            context=trace.context if trace is not None else self._context.get_current(),
            attributes=_clean(attributes),
            start_time=ended_ns - int(duration_us * 1000),
        )
        if not decision.allowed:
            span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, decision.verdict))
        span.end(end_time=ended_ns)
        labels = {_KEYS["verdict"]: decision.verdict, _KEYS["phase"]: decision.phase}
        self._decisions.add(1, labels)
        self._decision_duration.record(duration_us / 1_000_000, labels)

    @_quietly
    def record_usage(self, trace: LiveSpan | None, tokens: Mapping[str, float | None]) -> None:
        """Tokens by direction: `input`, `output`."""
        operation = (trace.operation if trace is not None else None) or "chat"
        for direction, count in tokens.items():
            if count is not None:
                labels = {_KEYS["operation"]: operation, _KEYS["tokenType"]: direction}
                self._token_usage.record(count, labels)

    @_quietly
    def count_ungoverned(self, reason: str, count: int) -> None:
        """Steps that were not judged as they should have been."""
        self._ungoverned.add(count, {_KEYS["reason"]: reason})

    @_quietly
    def count_dropped(self, reason: str, count: int) -> None:
        """Traces that were lost."""
        self._dropped.add(count, {_KEYS["reason"]: reason})

    def _begin(self, parent: Context, start: LiveStart, inherited: dict[str, Any]) -> LiveSpan:
        operation = _OPERATIONS.get(start.span_type or "")
        named = {_KEYS["agentId"]: start.agent_id, _KEYS["conversation"]: start.session_id}
        shared = {**inherited, **_clean(named)}
        name = start.name or (start.agent_id if operation == "invoke_agent" else None)
        attributes = {
            **shared,
            _KEYS["operation"]: operation,
            _KEYS["agentName"]: name if operation == "invoke_agent" else None,
            _KEYS["tool"]: name if operation == "execute_tool" else None,
            _KEYS["traceId"]: start.trace_id,
        }
        kind = self._trace.SpanKind.CLIENT if operation == "chat" else self._trace.SpanKind.INTERNAL
        title = " ".join(filter(None, (operation or start.span_type, name))) or "span"
        span = self._tracer.start_span(title, context=parent, kind=kind, attributes=_clean(attributes))
        return LiveSpan(span, self._trace.set_span_in_context(span, parent), operation, monotonic_ms(), shared)

    def _finish(self, live: LiveSpan, end: LiveEnd) -> None:
        failed = None if end.status == "success" else end.error_type or end.status
        provider = end.attributes.get(_KEYS["provider"])
        facts = _clean(
            {
                _KEYS["provider"]: provider if isinstance(provider, str) else None,
                _KEYS["model"]: end.model_name,
                _KEYS["errorType"]: failed,
            }
        )
        if self._captures:
            plain = {key: value for key, value in end.attributes.items() if isinstance(value, str | bool | int | float)}
            live.span.set_attributes(plain)
        tokens = {_KEYS["inputTokens"]: end.input_tokens, _KEYS["outputTokens"]: end.output_tokens}
        live.span.set_attributes({**facts, **_clean(tokens)})
        if failed is not None:
            live.span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, end.status))
        live.span.end()
        if live.operation is not None:
            seconds = max(0.0, monotonic_ms() - live.started_ms) / 1000
            self._operation_duration.record(seconds, {_KEYS["operation"]: live.operation, **facts})


def _clean(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in attributes.items() if value is not None and value != ""}
