"""`python bench/suites/python/wired.py [--seconds 10]`: a wired decision over the bare core; one JSON line a row.

The client has its spool and its lanes on; the control plane is another process. Times are CPU time of the calling
thread, for on a shared machine the clock on the wall tells of others: what the lanes take beside is in `cpuUsPerDecision`.
`wired/async` awaits the same verb of `AsyncHoldpoint`, `wired/keywords` says the request in keywords.
Each side is called some times before its time is taken: the bare core comes first after a pause and would pay for cold
caches alone, the wired call pays for waking the thread that writes. `firstP50Us` is what those first wired calls cost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).resolve().parent),
    str(Path(__file__).resolve().parents[3] / "python" / "src"),
]

from cases import EXPRESSIONS, REQUEST, plan_of
from holdpoint import AsyncHoldpoint, Holdpoint, MemoryUsageStore
from holdpoint._core import evaluate

_GROUP = 50
# Calls of a side before its time is taken.
_WARM_UP = 20
_SAMPLES = 400


def _now_ms() -> int:
    return int(time.time() * 1000)


def _time(run: Callable[[], Any], count: int) -> float:
    """Microseconds of this thread for one call, of so many."""
    start = time.thread_time_ns()
    for _ in range(count):
        run()
    return (time.thread_time_ns() - start) / count / 1000


_KEYWORDS = {
    "agent_id": REQUEST["agentId"],
    "session_id": REQUEST["sessionId"],
    "input": REQUEST["input"],
    "estimated_cost": REQUEST["estimatedCost"],
    "environment": REQUEST["environment"],
}


async def _time_async(run: Callable[[], Any], count: int) -> float:
    """The same of what is awaited."""
    start = time.thread_time_ns()
    for _ in range(count):
        await run()
    return (time.thread_time_ns() - start) / count / 1000


def _compare(name: str, url: str, cache_dir: str | None) -> dict[str, Any]:
    """Bare and wired calls in turns, so that both see the same machine."""
    plan, usage = plan_of(EXPRESSIONS), MemoryUsageStore()
    wiring: dict[str, Any] = {
        "control_plane": url,
        "api_key": "k",
        "cache_dir": cache_dir,
        "stream": False,
    }
    if not url:
        wiring = {}
    with Holdpoint(policies=EXPRESSIONS, first_bundle_timeout_ms=1, **wiring) as hp:

        def bare() -> Any:
            return evaluate(plan, REQUEST, usage, _now_ms)

        def wired() -> Any:
            return hp.enforce_policy(REQUEST)

        def by_keywords() -> Any:
            return hp.enforce_policy(**_KEYWORDS)

        waiting, loop = AsyncHoldpoint(hp), asyncio.new_event_loop()

        def awaited() -> Any:
            return waiting.enforce_policy(REQUEST)

        def time_awaited(run: Callable[[], Any], count: int) -> float:
            return loop.run_until_complete(_time_async(run, count))

        verb, measure = wired, _time
        if name == "wired/keywords":
            verb = by_keywords
        if name == "wired/async":
            verb, measure = awaited, time_awaited
        for answer in (
            bare(),
            wired(),
            by_keywords(),
            loop.run_until_complete(awaited()),
        ):
            if answer.verdict != "allow":
                raise SystemExit("the answer is wrong")
        samples: list[list[float]] = []
        for _ in range(_SAMPLES):
            samples.append(
                [
                    timing(run, count)
                    for timing, run in ((_time, bare), (measure, verb))
                    for count in (_WARM_UP, _GROUP)
                ]
            )
            # The lanes get their turn, as in a program that waits for its models.
            time.sleep(0.005)
        loop.close()
        process = _time_process(hp, wired)
        lost = sum(hp.stats().dropped_traces.values())
    _, core, first_full, full = (
        statistics.median(column) for column in zip(*samples, strict=True)
    )
    return {
        "coreP50Us": core,
        "wiredP50Us": full,
        "overCoreP50Us": full - core,
        "firstP50Us": first_full,
        "cpuUsPerDecision": process,
        "lost": lost,
    }


def _time_process(hp: Holdpoint, wired: Callable[[], Any]) -> float:
    """CPU time of the process for one decision, its lanes included: until everything is sent."""
    count = 5000
    # What is left over from before is not theirs.
    _wait_until_sent(hp)
    start = time.process_time_ns()
    for index in range(count):
        wired()
        if index % 100 == 99:
            time.sleep(0.005)
    _wait_until_sent(hp)
    return (time.process_time_ns() - start) / count / 1000


def _wait_until_sent(hp: Holdpoint) -> None:
    while hp.stats().queued_traces > 0:
        time.sleep(0.02)


def _flood(seconds: float) -> dict[str, Any]:
    """Decides as fast as it can while the server is down; every decision waits, or is counted as lost."""
    with tempfile.TemporaryDirectory() as cache_dir, suppress(OSError):
        hp = Holdpoint(
            policies=EXPRESSIONS,
            control_plane="http://127.0.0.1:9",
            api_key="k",
            cache_dir=cache_dir,
            stream=False,
            first_bundle_timeout_ms=1,
            close_timeout_ms=1,
        )
        start = time.perf_counter()
        first_mb = 0.0
        decisions = 0
        while (passed := time.perf_counter() - start) < seconds:
            for _ in range(500):
                hp.enforce_policy(REQUEST)
            decisions += 500
            if not first_mb and passed > seconds / 3:
                first_mb = _resident_mb()
        last_mb = _resident_mb()
        stats = hp.stats()
        lost = sum(stats.dropped_traces.values())
        if stats.queued_traces + lost < decisions:
            raise SystemExit(
                f"{decisions} decisions, {stats.queued_traces} wait and {lost} are counted as lost"
            )
        hp.close()
        return {
            "perSecond": decisions / passed,
            "firstMb": first_mb,
            "lastMb": last_mb,
            "onDiskMb": stats.spool.bytes / 1e6 if stats.spool else 0,
            "lost": lost,
            "decisions": decisions,
        }
    return {}


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of the flood")
    options = parser.parse_args()
    command = [sys.executable, str(Path(__file__).with_name("stub_server.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as cache_dir:
            wirings = [
                ("wired/policies", "", None),
                ("wired/memory", url, None),
                ("wired/spool", url, cache_dir),
                ("wired/keywords", url, cache_dir),
                ("wired/async", url, cache_dir),
            ]
            for name, target, directory in wirings:
                print(
                    json.dumps({"name": name, **_compare(name, target, directory)}),
                    flush=True,
                )
        server.communicate()
    print(
        json.dumps({"name": "wired/server-down", **_flood(options.seconds)}), flush=True
    )


if __name__ == "__main__":
    main()
