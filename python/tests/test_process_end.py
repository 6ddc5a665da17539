"""What a process leaves when it ends by itself, and what becomes of a client in a process that was forked."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from control_plane import ControlPlane
from test_killed_process import ENVIRONMENT, sessions, start_python, take_down, until

START = """
import faulthandler, os, signal, sys, time, multiprocessing
faulthandler.register(signal.SIGUSR1, all_threads=True)
from holdpoint import Holdpoint
url, cache = sys.argv[1:]
hp = Holdpoint(policies=[], control_plane=url, api_key="k", cache_dir=cache or None, stream=False, poll_interval_ms=500,
               reload=False, close_timeout_ms=30_000)
def step(name, count=1):
    for n in range(count):
        hp.enforce_policy(agent_id="a", session_id=f"{name}-{n}", input="hello")
"""

IN_THE_FIRST_TURN = 'step("first", 100)'

FORKED = """
step("before")
if os.fork() == 0:
    step("child")
    hp.flush()
    if hp.stats().queued_traces:
        os._exit(1)
    sys.exit(0)
step("parent")
_, status = os.wait()
assert status == 0, status
"""

WORKERS = """
def work(n):
    step(f"worker{n}")
if __name__ == "__main__":
    step("parent")
    workers = [multiprocessing.get_context("fork").Process(target=work, args=(n,)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
"""

# Longer than anything takes that does not hang, on the slowest machine.
_HANGS_AFTER_S = 180

LOCKED = """
import threading
import holdpoint.adapters._client_checks as checks
ready = threading.Event()
def hold():
    with hp._running.snapshot._lock, hp._running.lane._starting, hp._closing, checks._lock:
        ready.set()
        time.sleep(600)
threading.Thread(target=hold, daemon=True).start()
ready.wait()
pid = os.fork()
if pid == 0:
    hp.pause_agent("b")
    with checks._lock:
        step("child")
    hp.close()
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
os._exit(0)
"""


def run(plane: ControlPlane, cache: Path | None, program: str) -> float:
    """Seconds that it took."""
    started = time.monotonic()
    arguments = [sys.executable, "-c", START + program, plane.url, str(cache or "")]
    with subprocess.Popen(arguments, env=ENVIRONMENT, start_new_session=True) as process:
        try:
            assert process.wait(_HANGS_AFTER_S) == 0
        except subprocess.TimeoutExpired:
            # Where each of its threads is, and those of its children.
            os.killpg(process.pid, signal.SIGUSR1)
            time.sleep(1)
            raise
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return time.monotonic() - started


@pytest.mark.parametrize("spooled", [True, False])
def test_what_was_recorded_in_the_first_turn_is_sent_when_the_process_ends(
    plane: ControlPlane, tmp_path: Path, spooled: bool
) -> None:
    run(plane, tmp_path if spooled else None, IN_THE_FIRST_TURN)
    assert sessions(plane) == Counter({f"first-{n}": 1 for n in range(100)})


def test_it_is_on_disk_when_nobody_takes_it_and_the_end_does_not_wait(plane: ControlPlane, tmp_path: Path) -> None:
    take_down(plane)
    run(plane, tmp_path, IN_THE_FIRST_TURN)
    del plane.scripts["POST /api/v1/traces/ingest"]
    with start_python(plane, tmp_path, "send") as sender:
        until(lambda: len(sessions(plane)) == 100)
        sender.kill()
    assert sessions(plane) == Counter({f"first-{n}": 1 for n in range(100)})


@pytest.mark.parametrize("spooled", [True, False])
def test_a_forked_process_sends_its_own_and_nothing_twice(plane: ControlPlane, tmp_path: Path, spooled: bool) -> None:
    run(plane, tmp_path if spooled else None, FORKED)
    assert sessions(plane) == Counter(["before-0", "child-0", "parent-0"])


def test_workers_of_multiprocessing_lose_nothing_at_their_end(plane: ControlPlane, tmp_path: Path) -> None:
    run(plane, None, WORKERS)
    assert sessions(plane) == Counter(["parent-0", "worker0-0", "worker1-0", "worker2-0"])


def test_a_lock_that_another_thread_held_at_the_fork_stops_nobody(plane: ControlPlane, tmp_path: Path) -> None:
    run(plane, tmp_path, LOCKED)
    assert sessions(plane) == Counter(["child-0"])
