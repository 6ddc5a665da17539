"""Leases of a process, without the network: what is held, what a step may take, what to ask for."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypedDict

from ..._core import Counter, Plan, SharedBudget, find_shared_budget, list_shared_counters
from ..._gen.tables import DEFAULT_LEASE_AHEAD_PCT, DEFAULT_LEASE_RENEW_MS, DEFAULT_LEASE_TTL_MS, MAX_HELD_LEASES
from ..clock import Clock


class Lease:
    """A slice of one shared budget, as this process holds it. Amounts are whole micro-dollars of one window.

    `budget`: None once no policy caps the counter any more. `granted`: all that may be spent here, what is spent
    included. `others`: what the others have spent, as last told. `available`: what can still be drawn, as last told;
    NaN before the first answer. `last_free`: what was free to spend after the last draw. `need`: the largest step that
    was refused since. `known`: its owner is known from the policies, so that it is held without a step. `elsewhere`:
    what the process that this one was forked from had spent.
    """

    __slots__ = (
        "available",
        "budget",
        "counter",
        "elsewhere",
        "granted",
        "known",
        "last_free",
        "need",
        "others",
        "plan",
    )

    def __init__(self, counter: Counter, budget: SharedBudget, plan: Plan | None) -> None:
        self.counter = counter
        self.budget: SharedBudget | None = budget
        self.plan = plan
        self.granted = 0
        self.others = 0
        self.available: float = math.nan
        self.last_free: float = 0
        self.need = 0
        self.known = False
        self.elsewhere = 0


class LeaseReport(TypedDict):
    """One line of a call to the control plane."""

    scope: str
    scopeId: str
    window: str
    start: str
    spentMicros: int
    wantMicros: int
    needMicros: int
    release: bool


class LeaseAnswer(NamedTuple):
    """What the control plane answers for one line."""

    granted: int
    others: int
    available: int


class LeaseBook:
    """Safe for threads. `policy_ids`: the policies of the plan that the control plane knows as well.

    `spent_here`: what this process has spent of a counter, NaN when it cannot be read. `hurry` asks the control plane
    soon. `is_open`: True when a step that nobody can account for is let pass; `on_ungoverned` is told of each.
    """

    def __init__(
        self,
        plan: Callable[[], Plan | None],
        policy_ids: Callable[[], Collection[str]],
        spent_here: Callable[[Counter], float],
        clock: Clock,
        hurry: Callable[[], None],
        is_open: Callable[[], bool],
        on_ungoverned: Callable[[], None],
    ) -> None:
        self._plan = plan
        self._policy_ids = policy_ids
        self._spent_in_all = spent_here
        self._clock = clock
        self._hurry = hurry
        self.is_open = is_open
        self._on_ungoverned = on_ungoverned
        self._lock = threading.RLock()
        self._leases: dict[str, Lease] = {}
        self._unshared: set[str] = set()
        self._seen: Plan | None = None
        self.ungoverned = 0

    def __len__(self) -> int:
        return len(self._leases)

    def find(self, counter: Counter) -> Lease | None:
        """The lease of a counter; None for one that processes do not share. Makes one at first sight."""
        if counter.metric != "cost" or counter.kind != "calendar":
            return None
        plan = self._plan()
        held = self._leases.get(counter.key)
        if held is not None and held.plan is plan:
            return None if held.budget is None else held
        with self._lock:
            if plan is not self._seen:
                self._seen = plan
                self._unshared.clear()
            return self._look(counter, plan)

    def spent(self, lease: Lease) -> float:
        """What this process has spent of it."""
        return self._spent_in_all(lease.counter) - lease.elsewhere

    def admits(self, lease: Lease, amount: int) -> bool:
        """Whether the slice that is held has room for so much. Never waits."""
        budget = lease.budget
        if budget is None or budget.kind == "watched":
            return True
        free = lease.granted - self.spent(lease)
        if amount <= free:
            return True
        ahead = budget.cap_micros * DEFAULT_LEASE_AHEAD_PCT / 100
        if budget.kind == "lenient" and -free < ahead:
            self._ask(lease)
            return True
        with self._lock:
            lease.need = max(lease.need, amount)
            self._ask(lease)
        return False

    def count_ungoverned(self) -> None:
        """A step went on that a slice has no room for."""
        with self._lock:
            self.ungoverned += 1
        self._on_ungoverned()

    def touch(self, lease: Lease) -> None:
        """After a step has taken its part: asks for more in time."""
        if lease.budget is None or lease.budget.kind == "watched":
            return
        if 2 * (lease.granted - self.spent(lease)) < lease.last_free:
            self._ask(lease)

    def foresee(self) -> None:
        """Begins to hold what the policies name, now and in the next window."""
        plan, now = self._plan(), self._clock()
        for counter in list_shared_counters(plan, now, self._policy_ids()) if plan else ():
            lease = self.find(counter)
            if lease is not None:
                lease.known = True
        with self._lock:
            leases = list(self._leases.values())
        for lease in leases:
            budget = lease.budget
            if budget is None or budget.end_ms - now > 3 * DEFAULT_LEASE_RENEW_MS:
                continue
            if budget.next.key == lease.counter.key or not (lease.known or self.spent(lease) > 0):
                continue
            following = self.find(budget.next)
            if following is not None:
                following.known = following.known or lease.known

    def list(self, closing: bool) -> Sequence[tuple[Lease, LeaseReport]]:
        """What there is to report."""
        now = self._clock()
        with self._lock:
            leases = list(self._leases.values())
        for lease in leases:
            self.find(lease.counter)
        with self._lock:
            lines = [(lease, self._describe(lease, closing, now)) for lease in leases]
        return [(lease, report) for lease, report in lines if report is not None]

    def take(self, lease: Lease, report: LeaseReport, answer: LeaseAnswer) -> None:
        """Puts an answer in force."""
        with self._lock:
            lease.granted = answer.granted
            lease.others = answer.others
            lease.available = answer.available
            if report["wantMicros"] > 0:
                lease.last_free = max(0, answer.granted - report["spentMicros"])
            if answer.granted - self.spent(lease) >= lease.need:
                lease.need = 0
            if report["release"]:
                self._leases.pop(lease.counter.key, None)

    def forget(self) -> None:
        """In a forked process: what is held belongs to the other one, and so does what was spent."""
        self._lock = threading.RLock()
        for lease in self._leases.values():
            lease.elsewhere += int(self.spent(lease))
            lease.granted = lease.need = 0
            lease.available = math.nan
            lease.last_free = 0

    def _ask(self, lease: Lease) -> None:
        """That nothing is left is asked again with the next report."""
        if lease.available != 0:
            self._hurry()

    def _look(self, counter: Counter, plan: Plan | None) -> Lease | None:
        held = self._leases.get(counter.key)
        if held is None and counter.key in self._unshared:
            return None
        budget = find_shared_budget(plan, counter, self._policy_ids()) if plan else None
        if held is not None:
            held.plan, held.budget = plan, budget
            return None if budget is None else held
        if budget is None:
            if len(self._unshared) >= MAX_HELD_LEASES:
                self._unshared.clear()
            self._unshared.add(counter.key)
            return None
        lease = Lease(counter, budget, plan)
        # Beyond the bound a budget has no slice: strict ones hold, lenient ones spend ahead.
        if len(self._leases) < MAX_HELD_LEASES:
            self._leases[counter.key] = lease
            self._hurry()
        return lease

    def _describe(self, lease: Lease, closing: bool, now: float) -> LeaseReport | None:
        spent = self.spent(lease)
        if math.isnan(spent):
            return None
        spent_micros = max(0, int(spent))
        budget, counter = lease.budget, lease.counter
        over = budget is None or budget.end_ms + DEFAULT_LEASE_TTL_MS < now
        low = 2 * (lease.granted - spent_micros) <= lease.last_free or lease.need > 0
        # What is given back must not be spent while the answer is on its way.
        if closing or over:
            lease.granted = min(lease.granted, spent_micros)
        return {
            "scope": counter.scope,
            "scopeId": counter.scope_id,
            "window": counter.window,
            "start": counter.start,
            "spentMicros": spent_micros,
            "wantMicros": budget.cap_micros if budget is not None and low else 0,
            "needMicros": lease.need,
            "release": closing or over,
        }
