"""Timing of one thing after another, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_GROUP_NS = 20_000


@dataclass(frozen=True)
class Case:
    """One thing to time. `check` runs first and raises when the answer is wrong."""

    name: str
    check: Callable[[], None]
    run: Callable[[], Any]


def measure(case: Case, time_s: float) -> dict[str, Any]:
    """Microseconds per run. The answer is checked before and after."""
    case.check()
    group = _choose_group(case.run)
    samples: list[float] = []
    deadline = time.perf_counter() + time_s
    while time.perf_counter() < deadline or len(samples) < 20:
        start = time.perf_counter_ns()
        for _ in range(group):
            case.run()
        samples.append((time.perf_counter_ns() - start) / group / 1000)
    case.check()
    samples.sort()
    at = {name: samples[int(len(samples) * share)] for name, share in (("p50_us", 0.5), ("p95_us", 0.95))}
    rate = 1e6 * len(samples) / sum(samples)
    return {"name": case.name, **at, "p99_us": samples[int(len(samples) * 0.99)], "runs_per_second": rate}


def _choose_group(run: Callable[[], Any]) -> int:
    """Calls per sample: short cases are timed in groups, for the clock has a price of its own."""
    start = time.perf_counter_ns()
    calls = 0
    while time.perf_counter_ns() - start < 100_000_000:
        run()
        calls += 1
    return max(1, round(_GROUP_NS * calls / (time.perf_counter_ns() - start)))
