"""Runs of the OpenAI Agents SDK, recorded as traces."""

from __future__ import annotations

from typing import Any

from agents import Span, Trace, TracingProcessor

from .. import AsyncHoldpoint, Holdpoint, HoldpointError
from ._agents_memory import memory_of, remember, take_model_call
from ._identity import Identity

_MODEL_SPANS = ("generation", "response")


class HoldpointTracingProcessor(TracingProcessor):
    """Spans under the right parents, token usage, and the decisions of our guardrails and models in them.

    For `add_trace_processor(HoldpointTracingProcessor(hp, agent_id=…))`. It never stops anything, for the framework
    does not let a processor do that: use `govern_agent` or the guardrails. A tool that none of them has looked at is
    counted as ungoverned.
    """

    def __init__(
        self,
        hp: Holdpoint | AsyncHoldpoint,
        *,
        agent_id: str,
        environment: str | None = None,
        session_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        self._hp = hp.sync if isinstance(hp, AsyncHoldpoint) else hp
        self._fields = Identity(agent_id, environment, session_id, user_id).fields()
        self._traces = memory_of(self._hp).traces
        self._spans = memory_of(self._hp).spans

    def on_trace_start(self, trace: Trace) -> None:
        """Begins a trace. A paused agent has none; what stops it is the model wrapper or a guardrail."""
        try:
            group = getattr(trace, "group_id", None)
            fields = {"session_id": group, **self._fields} if isinstance(group, str) else self._fields
            handle = self._hp.start_trace(name=trace.name, **fields)
        except HoldpointError:
            return
        oldest = remember(self._traces, trace.trace_id, handle)
        if oldest is not None:
            oldest.end(error=RuntimeError("the trace was not seen to end"))

    def on_trace_end(self, trace: Trace) -> None:
        """Ends it."""
        handle = self._traces.pop(trace.trace_id, None)
        if handle is not None:
            handle.end()

    def on_span_start(self, span: Span[Any]) -> None:
        """Begins a step."""
        handle = self._traces.get(span.trace_id)
        if handle is None:
            return
        parent = self._spans.get(span.parent_id or "")
        data = span.span_data
        name = getattr(data, "name", None)
        known = take_model_call(self._hp, span.parent_id or span.trace_id) if data.type in _MODEL_SPANS else None
        step = known or handle.span(
            name if isinstance(name, str) and name else data.type,
            span_type=data.type,
            parent_span_id=parent.span_id if parent else None,
        )
        oldest = remember(self._spans, span.span_id, step)
        if oldest is not None:
            oldest.end()

    def on_span_end(self, span: Span[Any]) -> None:
        """Ends a step; a turn says what its model call took."""
        checked = memory_of(self._hp).checked_spans.pop(span.span_id, False)
        if span.span_data.type == "function" and not checked:
            self._hp.report_ungoverned("no_handler", "openai-agents.tool")
        handle = self._traces.get(span.trace_id)
        usage = _read_usage(span.span_data)
        if handle is not None and usage:
            handle.record_usage(**usage)
        step = self._spans.pop(span.span_id, None)
        if step is not None:
            error = span.error
            step.end(error=RuntimeError(str(error["message"])) if error else None)

    def shutdown(self) -> None:
        """Sends what is recorded."""
        self._hp.flush()

    def force_flush(self) -> None:
        """Sends what is recorded."""
        self._hp.flush()


def _read_usage(data: Any) -> dict[str, Any]:
    """Of all spans the turn's: each model call is in exactly one, whatever the model."""
    usage = getattr(data, "usage", None)
    if data.type != "turn" or not isinstance(usage, dict):
        return {}
    prompt, completion = usage.get("input_tokens"), usage.get("output_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return {}
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
