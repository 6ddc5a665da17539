"""What is counted, told and sent of every decision."""

from __future__ import annotations

import threading
from itertools import count
from time import perf_counter
from typing import Any, Protocol

from ..._core import Clock, Decision, Plan
from ..._gen.tables import DEFAULT_QUEUE_CAPACITY_BYTES, MAX_REQUEST_BYTES, MAX_TRACE_ITEMS, VERDICT_VALUES
from ..read_count import read_count
from ..telemetry.telemetry import Telemetry
from ..types import BlockedEvent, DecisionEvent, PausedEvent
from ..usage.ledger import Reservations
from .build_trace import TraceBuildOptions, build_ended_trace
from .decision_entry import DecisionEntry
from .emitter import Emitter
from .event_queue import EventQueue, QueuedTrace
from .own_trace import EndsTrace
from .receipt_chains import ReadEnds, ReceiptChains
from .traced_text import read_name
from .traces import EndedTrace, OpenTrace, Traces
from .waiting_decision import DECISION_BYTES
from .write_text import write_json
from .written_decision import EntrySettings


class TraceOutlet(Protocol):
    """Where traces go. Never waits, never raises."""

    queue: EventQueue

    def push(self, item: QueuedTrace) -> None:
        """Takes it or counts it as dropped."""
        ...

    def refuse(self) -> None:
        """Counts a trace that found no room in the queue."""
        ...


class InForce(Protocol):
    """What a decision was made by. `version`: of the bundle in force; 0 without one."""

    @property
    def plan(self) -> Plan | None: ...
    @property
    def version(self) -> int: ...


class Recorder:
    """Counts decisions, tells listeners and hands them to the event lane. Never raises."""

    def __init__(
        self,
        clock: Clock,
        emitter: Emitter,
        lane: TraceOutlet | None,
        settings: EntrySettings,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.telemetry = telemetry
        self._clock = clock
        self.emitter = emitter
        # Where traces go; None when there is nobody to send them to.
        self.lane = lane
        self._small_chars = _count_small_chars(lane)
        self._settings = settings
        # Counting is one step of the interpreter's, so that no thread needs a lock.
        self._counters = {verdict: count() for verdict in VERDICT_VALUES}
        self.count = {verdict: counter.__next__ for verdict, counter in self._counters.items()}
        self.chains = ReceiptChains(on_forgotten=self._publish_ends)
        self.traces: Traces
        # By decisions in traces that have not ended.
        self._held_bytes = 0
        self._holding = threading.Lock()

    @property
    def counts(self) -> dict[str, int]:
        """Decisions so far, by verdict."""
        return {verdict: read_count(counter) for verdict, counter in self._counters.items()}

    def push_to(self, lane: TraceOutlet) -> None:
        """Another place where traces go from now on."""
        self.lane = lane
        self._small_chars = _count_small_chars(lane)

    def record(
        self,
        request: Any,
        decision: Decision,
        current: InForce,
        started_s: float,
        decided_ms: float,
        trace: Any,
    ) -> None:
        """One decision, begun at `started_s` (`perf_counter`), made at `decided_ms` by what is `current`.

        O(1) in all that was recorded.
        """
        self.count[decision.verdict]()
        if trace is not None or self.telemetry is not None or self.emitter.hears_decisions:
            self._record_for_all(request, decision, current, started_s, decided_ms, trace)
            return
        lane = self.lane
        if lane is None:
            return
        # For the lane alone: it gets what a DecisionEntry is made of, and makes it in its own time.
        try:
            # Arguments and results can change after the call: they are described at once.
            if request.__class__ is not dict or "tool" in request or "toolOutputs" in request:
                self._record_for_all(request, decision, current, started_s, decided_ms, None)
                return
            # `in` and `[]` take a third of what `get` takes.
            session_id = request["sessionId"] if "sessionId" in request else ""  # noqa: SIM401
            chain = self.chains.find(session_id) if session_id.__class__ is str else None
            if chain is None:
                chain = self.chains.of(_read_session(session_id))
            chars = len(text) if "input" in request and (text := request["input"]).__class__ is str else 0
            if "output" in request and (text := request["output"]).__class__ is str:
                chars += len(text)
            facts = (request, decision, current, perf_counter() - started_s, decided_ms, chain, next(chain.counter))
            # As `EventQueue.push_sized`, without a call and a lock.
            queue = lane.queue
            items = queue.items
            length = len(items) + 1
            if length > queue.room or chars > self._small_chars:
                if not queue.push_sized(facts, DECISION_BYTES + 2 * chars):
                    lane.refuse()
                return
            items.append(facts)
            if queue.has_sleepers or length == queue.mark:
                queue.wake()
        except Exception:  # noqa: BLE001 - the decision stands whatever becomes of its record
            self.lose(lane)

    def _record_for_all(
        self,
        request: Any,
        decision: Decision,
        current: InForce,
        started_s: float,
        decided_ms: float,
        trace: Any,
    ) -> None:
        """One decision, told to everybody who wants to know of it."""
        lane, telemetry, heard = self.lane, self.telemetry, self.emitter.hears_decisions
        if lane is None and telemetry is None and not heard:
            return
        try:
            duration_us = (perf_counter() - started_s) * 1_000_000
            plan, version = current.plan, current.version
            session_id = _read_session(request.get("sessionId", "") if isinstance(request, dict) else "")
            opened = None if trace is None else self.traces.find(trace)
            if telemetry is not None:
                self._tell_telemetry(telemetry, request, decision, version, duration_us, opened, session_id)
            if lane is None and not heard:
                return
            chain = self.chains.find(session_id) or self.chains.of(session_id)
            facts = (request, decision, plan, version, duration_us, decided_ms, trace, self._settings, chain)
            entry = DecisionEntry(*facts, next(chain.counter))
            if heard:
                self._tell(entry, decision, duration_us, trace)
            if lane is None:
                return
            if opened is None or not self._add(entry, opened):
                lane.push(entry.describe_now())
        except Exception:  # noqa: BLE001 - the decision stands whatever becomes of its record
            if lane is not None:
                self.lose(lane)

    def _add(self, entry: DecisionEntry, opened: OpenTrace) -> bool:
        """A decision that finds no room becomes a trace of its own, and waits in the queue with its bounds."""
        with self._holding:
            # A listener, or another thread, may have ended the trace since the decision was begun.
            has_room = (
                not opened.ended
                and opened.is_kept
                and len(opened.decisions) < MAX_TRACE_ITEMS
                and opened.size_bytes < MAX_REQUEST_BYTES
                and self._held_bytes < DEFAULT_QUEUE_CAPACITY_BYTES
            )
            if has_room:
                opened.decisions.append(entry)
                opened.size_bytes += entry.size_bytes
                self._held_bytes += entry.size_bytes
            return has_room

    def lose(self, lane: TraceOutlet) -> None:
        """Of a decision that could not be recorded it is seen that it is lost."""
        lane.push(_Unwritable())

    def begin_chains(self) -> None:
        """Receipts begin new chains: the process was forked, and the old ones are the parent's."""
        self.chains = ReceiptChains(on_forgotten=self._publish_ends)
        self._held_bytes = 0

    def close(self) -> None:
        """Publishes where chains of receipts end: the last that is sent."""
        self.chains.forget_all()

    def report_halt(self, decision: Decision, trace: Any = None) -> None:
        """Tells listeners that a step was stopped."""
        opened = self.traces.find(trace)
        if opened is not None:
            opened.blocked = True
        if decision.verdict == "paused":
            self.emitter.emit("paused", describe_pause(decision))
        else:
            self.emitter.emit("blocked", BlockedEvent(decision, decision.violations))

    def record_end(self, ended: EndedTrace, plan: Plan | None) -> None:
        """A trace that has ended."""
        if self.lane is None:
            return
        with self._holding:
            # A forked process counts anew: what its parent's traces hold was never counted there.
            self._held_bytes = max(0, self._held_bytes - sum(entry.size_bytes for entry in ended.open.decisions))
        options = TraceBuildOptions(plan, self._clock, self._settings.capture_content, self._settings.environment)
        self.lane.push(_EndedEntry(ended, options))

    def reservations_of(self, trace: Any) -> Reservations | None:
        """What a trace has reserved; None without one."""
        opened = self.traces.find(trace)
        return opened.reservations if opened else None

    def names_of(self, trace: Any) -> dict[str, str | None]:
        """The session and user that an open trace was started with."""
        opened = self.traces.find(trace)
        return names_of(opened) if opened else {}

    def _publish_ends(self, read_ends: ReadEnds) -> None:
        if self.lane is not None:
            self.lane.push(EndsTrace(read_ends, self._clock))

    def _tell(self, entry: DecisionEntry, decision: Decision, duration_us: float, trace: Any) -> None:
        record = entry.build()
        trace_id = getattr(trace, "trace_id", None)
        identity = (decision, record["decisionId"], record["decidedAt"])
        self.emitter.emit("decision", DecisionEvent(*identity, duration_us, trace_id, entry.receipt))

    def _tell_telemetry(
        self,
        telemetry: Telemetry,
        request: Any,
        decision: Decision,
        version: int,
        duration_us: float,
        opened: OpenTrace | None,
        session_id: str,
    ) -> None:
        given = request if isinstance(request, dict) else {}
        tool = given.get("tool") if decision.phase == "tool_call" else None
        name = read_name(tool.get("name")) if isinstance(tool, dict) else None
        live = opened.live if opened is not None else None
        telemetry.record_decision(live, decision, duration_us, version, session_id, name)


def _count_small_chars(lane: TraceOutlet | None) -> int:
    """Characters that a decision's texts may have to be small for the queue (see `count_bytes`)."""
    return 0 if lane is None else (lane.queue.small_bytes - DECISION_BYTES) // 2


def _read_session(session_id: Any) -> str:
    return session_id if session_id.__class__ is str else ""


def describe_pause(decision: Decision) -> PausedEvent:
    """Who is paused, and why."""
    pause = decision.pause
    if pause is None:
        return PausedEvent(decision.agent_id, "agent", "", None)
    return PausedEvent(decision.agent_id, pause.level, pause.reason or "", pause.until)


class _Unwritable:
    """Seen as unserializable by the lane."""

    size_bytes = 0

    def to_json(self) -> str:
        raise TypeError("the decision could not be recorded")


class _EndedEntry:
    """An ended trace, redacted and written when its turn comes."""

    __slots__ = ("_ended", "_options", "size_bytes")

    def __init__(self, ended: EndedTrace, options: TraceBuildOptions) -> None:
        text = ended.open.start.get("input")
        chars = (len(text) if isinstance(text, str) else 0) + len(ended.output or "")
        self._ended = ended
        self._options = options
        self.size_bytes = DECISION_BYTES + ended.open.size_bytes + 2 * chars

    def to_json(self) -> str:
        return write_json(build_ended_trace(self._ended, self._options))


def names_of(trace: OpenTrace) -> dict[str, str | None]:
    """The session and user that a trace was started with."""
    given = {name: trace.start.get(name) for name in ("sessionId", "userId")}
    return {name: value for name, value in given.items() if isinstance(value, str) and value}
