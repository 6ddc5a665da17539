"""What processor, guardrails and model wrapper of one client know together; everything in it is bounded."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agents import get_current_span, get_current_trace

from .. import AsyncHoldpoint, EnforcementHaltError, Holdpoint, SpanHandle, TraceHandle
from .._gen.tables import DEFAULT_ADAPTER_OPEN_RUNS
from ._identity import halting

V = TypeVar("V")

# What a decision is about; None when nobody records it.
StepHandle = TraceHandle | SpanHandle | None


@dataclass(slots=True)
class RunMemory:
    """By the framework's trace ids and call ids.

    `checked_results`: the agent and the checked text, by id of the tool call. `approved_calls`: of tool calls in
    answers to what a human has approved, the agent and the texts that were approved. `checked_spans`: of tools that a
    guardrail has looked at and that have not ended yet.
    """

    traces: dict[str, TraceHandle] = field(default_factory=dict)
    # Our spans by the framework's span ids.
    spans: dict[str, SpanHandle] = field(default_factory=dict)
    # Calls of guarded models that the framework has no span for yet, by what (span or trace) its span will be under.
    model_calls: dict[str, list[SpanHandle]] = field(default_factory=dict)
    checked_results: dict[str, tuple[str, ...]] = field(default_factory=dict)
    approved_calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    checked_spans: dict[str, bool] = field(default_factory=dict)


_memories: weakref.WeakKeyDictionary[Holdpoint, RunMemory] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def memory_of(hp: Holdpoint) -> RunMemory:
    """The memory of a client."""
    with _lock:
        memory = _memories.get(hp)
        if memory is None:
            memory = RunMemory()
            _memories[hp] = memory
        return memory


def remember(entries: dict[str, V], key: str, value: V) -> V | None:
    """Adds an entry; gives back the oldest one when there are too many."""
    with _lock:
        entries.pop(key, None)
        entries[key] = value
        return entries.pop(next(iter(entries))) if len(entries) > DEFAULT_ADAPTER_OPEN_RUNS else None


def current_step(hp: Holdpoint) -> StepHandle:
    """What is open now of the run that is going on, if a tracing processor records it: a span, or else the trace."""
    trace, span, memory = get_current_trace(), get_current_span(), memory_of(hp)
    ours = memory.traces.get(trace.trace_id) if trace is not None else None
    if ours is None or span is None:
        return ours
    return memory.spans.get(span.span_id) or ours


@contextmanager
def model_call(hp: Holdpoint) -> Iterator[StepHandle]:
    """A call of a guarded model, as a step of the trace; None when nobody records it.

    What is decided before has a step to be about: the framework begins its own span within the call, and that one is
    this (see `take_model_call`). A model that begins none is recorded all the same.
    """
    trace, under, memory = get_current_trace(), get_current_span(), memory_of(hp)
    ours = memory.traces.get(trace.trace_id) if trace is not None else None
    if trace is None or ours is None:
        yield None
        return
    parent = memory.spans.get(under.span_id) if under is not None else None
    span = ours.span("generation", span_type="generation", parent_span_id=parent.span_id if parent else None)
    key = trace.trace_id if under is None else under.span_id
    remember(memory.model_calls, key, [*memory.model_calls.get(key, ()), span])
    try:
        yield span
    except BaseException as error:
        is_gone = isinstance(error, GeneratorExit)
        status = "policy_blocked" if isinstance(error, EnforcementHaltError) else None
        span.end(status=status, error=None if is_gone else error)
        raise
    finally:
        _drop(memory.model_calls, key, span)
        span.end()


def take_model_call(hp: Holdpoint, key: str) -> SpanHandle | None:
    """The step that a model's span is about to be, if a guarded model is being called there."""
    calls = memory_of(hp).model_calls
    first = next(iter(calls.get(key, ())), None)
    if first is not None:
        _drop(calls, key, first)
    return first


def _drop(calls: dict[str, list[SpanHandle]], key: str, span: SpanHandle) -> None:
    with _lock:
        rest = [one for one in calls.pop(key, ()) if one is not span]
        if rest:
            calls[key] = rest


def mark_checked(hp: Holdpoint) -> None:
    """The tool whose span is open now was looked at before it ran."""
    span = get_current_span()
    if span is not None:
        remember(memory_of(hp).checked_spans, span.span_id, True)


@dataclass(slots=True)
class _ToolScope:
    """A tool that runs: it may be an agent, whose halt the framework turns into a text for the outer model."""

    outer: _ToolScope | None
    halt: EnforcementHaltError | None = None
    over: bool = False


_scope: ContextVar[_ToolScope | None] = ContextVar("holdpoint_agents_tool", default=None)


def enter_tool() -> None:
    """A tool begins in this context, which the framework hands on to what runs inside it."""
    outer = _scope.get()
    _scope.set(_ToolScope(None if outer is None or outer.over else outer))


def leave_tool() -> None:
    """Raises what was stopped inside the tool of this context, whatever the framework made of it."""
    scope = _scope.get()
    if scope is None or scope.over:
        return
    scope.over = True
    _scope.set(scope.outer)
    if scope.halt is not None:
        raise scope.halt


@contextmanager
def stopping() -> Iterator[None]:
    """Whatever is raised becomes a halt, which the tools around it are told of."""
    try:
        with halting():
            yield
    except EnforcementHaltError as halt:
        scope = _scope.get()
        while scope is not None:
            scope.halt = scope.halt or halt
            scope = scope.outer
        raise


class GuardedModelMark:
    """What `guard_model` makes."""


def is_guarded_model(model: Any) -> bool:
    """True for what `guard_model` gave back."""
    return isinstance(model, GuardedModelMark)


def asynchronous(hp: Holdpoint | AsyncHoldpoint) -> AsyncHoldpoint:
    """The client for a running loop: a wait for approval does not hold it."""
    return hp if isinstance(hp, AsyncHoldpoint) else AsyncHoldpoint(hp)
