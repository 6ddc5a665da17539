"""Traces as they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..._core import Clock, Plan
from ..clock import to_timestamp
from .redact_trace import TraceTexts, redact_trace
from .traced_text import cut_text, read_name
from .traces import EndedTrace
from .written_decision import UNKNOWN_AGENT


@dataclass(frozen=True, slots=True)
class TraceBuildOptions:
    """What an ended trace is built with. Without a plan no policy has read its texts."""

    plan: Plan | None
    clock: Clock
    capture_content: bool
    environment: str | None


def build_ended_trace(ended: EndedTrace, options: TraceBuildOptions) -> dict[str, Any]:
    """An ended trace: redacted first, cut after, so that no masked text shows at a cut."""
    opened, start = ended.open, ended.open.start
    environment = read_name(start.get("environment")) or options.environment
    trace: dict[str, Any] = {
        "traceId": opened.trace_id,
        "agentId": opened.agent_id or UNKNOWN_AGENT,
        "timestamp": to_timestamp(opened.started_ms),
        "durationMs": ended.duration_ms,
        "status": ended.status,
        **opened.usage,
        "spanType": read_name(start.get("spanType")) or "agent",
    }
    names = {
        "sessionId": start.get("sessionId"),
        "userId": start.get("userId"),
        "parentTraceId": start.get("parentTraceId"),
        "environment": environment,
        "errorType": ended.error_type,
    }
    trace |= {name: text for name, value in names.items() if (text := read_name(value)) is not None}
    trace |= _read_texts(ended, options, environment)
    tags = start.get("tags")
    if isinstance(tags, list) and (listed := [tag for tag in tags if isinstance(tag, str)]):
        trace["tags"] = listed
    # Threads may have come here in another order than that of their steps.
    trace["decisions"] = [entry.build_sent() for entry in sorted(opened.decisions, key=lambda one: one.step)]
    return trace


def _read_texts(ended: EndedTrace, options: TraceBuildOptions, environment: str | None) -> dict[str, Any]:
    opened, start = ended.open, ended.open.start
    bare = [{name: value for name, value in span.items() if name != "attributes"} for span in opened.spans]
    named = {"name": start["name"]} if isinstance(start.get("name"), str) else {}
    # Without a plan nothing has been read by any policy, so nothing is known to be fit to leave.
    if not options.capture_content or options.plan is None:
        return {"spans": bare, "metadata": named} if named else {"spans": bare}
    text = start.get("input")
    metadata = start.get("metadata")
    others: dict[str, Any] = {
        "metadata": {**(metadata if isinstance(metadata, dict) else {}), **named},
        "attributes": [span["attributes"] for span in opened.spans],
    }
    if ended.error_message is not None:
        others["errorMessage"] = ended.error_message
    identity = {"agentId": opened.agent_id}
    if environment is not None:
        identity["environment"] = environment
    given = TraceTexts(text if isinstance(text, str) else None, ended.output, others)
    seen = redact_trace(given, options.plan, identity, options.clock)
    attributes = seen.others.get("attributes") or []
    texts: dict[str, Any] = {
        "spans": [
            {**span, "attributes": attributes[index]} if index < len(attributes) else span
            for index, span in enumerate(bare)
        ]
    }
    if seen.input is not None:
        texts["input"] = cut_text(seen.input)
    if seen.output is not None:
        texts["output"] = cut_text(seen.output)
    if isinstance(message := seen.others.get("errorMessage"), str):
        texts["errorMessage"] = message
    if shown := seen.others.get("metadata"):
        texts["metadata"] = shown
    return texts
