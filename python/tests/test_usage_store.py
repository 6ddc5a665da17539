"""The store of usage in memory: windows, buckets, reservations, sessions, bounds."""

from __future__ import annotations

import math
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdpoint import Charge, Counter, MemoryUsageStore, SessionEffect, SessionStep
from holdpoint._core import format_instant
from holdpoint._sdk.usage.memory_counters import MemoryCounters

T0 = int(datetime(2026, 1, 5, tzinfo=timezone.utc).timestamp() * 1000)
MINUTE_MS = 60_000
TODAY = "2026-01-05T00:00:00.000Z"


def clock() -> float:
    return T0


def counter(scope_id: str, start: str = "2026-01-01T00:00:00.000Z") -> Counter:
    return Counter(f"cost|agent|{scope_id}|1d|{start}", "cost", "agent", scope_id, "1d", start)


def sliding(now_ms: int) -> Counter:
    """The sliding minute that ends now: a slot is a second."""
    start = format_instant((now_ms // 1000 - 60) * 1000)
    return Counter(f"calls|agent|a|1m|sliding|{start}", "calls", "agent", "a", "1m", start, "sliding")


def bucket(now_ms: int, leak: int) -> Counter:
    start = format_instant(now_ms)
    return Counter(f"calls|agent|a|1m|bucket:{leak}|{start}", "calls", "agent", "a", "1m", start, "bucket", leak)


def test_adds_up_and_never_goes_below_zero() -> None:
    store = MemoryUsageStore(clock=clock)
    store.add(counter("a"), 1_500_000)
    store.add(counter("a"), -500_000)
    assert store.read(counter("a")) == 1_000_000
    store.add(counter("a"), -9_000_000)
    store.add(counter("a"), math.nan)
    store.add(counter("a"), math.inf)
    assert store.read(counter("a")) == 0


def test_makes_room_by_dropping_what_is_over_and_cannot_read_what_finds_none() -> None:
    store = MemoryUsageStore(clock=clock, capacity=2)
    store.add(counter("old"), 1)
    store.add(counter("a", TODAY), 2)
    store.add(counter("b", TODAY), 3)
    store.add(counter("c", TODAY), 4)
    assert [store.read(counter(name, TODAY)) for name in ("a", "b")] == [2, 3]
    assert math.isnan(store.read(counter("c", TODAY)))


def test_stays_within_its_bound_under_a_million_keys() -> None:
    counters = MemoryCounters(clock, 10_000)
    for index in range(1_000_000):
        counters.add(counter(f"user-{index}", TODAY), 1)
    assert len(counters) == 10_000
    assert counters.read(counter("user-9999", TODAY)) == 1
    assert math.isnan(counters.read(counter("user-999999", TODAY)))


@given(st.lists(st.integers(0, 200_000), max_size=60), st.integers(0, 200_000))
def test_a_sliding_window_counts_any_stretch_of_its_length_or_a_slot_more(added: list[int], later: int) -> None:
    counters = MemoryCounters(clock, 100)
    for at_ms in sorted(added):
        counters.add(sliding(T0 + at_ms), 1)
    now_ms = max([later, *added])
    counted = counters.read(sliding(T0 + now_ms))
    assert counted >= sum(at_ms > now_ms - MINUTE_MS for at_ms in added)
    assert counted <= sum(at_ms > now_ms - MINUTE_MS - 1001 for at_ms in added)


def test_what_lies_in_the_future_of_a_clock_that_went_back_counts_as_now() -> None:
    counters = MemoryCounters(clock, 100)
    counters.add(sliding(T0 + 3_600_000), 5)
    assert counters.read(sliding(T0)) == 5
    assert counters.read(sliding(T0 + 59_000)) == 5
    assert counters.read(sliding(T0 + 2 * MINUTE_MS)) == 0


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=80), st.integers(1, 10), st.integers(1, 120))
def test_a_bucket_lets_through_its_size_at_once_and_its_rate_over_time(
    waits: list[int], burst: int, per_minute: int
) -> None:
    counters = MemoryCounters(clock, 100)
    passed: list[int] = []
    now_ms = T0
    for wait in waits:
        now_ms += wait
        if counters.read(bucket(now_ms, per_minute)) + 1 <= burst:
            counters.add(bucket(now_ms, per_minute), 1)
            passed.append(now_ms)
    for first, start_ms in enumerate(passed):
        for more, end_ms in enumerate(passed[first:]):
            assert more + 1 <= burst + (end_ms - start_ms) * per_minute / MINUTE_MS + 1e-9


def test_a_bucket_leaks_on_from_the_new_time_when_the_clock_goes_back() -> None:
    counters = MemoryCounters(clock, 100)
    counters.add(bucket(T0 + 3_600_000, 60), 2)
    assert [counters.read(bucket(T0 + after, 60)) for after in (0, 1_000, 2_000)] == [2, 1, 0]


@given(st.lists(st.tuples(st.sampled_from(["settle", "release", "stand"]), st.integers(0, 999), st.integers(0, 999))))
def test_reservations_sum_to_what_was_settled(acts: list[tuple[str, int, int]]) -> None:
    store = MemoryUsageStore(clock=clock)
    ids = [store.reserve([Charge(counter("a"), estimate)]) for _, estimate, _ in acts]
    expected = 0
    for (act, estimate, cost), reserved in zip(acts, ids, strict=True):
        assert reserved is not None
        if act == "settle":
            store.settle(reserved, cost)
        elif act == "release":
            store.release(reserved)
        expected += {"settle": cost, "release": 0, "stand": estimate}[act]
    assert store.read(counter("a")) == expected


def _step(session_id: str, labels: tuple[str, ...] = (), parent: str = "", at_ms: int = T0) -> SessionEffect:
    return SessionEffect(session_id, parent, SessionStep(at_ms, "tool_result", "a", "t", labels=labels))


def test_sessions_remember_steps_and_hand_labels_to_the_one_they_were_delegated_from() -> None:
    store = MemoryUsageStore(clock=clock)
    store.record(_step("s", ("untrusted",), "parent"))
    store.record(_step("s", ("private",)))
    session, parent = store.session("s"), store.session("parent")
    assert session is not None
    assert parent is not None
    assert (session.labels, len(session.steps)) == (("private", "untrusted"), 2)
    assert (parent.labels, parent.steps) == (("untrusted",), ())
    assert store.session("other") is None


def test_sessions_go_when_they_were_idle_and_cannot_be_read_without_room() -> None:
    now = [T0]
    store = MemoryUsageStore(clock=lambda: now[0], session_capacity=2, session_idle_ms=MINUTE_MS)
    for name in ("a", "b", "c"):
        store.record(_step(name))
    with pytest.raises(LookupError):
        store.session("c")
    now[0] += 2 * MINUTE_MS
    store.record(_step("c"))
    assert store.session("c") is not None
    assert store.session("a") is None


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-5_000_000, 5_000_000), st.integers(0, 50)), max_size=60))
def test_no_jump_of_the_clock_makes_an_amount_negative_or_unreadable(jumps: list[tuple[int, int]]) -> None:
    counters = MemoryCounters(clock, 1_000)
    now_ms = T0
    for jump, amount in jumps:
        now_ms = max(0, now_ms + jump)
        for one in (sliding(now_ms), bucket(now_ms, 60)):
            counters.add(one, amount)
            assert counters.read(one) >= amount
