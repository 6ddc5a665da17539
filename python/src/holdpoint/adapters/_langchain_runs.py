"""The runs that are open, each under its root."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from .. import EnforcementHaltError, Holdpoint, SpanHandle, TraceHandle
from .._gen.tables import DEFAULT_ADAPTER_OPEN_RUNS
from .._sdk.client.process_life import renew_when_forked
from ._identity import canary_id, halting
from ._steps import Run as StepRun


@dataclass(slots=True)
class Root:
    """What all runs below one root share.

    `halt`: what has stopped this run; it is raised again at every later hook, so that no framework can talk around it.
    `checked_results`: the text that was checked, by id of the tool call. `approved_texts`: what a human has let pass.
    `tool_names`: the tool by id of the call, from the model's answers. `open_calls`: their arguments, of calls that no
    tool has taken and no result has answered. `waits`: it was interrupted, and goes on later.
    """

    run_id: UUID
    trace: TraceHandle | None = None
    halt: EnforcementHaltError | None = None
    run_ids: set[UUID] = field(default_factory=set)
    checked_results: dict[str, str] = field(default_factory=dict)
    approved_texts: set[str] = field(default_factory=set)
    tool_names: dict[str, str] = field(default_factory=dict)
    open_calls: dict[str, Any] = field(default_factory=dict)
    waits: bool = False
    # What guarded models of this run know together.
    steps: StepRun = field(default_factory=StepRun)

    def shared(self) -> StepRun:
        """For a guarded model, with the trace and the halt as they are now."""
        self.steps.trace = self.trace
        self.steps.halt = self.steps.halt or self.halt
        return self.steps


@dataclass(slots=True)
class Run:
    """One run of the framework."""

    run_id: UUID
    root: Root
    span: SpanHandle | None = None
    # Name, arguments, id of the call.
    tool: tuple[str, dict[str, Any] | None, str | None] | None = None
    model_name: str | None = None
    # A guarded model checks by itself.
    is_guarded: bool = False
    # Tokens of an answer have been told before it was checked.
    is_streamed: bool = False

    @property
    def about(self) -> TraceHandle | SpanHandle | None:
        """What is decided in it is about its span; without one it is the whole trace."""
        return self.span or self.root.trace

    @staticmethod
    def alone(run_id: UUID) -> Run:
        """A run that is not followed."""
        return Run(run_id, Root(run_id))


class RunBook:
    """Bounded: the oldest run goes first. Safe for the threads in which a framework runs its tools."""

    def __init__(self, hp: Holdpoint, fields: Callable[[], dict[str, Any]]) -> None:
        self._hp = hp
        self._fields = fields
        self._runs: dict[UUID, Run] = {}
        # The last that were let go before their end.
        self._let_go: dict[UUID, None] = {}
        self._lock = threading.RLock()
        renew_when_forked(self)

    def __len__(self) -> int:
        return len(self._runs)

    def get(self, run_id: UUID | None) -> Run | None:
        """An open run."""
        return None if run_id is None else self._runs.get(run_id)

    def has_let_go(self, run_id: UUID) -> bool:
        """True for a run whose beginning was seen, and that was closed for want of room."""
        return run_id in self._let_go

    def root_of(self, run_id: UUID | None) -> Root | None:
        """What a run shares with its siblings."""
        run = self.get(run_id)
        return run.root if run else None

    def open(self, run_id: UUID, parent_run_id: UUID | None, name: str, span_type: str, text: str | None) -> Run:
        """Opens a run; raises AgentPausedError when it begins a trace of a paused agent."""
        parent = self.get(parent_run_id)
        if parent is None:
            root = Root(run_id)
            # The hook of a step is to stop its canary by itself; a chain has nothing but its trace.
            if canary_id() is None or span_type == "chain":
                with halting():
                    root.trace = self._hp.start_trace(name=name, span_type=span_type, input=text, **self._fields())
            run = Run(run_id, root)
        else:
            root = parent.root
            parent_span = parent.span.span_id if parent.span else None
            # None begins in a run that was stopped.
            trace = root.trace if root.halt is None else None
            span = trace.span(name, span_type=span_type, parent_span_id=parent_span) if trace else None
            run = Run(run_id, root, span)
        with self._lock:
            root.run_ids.add(run_id)
            self._runs[run_id] = run
            oldest = next(iter(self._runs.values())) if len(self._runs) > DEFAULT_ADAPTER_OPEN_RUNS else None
        if oldest is not None:
            self._let_go[oldest.run_id] = None
            if len(self._let_go) > DEFAULT_ADAPTER_OPEN_RUNS:
                del self._let_go[next(iter(self._let_go))]
            self.close(oldest, error=RuntimeError("the run was not seen to end"))
        return run

    def close(self, run: Run, *, output: str | None = None, error: BaseException | None = None) -> None:
        """Ends the span and, for a root, the trace and all that was left open below it."""
        root = run.root
        cause = root.halt or error
        status = None if cause is None else "policy_blocked" if isinstance(cause, EnforcementHaltError) else "error"
        if run.span is not None:
            run.span.end(status=status, error=cause)
        with self._lock:
            root.run_ids.discard(run.run_id)
            self._runs.pop(run.run_id, None)
            left = []
            if run.run_id == root.run_id:
                left = [self._runs.pop(run_id, None) for run_id in root.run_ids]
                root.run_ids.clear()
        for one in left:
            if one is not None and one.span is not None:
                one.span.end(status=status, error=cause)
        if run.run_id == root.run_id and root.trace is not None:
            root.trace.end(status=status, error=cause, output=None if cause else output)

    def guard(self, root: Root, work: Callable[[], None]) -> None:
        """Does the work unless the root was stopped; whatever it raises stops the root."""
        if root.halt is not None:
            raise root.halt
        try:
            with halting():
                work()
        except EnforcementHaltError as halt:
            root.halt = root.halt or halt
        # A sibling may have been stopped while this step was being decided.
        if root.halt is not None:
            raise root.halt
