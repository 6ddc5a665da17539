"""The parts of a running client, wired once."""

from __future__ import annotations

from functools import partial

from ..._core import CompileProblem
from ..._gen.errors import PolicyCompileError
from ..._gen.tables import DEFAULT_ENVIRONMENT, DEFAULT_QUEUE_CAPACITY_BYTES
from ..approvals.approver import Approver
from ..approvals.certificates import CertificateChecker, SpentCertificates
from ..approvals.channels import ApprovalChannel, CallbackChannel
from ..approvals.control_plane_channel import ControlPlaneChannel
from ..approvals.wakes import ApprovalWakes
from ..bundle.key_ring import KeyRing
from ..clock import Clock, SteadyClock
from ..control.pause_book import PauseBook
from ..events.emitter import Emitter
from ..events.event_queue import EventQueue
from ..events.lane import EventLane, LaneSettings
from ..events.memory_store import MemoryStore
from ..events.own_trace import LossReport, create_ungoverned_trace
from ..events.reason_counter import ReasonCounter, count_drops, count_ungoverned
from ..events.recorder import Recorder, names_of
from ..events.traces import EndedTrace, OpenTrace, Traces
from ..events.waiting_decision import WaitingDecision
from ..events.write_text import create_text_writer
from ..events.written_decision import EntrySettings
from ..policies.describe import describe_problems
from ..policies.file import FileWatcher, read_policy_file
from ..policies.source import PolicySource, SourceError, read_policy_value
from ..spool.spool import Spool
from ..telemetry.telemetry import Telemetry
from ..transport.api import Api
from ..types import DroppedEvent, UngovernedEvent
from ..usage.ledger import Ledger
from .classifier_gate import ClassifierGate, JoinedGate
from .client_usage import ClientUsage
from .connect import Connection
from .enforcer import Enforcer
from .policy_book import PolicyBook
from .process_life import forget, watch
from .registry import Registry
from .renew_locks import renew_locks
from .settings import Settings
from .snapshot import SnapshotHolder
from .sync import Sync
from .validator_gate import ValidatorGate


class Running:
    """Wires a client and starts its lanes.

    Raises PolicyCompileError or AuthError; nothing is left running then.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        clock = self._clock = SteadyClock(settings.clock)
        self.snapshot = SnapshotHolder()
        self.emitter = Emitter()
        telemetry = self.telemetry = None if settings.telemetry is None else Telemetry(settings.telemetry)
        self.pauses = PauseBook(lambda pauses: self.snapshot.change(pauses=pauses))
        policies = PolicyBook(settings.agents, settings.salt)
        self.classifiers = ClassifierGate(settings.classifiers)
        self.sync = Sync(policies, self.snapshot, self.pauses, self.emitter, self.classifiers.warn)
        self.drops = count_drops(self._tell_dropped)
        self.api = (
            None
            if settings.control_plane is None
            else Api(settings.control_plane, settings.api_key, settings.request_timeout_ms)
        )
        self._entries = EntrySettings(settings.capture_content, settings.environment)
        self.lane = None if self.api is None else _create_lane(settings, self.api, self.drops, clock, self._entries)
        self.ungoverned = count_ungoverned(self._tell_ungoverned)
        self.usage = ClientUsage(
            settings, self.api, self.snapshot, policies, self.emitter, clock, lambda: self.ungoverned.add("no_lease")
        )
        self._ledger = Ledger(self.usage.store, clock)
        self.recorder = Recorder(clock, self.emitter, self.lane, self._entries, telemetry)
        self.traces = Traces(clock, settings.queue_capacity, self._settle, self._record_end, telemetry)
        self.recorder.traces = self.traces
        self.wakes = ApprovalWakes()
        self._keys = None if self.api is None else KeyRing(self.api, settings.bundle_keys, settings.poll_interval_ms)
        self.approver = Approver(
            self._create_channel(clock),
            settings.approval_timeout_ms,
            lambda event: self.emitter.emit("approval", event),
        )
        fail_open = settings.fail_mode == "open"
        self.enforcer = Enforcer(
            self.snapshot,
            self.usage.store,
            self._ledger,
            clock,
            fail_open,
            self.recorder,
            self.approver,
            self.pauses,
            self.ungoverned,
            JoinedGate(self.classifiers, ValidatorGate(self.api, clock, settings.environment or DEFAULT_ENVIRONMENT)),
            lambda: policies.parts.agents,
        )
        self.registry = Registry(self.api, self.sync)
        self._watcher: FileWatcher | None = None
        self.connection: Connection | None = None
        try:
            self._load_policies()
            if self.api is not None:
                self.connection = self._create_connection(self.api)
                self.connection.start()
                if self.usage.leases is not None:
                    self.usage.leases.ready(settings.first_bundle_timeout_ms)
        except BaseException:
            self._abandon()
            raise
        watch(self)

    def close(self) -> None:
        """Ends open traces, sends what is left within the close time-out, stops everything."""
        self._close(self.settings.close_timeout_ms, patient=True)

    def end(self, timeout_ms: float) -> None:
        """The same, but nobody waits for a server in trouble: the process ends."""
        self._close(timeout_ms, patient=False)

    def exit_timeout_ms(self) -> float:
        """How long the end of the process may wait for it."""
        return self.settings.close_timeout_ms

    def resume(self) -> None:
        """Goes on in a process that was forked, where no lane lives and any lock may be held for ever.

        What was queued before is the parent's to send, and its open traces are the parent's to end.
        """
        renew_locks(self)
        self.traces.disown()
        self.recorder.begin_chains()
        self.ungoverned.after_fork()
        self.drops.after_fork()
        if self._watcher is not None:
            self._watcher.start()
        if self.api is None:
            return
        self.api.reopen()
        if self.usage.leases is not None:
            self.usage.leases.after_fork()
        self.lane = _create_lane(self.settings, self.api, self.drops, self._clock, self._entries)
        self.recorder.push_to(self.lane)
        if self.connection is not None:
            self.connection.resume()

    def _close(self, timeout_ms: float, *, patient: bool) -> None:
        forget(self)
        self._stop()
        self.approver.close()
        self.registry.stop()
        self.traces.end_all()
        self.ungoverned.report_all()
        self.recorder.close()
        if self.usage.leases is not None:
            self.usage.leases.close(timeout_ms)
        if self.lane is not None:
            self.lane.close(timeout_ms, patient)
        self.drops.report_all()
        if self.api is not None:
            self.api.close()

    def _tell_dropped(self, event: DroppedEvent) -> None:
        self.emitter.emit("dropped", event)
        if self.telemetry is not None:
            self.telemetry.count_dropped(event.reason, event.count)

    def _tell_ungoverned(self, event: UngovernedEvent) -> None:
        self.emitter.emit("ungoverned", event)
        if self.telemetry is not None:
            self.telemetry.count_ungoverned(event.reason, event.count)
        if self.lane is not None:
            self.lane.push(create_ungoverned_trace(event, self._clock()))

    def _abandon(self) -> None:
        """Nothing was recorded yet: what was started is stopped without waiting."""
        self._stop()
        if self.usage.leases is not None:
            self.usage.leases.close(1)
        if self.lane is not None:
            self.lane.close(1)
        if self.api is not None:
            self.api.close()

    def _stop(self) -> None:
        for part in (self._watcher, self.connection):
            if part is not None:
                part.stop()

    def _load_policies(self) -> None:
        """Puts the program's own policies in force and, for a file, follows its changes."""
        policies, settings = self.settings.policies, self.settings
        if policies is None:
            return
        if not isinstance(policies, str):
            try:
                self._apply(read_policy_value(policies))
            except SourceError as error:
                raise _create_compile_error(error.problems) from error
            return
        result = read_policy_file(policies)
        if result is None or result.source is None:
            raise _create_compile_error(result.problems if result else ())
        self._apply(result.source)
        if settings.reload:
            retry_ms, debounce_ms = settings.poll_interval_ms, settings.reload_debounce_ms
            self._watcher = FileWatcher(policies, result.digest, debounce_ms, self.sync.apply_file, retry_ms)
            self._watcher.start()

    def _apply(self, source: PolicySource) -> None:
        problems = self.sync.apply_local(source)
        if problems:
            raise _create_compile_error(tuple(problems))

    def _create_connection(self, api: Api) -> Connection:
        keys = self._keys or KeyRing(api, self.settings.bundle_keys, self.settings.poll_interval_ms)
        return Connection(self.settings, api, keys, self.sync, self.pauses, self.wakes, self.snapshot)

    def _create_channel(self, clock: Clock) -> ApprovalChannel | None:
        """Whoever can be asked: the program's own callback, else the control plane, else nobody."""
        if self.settings.on_approval is not None:
            return CallbackChannel(self.settings.on_approval)
        if self.api is None or self._keys is None:
            return None
        checker = CertificateChecker(self._keys, clock, SpentCertificates())
        poll_interval_ms = self.settings.approval_poll_interval_ms
        return ControlPlaneChannel(
            self.api, poll_interval_ms, self.wakes, checker, lambda: self.snapshot.current.bundle
        )

    def _settle(self, trace: OpenTrace, cost_usd: float) -> None:
        plan = self.snapshot.current.plan
        if plan is not None:
            spender = {"agentId": trace.agent_id, **names_of(trace)}
            self._ledger.settle(plan, spender, cost_usd, trace.reservations)

    def _record_end(self, ended: EndedTrace) -> None:
        self._ledger.forget(ended.open.reservations)
        self.recorder.record_end(ended, self.snapshot.current.plan)


def _create_lane(settings: Settings, api: Api, drops: ReasonCounter, clock: Clock, entries: EntrySettings) -> EventLane:
    """Traces wait on disk where there is a place for it, else in memory."""
    queue = EventQueue(settings.queue_capacity, DEFAULT_QUEUE_CAPACITY_BYTES, partial(WaitingDecision, entries))
    write_text = create_text_writer(drops)
    times = LaneSettings(settings.batch_size, settings.flush_interval_ms, settings.poll_interval_ms)
    losses = LossReport(drops, clock)
    if settings.spool is None:
        return EventLane(api, MemoryStore(queue, write_text), drops, times, losses)
    spool = Spool(queue, settings.spool, drops, write_text)
    lane = EventLane(api, spool, drops, times, losses)
    spool.start(lane.wake)
    return lane


def _create_compile_error(problems: tuple[CompileProblem, ...]) -> PolicyCompileError:
    return PolicyCompileError(f"the policies cannot be used: {describe_problems(problems)}", problems=problems)
