"""What these tests share with those of the twin, and traces as they were recorded."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdpoint import Holdpoint, TraceHandle

_path = Path(__file__).parents[1] / "tests" / "conftest.py"
_spec = importlib.util.spec_from_file_location("shared_conftest", _path)
assert _spec is not None
assert _spec.loader is not None
_shared = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_shared)

SAMPLES = _shared.SAMPLES
Create = _shared.Create
create = _shared.create
hp = _shared.hp


@dataclass
class RecordedSpan:
    """A step: the names from itself up to its trace."""

    span_id: str
    name: str
    path: list[str]
    ended: bool = False


@dataclass
class RecordedTrace:
    """A run."""

    name: str | None
    spans: list[RecordedSpan] = field(default_factory=list)
    output: str | None = None
    status: str | None = None
    ended: bool = False
    usage: list[dict[str, Any]] = field(default_factory=list)


def record_traces(client: Holdpoint) -> list[RecordedTrace]:
    """Every trace that the client starts from now on, written down."""
    traces: list[RecordedTrace] = []
    start_trace = client.start_trace

    def start(**fields: Any) -> Any:
        handle = start_trace(**fields)
        recorded = RecordedTrace(fields.get("name"))
        traces.append(recorded)
        return _Recording(handle, recorded)

    client.start_trace = start  # type: ignore[method-assign]
    return traces


class _Recording:
    def __init__(self, handle: TraceHandle, recorded: RecordedTrace) -> None:
        self.handle, self.recorded = handle, recorded

    def __getattr__(self, name: str) -> Any:
        return getattr(self.handle, name)

    def span(self, name: str, *, parent_span_id: str | None = None, **options: Any) -> Any:
        span = self.handle.span(name, parent_span_id=parent_span_id, **options)
        above = next((one.path for one in self.recorded.spans if one.span_id == parent_span_id), [])
        entry = RecordedSpan(span.span_id, name, [name, *above])
        self.recorded.spans.append(entry)
        return _RecordingSpan(span, entry)

    def record_usage(self, **usage: Any) -> None:
        self.recorded.usage.append(usage)

    def end(self, *, output: str | None = None, status: str | None = None, error: object = None) -> None:
        if not self.recorded.ended:
            self.recorded.output, self.recorded.status, self.recorded.ended = output, status, True
        self.handle.end(output=output, status=status, error=error)


class _RecordingSpan:
    def __init__(self, span: Any, entry: RecordedSpan) -> None:
        self.span, self.entry, self.span_id = span, entry, span.span_id

    def end(self, **how: Any) -> None:
        self.entry.ended = True
        self.span.end(**how)
