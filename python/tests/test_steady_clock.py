"""The clock of decisions."""

from __future__ import annotations

import math
from time import perf_counter

from holdpoint._sdk import clock as clocks
from holdpoint._sdk.clock import SteadyClock, now_ms


def test_a_reading_says_the_same_as_often_as_its_clock_is_asked() -> None:
    clock = SteadyClock()
    _, said, frozen = clock.read(perf_counter())
    assert [frozen() for _ in range(3)] == [said] * 3
    assert abs(said - now_ms()) < 1000


def test_the_machines_clock_is_read_once_a_millisecond_and_never_goes_back() -> None:
    clock = SteadyClock()
    first = clock.read_anew()
    assert clock.read(first[0] - 0.0005) is first
    assert clock.read(first[0] + 0.001) is not first
    last = 0
    for _ in range(10_000):
        said = clock()
        assert said >= last
        last = said


def test_a_programs_own_clock_is_always_asked() -> None:
    times = iter([1000.0, 2000.0, 3000.0])
    clock = SteadyClock(lambda: next(times))
    assert [clock(), clock(), clock()] == [1000, 2000, 3000]


def test_time_goes_on_when_a_clock_goes_back_or_fails() -> None:
    times = [5000.0, 1000.0, math.nan, -1.0]
    clock = SteadyClock(lambda: times.pop(0))
    first = clock()
    said = [clock() for _ in range(4)]
    assert first == 5000
    assert all(5000 <= one < 65_000 for one in said)
    assert said == sorted(said)
    assert clocks.to_timestamp(math.nan).startswith("1970")
