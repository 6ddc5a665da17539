"""Slices of budgets that processes share: what a step may take, what is reported (clauses L-1 to L-10)."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import Any

import pytest
from control_plane import ControlPlane
from hypothesis import given
from hypothesis import strategies as st

from holdpoint import EnforcementHaltError, Holdpoint, UngovernedEvent
from holdpoint._core import Charge, Counter, Plan, charges_for, compile_policies, parse_instant
from holdpoint._sdk.clock import now_ms
from holdpoint._sdk.usage.guard import GuardedUsage
from holdpoint._sdk.usage.lease_book import LeaseAnswer, LeaseBook
from holdpoint._sdk.usage.leased_store import LeasedUsageStore
from holdpoint._sdk.usage.memory_store import MemoryUsageStore

DOLLAR = 1_000_000
START = parse_instant("2026-05-04T10:00:00Z")


class Process:
    """One budget, and a control plane that the test plays."""

    def __init__(self, rule: dict[str, Any] | None = None, mode: str = "block", *, is_open: bool = False) -> None:
        self.now = START
        self.hurried = 0
        self.plan = plan_of(
            {"scope": "organization", "window": "1h", "cap_usd": 10, "strict": True, **(rule or {})}, mode
        )
        self.own = GuardedUsage(MemoryUsageStore(clock=self.clock), self.clock)
        self.told = 0
        self.book = LeaseBook(
            lambda: self.plan, lambda: {"p"}, self.own.read, self.clock, self.hurry, lambda: is_open, self.tell
        )
        self.store = LeasedUsageStore(self.own, self.book)

    def clock(self) -> float:
        return self.now

    def hurry(self) -> None:
        self.hurried += 1

    def tell(self) -> None:
        self.told += 1

    def counter(self) -> Counter:
        return charges_for(self.plan, {"agentId": "a", "estimatedCost": 1}, self.clock)[0].counter

    def reserve(self, cost_usd: float) -> str | None:
        return self.store.reserve(charges_for(self.plan, {"agentId": "a", "estimatedCost": cost_usd}, self.clock))

    def answer(self, granted: int, others: int = 0, available: int = DOLLAR) -> list[Any]:
        reports = []
        for lease, report in self.book.list(closing=False):
            self.book.take(lease, report, LeaseAnswer(granted, others, available))
            reports.append(report)
        return reports


def plan_of(rule: dict[str, Any], mode: str = "block") -> Plan:
    policy = {"id": "p", "policyType": "cost_budget", "enforcementMode": mode, "ruleDefinition": rule}
    plan = compile_policies([policy]).plan
    assert plan is not None
    return plan


def test_a_strict_budget_holds_until_a_slice_is_held_then_takes_from_it() -> None:
    process = Process()
    assert process.reserve(0.5) is None
    assert process.hurried > 0
    assert process.answer(DOLLAR)[0]["needMicros"] == 500_000
    assert [process.reserve(cost) is not None for cost in (0.5, 0.5, 0.000001)] == [True, True, False]
    assert process.answer(DOLLAR)[0]["spentMicros"] == DOLLAR


def test_what_is_settled_and_released_is_free_again() -> None:
    process = Process()
    process.store.read(process.counter())
    process.answer(DOLLAR)
    first = process.reserve(1)
    assert first is not None
    process.store.settle(first, 400_000)
    second = process.reserve(0.6)
    assert second is not None
    process.store.release(second)
    assert process.reserve(0.6) is not None


def test_reads_what_the_others_have_spent_beside_its_own() -> None:
    process = Process()
    process.store.read(process.counter())
    process.answer(2 * DOLLAR, 3 * DOLLAR)
    process.reserve(1)
    assert process.store.read(process.counter()) == 4 * DOLLAR


@given(st.lists(st.tuples(st.sampled_from(["reserve", "release", "draw"]), st.integers(1, DOLLAR)), max_size=40))
def test_never_takes_more_than_it_was_granted(steps: list[tuple[str, int]]) -> None:
    process = Process()
    process.store.read(process.counter())
    granted = 0
    taken: list[str] = []
    for kind, micros in steps:
        if kind == "draw":
            granted += micros
            process.answer(granted)
        elif kind == "release" and taken:
            process.store.release(taken.pop(micros % len(taken)))
        elif kind == "reserve":
            taken.extend(one for one in [process.reserve(micros / DOLLAR)] if one is not None)
        assert process.store.read(process.counter()) <= granted


def test_a_lenient_budget_is_spent_ahead_by_a_twentieth_and_one_step() -> None:
    process = Process({"strict": False})
    assert [process.reserve(cost) is not None for cost in (0.3, 0.19, 0.3, 0.01)] == [True, True, True, False]


@pytest.mark.parametrize(("rule", "mode"), [({}, "warn"), ({"action": "warn"}, "block")])
def test_a_budget_that_does_not_hold_is_only_counted(rule: dict[str, Any], mode: str) -> None:
    process = Process(rule, mode)
    assert process.reserve(20) is not None
    assert process.answer(0, 0, 0)[0]["spentMicros"] == 20 * DOLLAR


def test_an_open_fail_mode_lets_pass_and_counts() -> None:
    process = Process(is_open=True)
    assert process.reserve(1) is not None
    assert (process.book.ungoverned, process.told) == (1, 1)


def test_a_step_counts_not_its_charges_and_only_one_that_went_ahead_and_had_no_room() -> None:
    process = Process(is_open=True)
    twice = Charge(process.counter(), DOLLAR)
    assert process.store.reserve([twice, twice]) is not None
    assert (process.book.ungoverned, process.told) == (1, 1)
    assert process.store._holdpoint_spend([twice, twice])
    assert process.told == 2
    process.answer(9 * DOLLAR)
    assert process.reserve(1) is not None
    assert process.told == 2


def test_the_next_window_is_asked_for_before_it_begins_and_the_last_given_back() -> None:
    process = Process()
    process.book.foresee()
    process.answer(DOLLAR)
    process.now += 3_600_000 - 10_000
    process.book.foresee()
    assert [report["start"][11:13] for report in process.answer(DOLLAR)] == ["10", "11"]
    process.now += 70_001
    assert [report["release"] for report in process.answer(DOLLAR)] == [True, False]
    assert len(process.book) == 1


def test_a_forked_process_holds_nothing_and_has_spent_nothing() -> None:
    process = Process()
    process.store.read(process.counter())
    process.answer(DOLLAR)
    process.reserve(0.5)
    process.book.forget()
    assert process.reserve(0.25) is None
    assert process.answer(250_000, 500_000)[0]["spentMicros"] == 0
    assert process.store.read(process.counter()) == 500_000
    assert process.reserve(0.25) is not None


def create(plane: ControlPlane, grant: dict[str, int] | None, **options: Any) -> Holdpoint:
    """A client of a scripted control plane, which grants this, or is dead for leases."""
    rule = {"scope": "organization", "window": "1d", "cap_usd": 10, "strict": True}
    plane.envelope = plane.sign(
        {"policies": [{"id": "p", "policyType": "cost_budget", "enforcementMode": "block", "ruleDefinition": rule}]}
    )

    def answer(seen: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        lines = json.loads(seen["body"])["leases"]
        return (503, {}, {}) if grant is None else (200, {"data": {"leases": [grant for _ in lines]}}, {})

    plane.scripts["POST /api/v1/usage/leases"] = answer
    patient = {"first_bundle_timeout_ms": 60_000, "close_timeout_ms": 60_000, "request_timeout_ms": 60_000}
    return Holdpoint(control_plane=plane.url, api_key="k", stream=False, poll_interval_ms=600_000, **patient, **options)


def spend(hp: Holdpoint, cost: float) -> bool:
    try:
        hp.enforce_policy(agent_id="a", estimated_cost=cost)
    except EnforcementHaltError:
        return False
    return True


def test_a_client_spends_its_slice_while_the_server_is_dead_and_gives_the_rest_back() -> None:
    plane = ControlPlane()
    hp = create(plane, {"grantedMicros": DOLLAR, "othersMicros": 0, "availableMicros": 9 * DOLLAR})
    alive = plane.scripts["POST /api/v1/usage/leases"]
    plane.scripts["POST /api/v1/usage/leases"] = lambda _: (503, {}, {})
    assert [spend(hp, 0.4) for _ in range(3)] == [True, True, False]
    stats = hp.stats().leases
    assert stats is not None
    assert stats.held == 1
    plane.scripts["POST /api/v1/usage/leases"] = alive
    hp.close()
    last = [seen for seen in plane.seen if seen["path"].endswith("/leases")][-1]
    assert json.loads(last["body"])["leases"][0] == {
        "scope": "organization",
        "scopeId": "*",
        "window": "1d",
        "start": f"{now_day()}T00:00:00.000Z",
        "spentMicros": 800_000,
        "wantMicros": 10 * DOLLAR,
        "needMicros": 400_000,
        "release": True,
    }


@pytest.mark.parametrize(("fail_mode", "passes"), [("closed", False), ("open", True)])
def test_without_a_slice_the_fail_mode_decides(fail_mode: str, passes: bool) -> None:
    plane = ControlPlane()
    hp = create(plane, None, fail_mode=fail_mode)
    events: list[UngovernedEvent] = []
    hp.on("ungoverned", events.append)
    assert spend(hp, 0.4) is passes
    count = 1 if passes else 0
    stats = hp.stats()
    assert stats.leases is not None
    assert (stats.leases.ungoverned, stats.leases.reachable) == (count, False)
    assert stats.ungoverned["no_lease"] == count
    assert events == [UngovernedEvent("no_lease", 1, 1, None)] * count
    hp.close()
    told = [trace["metadata"] for trace in plane.traces if trace.get("spanType") == "ungoverned"]
    assert told == [{"reason": "no_lease", "count": 1, "total": 1}] * count


def test_a_client_that_was_forked_draws_slices_of_its_own() -> None:
    plane = ControlPlane()
    hp = create(plane, {"grantedMicros": DOLLAR, "othersMicros": 0, "availableMicros": 9 * DOLLAR})
    assert spend(hp, 1)
    child = os.fork()
    if child == 0:
        os._exit(0 if not spend(hp, 0.1) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    hp.close()


def now_day() -> str:
    return datetime.fromtimestamp(now_ms() / 1000, tz=timezone.utc).date().isoformat()
