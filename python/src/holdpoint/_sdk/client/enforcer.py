"""The path of one call: one snapshot, one decision."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from threading import get_ident
from time import perf_counter
from typing import Any

from ..._core import (
    Agent,
    Clock,
    Decision,
    Plan,
    Replacement,
    TokenVault,
    compile_policies,
    effects_for,
    evaluate,
    stream_needs,
)
from ..._gen.errors import AgentPausedError, EnforcementUnavailableError, HoldpointError
from ..approvals.approver import Approver, Question
from ..clock import SteadyClock, monotonic_ms
from ..control.pause_book import PauseBook
from ..events.reason_counter import ReasonCounter
from ..events.recorder import Recorder
from ..fork_gate import fork_gate
from ..streams.text_flow import Judgement
from ..types import UsageStore
from ..usage.ledger import Ledger
from .before_the_first import suppose_memberships
from .classifier_gate import JoinedGate
from .halt_errors import create_halt_error, decide_stale, decide_unreserved, decide_without_plan
from .snapshot import Snapshot, SnapshotHolder
from .validator_gate import Ask, without_answers
from .way_ahead import create_way_ahead

_inside = fork_gate.inside


class Enforcer:
    """Decides, reserves, records; raises halt errors and nothing else."""

    def __init__(
        self,
        snapshot: SnapshotHolder,
        usage: UsageStore,
        ledger: Ledger,
        clock: SteadyClock,
        fail_open: bool,
        recorder: Recorder,
        approver: Approver,
        pauses: PauseBook,
        ungoverned: ReasonCounter,
        gate: JoinedGate,
        agents: Callable[[], Sequence[Agent]] = tuple,
    ) -> None:
        """`agents`: those that the program has made known."""
        self._agents = agents
        self._gate = gate
        self._ungoverned = ungoverned
        self._pauses = pauses
        self._lock = threading.Lock()
        self.snapshot = snapshot
        self._usage = usage
        self._ledger = ledger
        self._clock = clock
        self._fail_open = fail_open
        self._recorder = recorder
        self._approver = approver
        self._empty_plan = _compile_empty_plan()
        # The way of a step that nothing is special about, whose decision is told by `tell`.
        self.ahead = create_way_ahead(snapshot, usage, clock, recorder)

    def decide(self, request: Any, *, explain: bool = False) -> Decision:
        """The verdict alone, with `explain` also why: nothing is recorded, reserved or raised."""
        return self._decide_with(self.snapshot.current, request, explain=explain)

    def examine(
        self,
        request: Any,
        *,
        explain: bool = False,
        loop: asyncio.AbstractEventLoop | None = None,
        cancel: threading.Event | None = None,
    ) -> Decision:
        """The verdict alone, once the classifiers are asked that the step wants. `loop` as for `asking`.

        `cancel`, when set, ends the wait for them; what is raised then nobody hears.
        """
        current = self.snapshot.current
        ask = self._gate.classifiers.ask(current, request, lambda one: self._decide_with(current, one), loop)
        return self._decide_with(self.snapshot.current, request if ask is None else ask(cancel), explain=explain)

    def enforce(
        self,
        request: Any,
        trace: Any = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
    ) -> Decision:
        """The decision of a step that may happen; otherwise raises a halt error. Waits for an approval."""
        if self.snapshot.current.asks:
            ask = self.asking(request, trace)
            if ask is not None:
                request = self.answer(ask, cancel)
        held = self.begin(request, trace, vault)
        return held if held.allowed else self.wait_for_approval(request, held, trace, cancel, vault)

    def asking(self, request: Any, trace: Any = None, loop: asyncio.AbstractEventLoop | None = None) -> Ask | None:
        """How to ask the classifiers and validators that a step needs, for `answer`; None when it needs none.

        `loop`: where asynchronous classifiers run, while another thread waits; None for one of the client's own.
        """
        try:
            current = self.snapshot.current
            if not current.asks:
                return None
            asked = self._in_trace(request, trace)
            return self._gate.ask(current, asked, lambda one: self._decide_with(current, one), loop)
        except Exception as error:
            raise EnforcementUnavailableError("the step could not be decided") from error

    def answer(self, ask: Ask, cancel: threading.Event | None = None) -> Any:
        """The request with the answers of its validators. Waits for them."""
        try:
            return ask(cancel)
        except HoldpointError:
            raise
        except Exception as error:
            raise EnforcementUnavailableError("the step could not be decided") from error

    def begin(self, request: Any, trace: Any = None, vault: TokenVault | None = None) -> Decision:
        """Decides without waiting: raises a halt error, or gives a decision that is allowed or waits for approval."""
        try:
            started_s = perf_counter()
            current = self.snapshot.current
            plan = current.plan
            if trace is not None:
                request = self._in_trace(request, trace)
            # A step is decided, charged and recorded at one time.
            if plan is not None and current.is_plain:
                # As `read` and `with fork_gate` do, in a third of the time: here every decision comes by.
                reading = self._clock.latest
                if started_s >= reading[0]:
                    reading = self._clock.read_anew()
                _, now_ms, clock = reading
                me = get_ident()
                _inside.append(me)
                if fork_gate.forking:
                    fork_gate.wait(me)
                try:
                    decision = evaluate(plan, request, self._usage, clock, current.pauses, vault=vault)
                finally:
                    _inside.remove(me)
                if decision.requested_pause is not None:
                    self._pauses.add_local(decision.requested_pause)
            else:
                decision, now_ms = self._decide_and_apply(current, request, started_s, trace, vault)
            self._recorder.record(request, decision, current, started_s, now_ms, trace)
        except Exception as error:
            # A defect of ours holds the step: nothing fails open by accident.
            raise EnforcementUnavailableError("the step could not be decided") from error
        return self.tell(decision, trace)

    def tell(self, decision: Decision, trace: Any = None) -> Decision:
        """A decision that is allowed or waits for approval; raises a halt error for any other."""
        if decision.allowed or decision.verdict == "require_approval":
            return decision
        self._recorder.report_halt(decision, trace)
        raise create_halt_error(decision)

    def wait_for_approval(
        self,
        request: Any,
        held: Decision,
        trace: Any = None,
        cancel: threading.Event | None = None,
        vault: TokenVault | None = None,
    ) -> Decision:
        """Asks a human and waits; the decision of a step that may happen, else raises a halt error."""
        try:
            return self._ask(request, held, trace, cancel, vault)
        except Exception as error:
            now = self.decide(request)
            is_paused = now.verdict == "paused"
            self._recorder.report_halt(now if is_paused else held, trace)
            # A control plane lets no approval of a paused agent be used: that it is paused is what the program is told.
            if is_paused and not isinstance(error, AgentPausedError):
                raise create_halt_error(now) from error
            if isinstance(error, HoldpointError):
                raise
            raise EnforcementUnavailableError("the step could not be decided") from error

    def judge(self, request: Any, trace: Any = None, vault: TokenVault | None = None) -> Judgement:
        """The verdict on a text that flows, with what is replaced in it. Never raises."""
        current = self.snapshot.current
        request = self._in_trace(request, trace)
        edits: list[Replacement] = []
        decision = self._decide_with(current, request, vault, edits)
        return Judgement(decision, edits, stream_needs(current.plan or self._empty_plan, request))

    def finish_stream(
        self, request: Any, trace: Any, cancel: threading.Event | None, vault: TokenVault | None
    ) -> tuple[Decision, Judgement]:
        """As `enforce` decides, and what is replaced in the text by the same answers of validators (clause F-11)."""
        ask = self.asking(request, trace)
        if ask is not None:
            request = self.answer(ask, cancel)
        held = self.begin(request, trace, vault)
        decision = held if held.allowed else self.wait_for_approval(request, held, trace, cancel, vault)
        return decision, self.judge(request, trace, vault)

    def observe(self, request: Any, trace: Any = None, vault: TokenVault | None = None) -> None:
        """Records the decision of a step that is over, whatever it is; nobody is asked. Never raises."""
        try:
            self.begin(request, trace, vault)
        except HoldpointError:
            return

    def _ask(
        self, request: Any, held: Decision, trace: Any, cancel: threading.Event | None, vault: TokenVault | None
    ) -> Decision:
        """What was true when the question was asked may not be when it is answered: the step is decided once more."""
        request = self._in_trace(request, trace)
        self._approver.ask(Question(without_answers(request), held, cancel))
        started_s = perf_counter()
        current = self.snapshot.current
        with self._charging(current):
            _, now_ms, clock = self._clock.read(perf_counter())
            now = self._decide_with(current, request, vault, clock=clock)
            goes_ahead = now.allowed or (now.verdict == "require_approval" and _asks_no_more(now, held))
            passed = replace(now, allowed=True) if goes_ahead else now
            decision = self._apply(current, request, passed, trace, clock)
        self._count_ungoverned(current, decision, started_s)
        self._recorder.record(request, decision, current, started_s, now_ms, trace)
        if not decision.allowed:
            raise create_halt_error(decision, "the policies changed while it waited")
        return decision

    def _decide_and_apply(
        self, current: Snapshot, request: Any, started_s: float, trace: Any, vault: TokenVault | None
    ) -> tuple[Decision, int]:
        """A step that may leave something behind, or that no plan may be there for; and the time that it had."""
        with self._charging(current):
            _, now_ms, clock = self._clock.read(perf_counter())
            decided = self._decide_with(current, request, vault, clock=clock)
            decision = self._apply(current, request, decided, trace, clock)
        self._count_ungoverned(current, decision, started_s)
        return decision, now_ms

    def _count_ungoverned(self, current: Snapshot, decision: Decision, started_s: float) -> None:
        if decision.allowed and (current.plan is None or started_s * 1000 >= current.stale_at_ms):
            self._ungoverned.add("no_plan" if current.plan is None else "stale")

    def _decide_with(
        self,
        current: Snapshot,
        request: Any,
        vault: TokenVault | None = None,
        edits: list[Replacement] | None = None,
        *,
        explain: bool = False,
        clock: Clock | None = None,
    ) -> Decision:
        plan = current.plan or self._empty_plan
        if clock is None:
            clock = self._clock
        with fork_gate:
            decision = evaluate(
                plan, request, self._usage, clock, current.pauses, explain=explain, vault=vault, edits=edits
            )
        if current.plan is None and decision.verdict != "paused":
            supposed = suppose_memberships(request, current.pauses, self._agents(), self._clock())
            with fork_gate:
                held = evaluate(plan, supposed, self._usage, self._clock, current.pauses, explain=explain)
            if held.verdict == "paused":
                return held
        if self._fail_open or decision.verdict == "paused":
            return decision
        if current.plan is None:
            return decide_without_plan(decision)
        is_stale = current.stale_at_ms != math.inf and monotonic_ms() >= current.stale_at_ms
        return decide_stale(decision) if is_stale else decision

    def _apply(self, current: Snapshot, request: Any, decision: Decision, trace: Any, clock: Clock) -> Decision:
        """What a step that may happen leaves behind, and the pause that a budget asks for."""
        plan = current.plan
        if decision.requested_pause is not None:
            self._pauses.add_local(decision.requested_pause)
        if plan is None or not decision.allowed or not current.keeps_state:
            return decision
        with fork_gate:
            effects = effects_for(plan, request, decision, clock)
        applied = self._ledger.apply(effects, self._recorder.reservations_of(trace))
        return decision if applied else decide_unreserved(decision)

    def _charging(self, current: Snapshot) -> AbstractContextManager[Any]:
        """No two threads may spend the same money: with counters, one step at a time is decided and charged."""
        return self._lock if current.keeps_state else nullcontext()

    def _in_trace(self, request: Any, trace: Any) -> Any:
        """A call made in a trace belongs to the trace's session and user unless it says otherwise."""
        names = self._recorder.names_of(trace)
        return {**names, **request} if names and isinstance(request, dict) else request


def _asks_no_more(now: Decision, asked: Decision) -> bool:
    """True when every policy that holds the step now is one that the human was asked about."""
    approved = {one.policy_id for one in asked.violations if one.enforcement_mode == "require_approval"}
    return all(one.policy_id in approved for one in now.violations if one.enforcement_mode == "require_approval")


def _compile_empty_plan() -> Plan:
    """The plan of no policies: decides about pauses before there is any other plan."""
    plan = compile_policies([]).plan
    if plan is None:
        raise EnforcementUnavailableError("a plan of no policies does not compile")
    return plan
