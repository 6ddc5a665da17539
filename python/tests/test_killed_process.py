"""A process that is killed loses nothing that it had acknowledged, whatever language takes over."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from control_plane import ControlPlane
from waiting import until

# Many more by night; the fault is in the timing, so each kill is another one.
KILLS = int(os.environ.get("HOLDPOINT_KILLS", "12"))

PYTHON = Path(__file__).resolve().parents[1]
ROOT = PYTHON.parent
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(PYTHON / "src"),
    "TSX_TSCONFIG_PATH": str(ROOT / "tsconfig.json"),
}

TYPESCRIPT = """
import { Holdpoint } from "./packages/sdk/src/index.ts";
const [controlPlane, cacheDir, task, count] = process.argv.slice(-4);
const hp = await Holdpoint.create({
  policies: [], controlPlane, apiKey: "k", cacheDir, stream: false, closeTimeoutMs: 1, firstBundleTimeoutMs: 1,
  flushIntervalMs: 20,
});
if (task === "send") await new Promise((resolve) => setTimeout(resolve, 60_000));
for (let n = 0; n < Number(count); n++)
  await hp.enforcePolicy({ agentId: "recorder", sessionId: `${process.pid}-${n}`, input: `text ü ${n}` });
await hp.flush();
process.kill(process.pid, "SIGKILL");
"""


def take_down(plane: ControlPlane) -> None:
    plane.scripts["POST /api/v1/traces/ingest"] = lambda _: (503, "", {})


def bring_up(plane: ControlPlane) -> None:
    plane.scripts.pop("POST /api/v1/traces/ingest", None)


def start_python(plane: ControlPlane, cache: Path, *task: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, str(PYTHON / "tests" / "recorder.py"), plane.url, str(cache), *task]
    return subprocess.Popen(command, env=ENVIRONMENT, text=True, **options)


def start_typescript(plane: ControlPlane, cache: Path, task: str, count: int = 0) -> subprocess.Popen[str]:
    code = ["--import", "tsx", "--input-type=module", "--eval", TYPESCRIPT, "--", plane.url, str(cache), task]
    return subprocess.Popen(["node", *code, str(count)], env=ENVIRONMENT, cwd=ROOT, text=True)


def sessions(plane: ControlPlane) -> Counter[str]:
    """How many different traces each step has left."""
    ids = {(trace["sessionId"], trace["traceId"]) for trace in plane.traces if "sessionId" in trace}
    return Counter(session for session, _ in ids)


def steps_up_to(last: str) -> list[str]:
    """All steps that one process had taken up to an acknowledged one."""
    pid, _, count = last.partition("-")
    return [f"{pid}-{step}" for step in range(int(count) + 1)]


def run_and_stop(recorder: subprocess.Popen[str], kill: signal.Signals) -> list[str]:
    """Has a process record, and stops it at a random moment; what it has acknowledged."""
    assert recorder.stdin is not None
    assert recorder.stdout is not None
    recorder.stdin.write("again\n")
    recorder.stdin.flush()
    pid = int(recorder.stdout.readline().removeprefix("child "))
    said = [recorder.stdout.readline().strip()]
    threading.Timer(random.random() * 0.1, os.kill, [pid, kill]).start()  # noqa: S311
    while not (line := recorder.stdout.readline().strip()).startswith("ended"):
        said.append(line)
    return said


def test_nothing_acknowledged_is_lost_or_stored_twice(plane: ControlPlane, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    with start_python(plane, tmp_path, "fork", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as recorder:
        for round_ in range(KILLS):
            (bring_up if round_ % 3 == 2 else take_down)(plane)
            acknowledged += run_and_stop(recorder, signal.SIGTERM if round_ % 4 == 3 else signal.SIGKILL)
        recorder.communicate()
    bring_up(plane)
    wanted = {step for last in acknowledged for step in steps_up_to(last)}
    with start_python(plane, tmp_path, "send") as sender:
        until(lambda: wanted <= sessions(plane).keys())
        sender.kill()
    print(f"{KILLS} kills, {len(wanted)} steps acknowledged")
    assert len(acknowledged) >= KILLS
    assert wanted - sessions(plane).keys() == set()
    assert [step for step, count in sessions(plane).items() if count > 1] == []


@pytest.mark.parametrize("first", ["python", "typescript"])
def test_one_language_sends_what_the_other_has_left(plane: ControlPlane, tmp_path: Path, first: str) -> None:
    take_down(plane)
    if first == "python":
        writer = start_python(plane, tmp_path, "record", "60", stdout=subprocess.DEVNULL)
    else:
        writer = start_typescript(plane, tmp_path, "record", 60)
    assert writer.wait(60) == -signal.SIGKILL
    assert list(tmp_path.rglob("*.seg"))
    bring_up(plane)
    reader = start_typescript(plane, tmp_path, "send") if first == "python" else start_python(plane, tmp_path, "send")
    until(lambda: len(sessions(plane)) == 60)
    until(lambda: not list(tmp_path.rglob("*.seg")))
    reader.kill()
    reader.wait()
    assert len(sessions(plane)) == 60
    assert set(sessions(plane).values()) == {1}
    assert {trace["input"] for trace in plane.traces if "sessionId" in trace} == {f"text ü {n}" for n in range(60)}
    assert list(tmp_path.rglob("*.seg")) == []
