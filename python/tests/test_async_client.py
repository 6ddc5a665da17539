"""The client for asyncio where things end early: cancelled tasks, time-outs, closed loops, forked servers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from control_plane import ControlPlane
from test_killed_process import ENVIRONMENT, sessions, until
from test_process_end import run

from holdpoint import ApprovalDeniedError, ApprovalTimeoutError, AsyncHoldpoint, Holdpoint, PolicyBlockedError
from holdpoint._sdk.approvals.approver import Approver, Question
from holdpoint._sdk.approvals.channels import ChannelAnswer

ASK = {
    "id": "ask",
    "policyType": "tool_invocation",
    "enforcementMode": "block",
    "ruleDefinition": {"require_approval": ["send"], "deny": ["drop"]},
}
FAST: dict[str, Any] = {"api_key": "k", "stream": False, "flush_interval_ms": 20, "close_timeout_ms": 60_000}


@pytest.fixture
def plane(plane: ControlPlane) -> ControlPlane:
    plane.set_bundle({"version": 1, "policies": []})
    return plane


def send(hp: AsyncHoldpoint, session: str) -> Any:
    return hp.enforce_tool_call(agent_id="bot", tool="send", args={}, session_id=session)


async def _wait_for(event: threading.Event) -> None:
    while not event.is_set():
        await asyncio.sleep(0.001)


async def never(_: Any) -> bool:
    await asyncio.Event().wait()
    return True


@pytest.mark.parametrize("how", ["cancel", "timeout", "group"])
def test_a_step_that_is_given_up_is_held_and_its_record_is_delivered(plane: ControlPlane, how: str) -> None:
    asked = threading.Event()

    async def ask(context: Any) -> bool:
        asked.set()
        return await never(context)

    async def work() -> None:
        hp = AsyncHoldpoint(Holdpoint(policies=[ASK], control_plane=plane.url, on_approval=ask, **FAST))
        outcomes: list[str] = []
        hp.on("approval", lambda event: outcomes.append(event.outcome))
        if how == "timeout":
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(send(hp, "held"), 0.05)
        else:
            task = asyncio.create_task(send(hp, "held"))
            await _wait_for(asked)
            others = [asyncio.create_task(send(hp, f"other-{n}")) for n in range(3)] if how == "group" else []
            await asyncio.sleep(0.01)
            for one in (task, *others):
                one.cancel()
            assert all(
                isinstance(end, asyncio.CancelledError)
                for end in await asyncio.gather(task, *others, return_exceptions=True)
            )
        # The next steps are decided as ever.
        with pytest.raises(PolicyBlockedError):
            await hp.enforce_tool_call(agent_id="bot", tool="drop", args={}, session_id="dropped")
        assert (await hp.enforce_policy(agent_id="bot", input="hello", session_id="allowed")).allowed
        while not outcomes:
            await asyncio.sleep(0.001)
        await hp.close()
        assert set(outcomes) == {"expired"}
        assert not any(hp.stats().dropped_traces.values())

    asyncio.run(work())
    counted = sessions(plane)
    assert set(counted.values()) == {1}
    assert {"held", "dropped", "allowed"} <= set(counted)


def test_an_answer_that_comes_when_the_step_was_given_up_lets_nothing_pass() -> None:
    given_up = threading.Event()
    outcomes: list[str] = []

    class Channel:
        def ask(self, context: Any, stopped: threading.Event) -> ChannelAnswer:
            time.sleep(0.01)  # until it is waited for
            given_up.set()
            return ChannelAnswer("approved")

        def nudge(self) -> None:
            pass

    approver = Approver(Channel(), 60_000, lambda event: outcomes.append(event.outcome))
    with Holdpoint(policies=[ASK]) as hp:
        step = {"agentId": "bot", "phase": "tool_call", "tool": {"name": "send", "args": {}}}
        with pytest.raises(ApprovalTimeoutError, match="aborted"):
            approver.ask(Question(step, hp.evaluate(step), given_up))
    assert outcomes == ["expired"]


def threads_named(start: str) -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(start)]


def test_a_client_whose_start_is_given_up_is_closed(plane: ControlPlane) -> None:
    go = threading.Event()
    plane.scripts["GET /api/v1/sdk/bundle"] = lambda _: (503, "", {}) if go.wait(60) else (500, "", {})
    before = len(threads_named("holdpoint-"))

    async def work() -> None:
        options = {"control_plane": plane.url, "first_bundle_timeout_ms": 60_000, **FAST}
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(AsyncHoldpoint.create(**options), 0.2)
        # It had begun, and its server answers after all.
        plane.scripts.pop("GET /api/v1/sdk/bundle")
        go.set()
        for _ in range(6000):
            if len(threads_named("holdpoint-")) <= before:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(threads_named("holdpoint-"))

    asyncio.run(work())


def test_a_reader_of_a_stream_that_is_cancelled_closes_its_source_and_leaves_a_record(plane: ControlPlane) -> None:
    closed: list[bool] = []

    async def source() -> Any:
        try:
            for _ in range(10_000):
                yield "a word "
                await asyncio.sleep(0)
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    async def work() -> None:
        async with AsyncHoldpoint(Holdpoint(policies=[], control_plane=plane.url, **FAST)) as hp:

            async def read() -> None:
                async with hp.guard_stream(source(), agent_id="bot", session_id="stream") as stream:
                    async for _ in stream:
                        pass

            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(read(), 0.1)

    asyncio.run(work())
    assert (closed, sessions(plane)) == ([True], Counter({"stream": 1}))


def test_one_client_serves_loops_that_come_and_go_and_several_at_once(plane: ControlPlane) -> None:
    loops: dict[str, bool] = {}
    both = threading.Barrier(2, timeout=30)

    async def approve(context: Any) -> bool:
        # In the loop of the step that waits, and of no other.
        loops[context.action["sessionId"]] = asyncio.get_running_loop() is own.loop  # type: ignore[attr-defined]
        return True

    own = threading.local()
    hp = Holdpoint(policies=[ASK], control_plane=plane.url, on_approval=approve, **FAST)
    asynchronous = AsyncHoldpoint(hp)

    async def step(session: str, *, together: bool = False) -> None:
        own.loop = asyncio.get_running_loop()
        if together:
            both.wait()
        await send(asynchronous, session)

    for n in range(3):
        asyncio.run(step(f"after-{n}"))
    threads = [threading.Thread(target=lambda n=n: asyncio.run(step(f"at-once-{n}", together=True))) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hp.close()
    assert loops == dict.fromkeys(["after-0", "after-1", "after-2", "at-once-0", "at-once-1"], True)
    # Held, then let go.
    assert sessions(plane) == Counter(dict.fromkeys(loops, 2))


def test_a_loop_that_is_closed_while_a_step_waits_holds_the_step(plane: ControlPlane) -> None:
    asked = threading.Event()

    async def ask(context: Any) -> bool:
        asked.set()
        return await never(context)

    hp = AsyncHoldpoint(Holdpoint(policies=[ASK], control_plane=plane.url, on_approval=ask, **FAST))
    outcomes: list[Any] = []
    hp.on("approval", lambda event: outcomes.append(event.outcome))
    loop = asyncio.new_event_loop()
    task = loop.create_task(send(hp, "left"))
    loop.run_until_complete(_wait_for(asked))
    assert not task.done()
    # The step, and the callback that it waits for.
    for one in asyncio.all_tasks(loop):
        one._log_destroy_pending = False  # type: ignore[attr-defined]
    loop.close()
    # The client goes on in another.
    assert asyncio.run(hp.enforce_policy(agent_id="bot", input="hello", session_id="next")).allowed
    until(lambda: outcomes)
    hp.sync.close()
    assert outcomes == ["denied"]
    assert sessions(plane) == Counter(["left", "next"])


def test_a_callback_whose_loop_is_gone_denies() -> None:
    async def ask(_: Any) -> bool:
        return True

    hp = Holdpoint(policies=[ASK], on_approval=ask)
    # Without a loop that waits, it has one of its own.
    assert hp.enforce_tool_call(agent_id="bot", tool="send", args={}).allowed

    async def fail(_: Any) -> bool:
        raise RuntimeError("no")

    with pytest.raises(ApprovalDeniedError):
        Holdpoint(policies=[ASK], on_approval=fail).enforce_tool_call(agent_id="bot", tool="send", args={})


# As gunicorn and uvicorn start their workers: the program is loaded, then forked; a worker has a loop of its own and is
# told to go by a signal, in the middle of its work.
PREFORK = """
import asyncio, signal
from holdpoint import AsyncHoldpoint
client = AsyncHoldpoint(hp)
COUNT = 4
async def master():
    await client.enforce_policy(agent_id="a", session_id="master-0", input="hello")
asyncio.run(master())
async def serve(n):
    loop = asyncio.get_running_loop()
    going = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, going.set)
    done = 0
    async def request(k):
        await client.enforce_policy(agent_id="a", session_id=f"worker{n}-{k}", input="hello")
    while not going.is_set():
        # However long another worker takes to begin: a worker has no more to send than it can in its time.
        if done < 500:
            await asyncio.gather(*(request(done + k) for k in range(5)))
            done += 5
        if done == 20:
            os.write(ready_w, b".")
        await asyncio.sleep(0.002)
    os.write(counts_w, f"{n} {done}\\n".encode())
ready_r, ready_w = os.pipe()
counts_r, counts_w = os.pipe()
pids = []
for n in range(COUNT):
    pid = os.fork()
    if pid == 0:
        asyncio.run(serve(n))
        sys.exit(0)
    pids.append(pid)
for _ in range(COUNT):
    os.read(ready_r, 1)
for pid in pids:
    os.kill(pid, signal.SIGTERM)
for pid in pids:
    assert os.waitpid(pid, 0)[1] == 0
os.close(counts_w)
with os.fdopen(counts_r) as told, open(os.environ["COUNTS"], "w") as file:
    file.write(told.read())
asyncio.run(master())
"""


@pytest.mark.parametrize("spooled", [True, False])
def test_forked_workers_with_loops_of_their_own_lose_nothing_and_send_nothing_twice(
    plane: ControlPlane, tmp_path: Path, spooled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = tmp_path / "counts"
    monkeypatch.setitem(ENVIRONMENT, "COUNTS", str(counts))
    run(plane, tmp_path / "spool" if spooled else None, PREFORK)
    done = {int(n): int(steps) for n, steps in (line.split() for line in counts.read_text().splitlines())}
    assert len(done) == 4
    expected = Counter({f"worker{n}-{k}": 1 for n, steps in done.items() for k in range(steps)})
    expected["master-0"] = 2
    assert sessions(plane) == expected


# A loop that is closed in the middle of everything; the program ends without a word.
CLOSED_LOOP = """
import asyncio
from holdpoint import AsyncHoldpoint
client = AsyncHoldpoint(hp)
async def work():
    for n in range(50):
        await client.enforce_policy(agent_id="a", session_id=f"step-{n}", input="hello")
    asyncio.create_task(client.flush())
    await asyncio.sleep(0)
loop = asyncio.new_event_loop()
loop.run_until_complete(work())
for task in asyncio.all_tasks(loop):
    task._log_destroy_pending = False
loop.close()
"""


@pytest.mark.parametrize("spooled", [True, False])
def test_a_program_whose_loop_is_closed_early_loses_nothing(plane: ControlPlane, tmp_path: Path, spooled: bool) -> None:
    run(plane, tmp_path if spooled else None, CLOSED_LOOP)
    assert sessions(plane) == Counter({f"step-{n}": 1 for n in range(50)})
