"""A task that is cancelled, at whichever moment: nothing that was recorded is lost, nothing of it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from control_plane import Answer
from openai import AsyncOpenAI
from test_approvals import Office
from test_killed_process import sessions
from waiting import until

from holdpoint import AsyncHoldpoint, FunctionClassifier, Holdpoint, HoldpointError
from holdpoint.adapters.openai import guard_openai

POLICIES = [
    {
        "id": "send",
        "policyType": "tool_invocation",
        "enforcementMode": "block",
        "ruleDefinition": {"require_approval": ["send"]},
    },
    {
        "id": "meaning",
        "policyType": "semantic_check",
        "enforcementMode": "block",
        "ruleDefinition": {"classifier": "guard", "timeout_ms": 30_000},
    },
]
OPTIONS: dict[str, Any] = {
    "api_key": "k",
    "stream": False,
    "flush_interval_ms": 5,
    "poll_interval_ms": 600_000,
    "approval_poll_interval_ms": 5,
    "close_timeout_ms": 60_000,
}
VERBS: dict[str, Callable[[AsyncHoldpoint, str], Awaitable[Any]]] = {
    "enforce_policy": lambda hp, name: hp.enforce_policy(agent_id="bot", input="hello", session_id=name),
    "enforce_tool_call": lambda hp, name: hp.enforce_tool_call(agent_id="bot", tool="send", args={}, session_id=name),
    "enforce_tool_result": lambda hp, name: hp.enforce_tool_result(
        agent_id="bot", tool="t", result="x", session_id=name
    ),
    "enforce_output": lambda hp, name: hp.enforce_output(agent_id="bot", output="x", session_id=name),
    "examine": lambda hp, name: hp.examine(agent_id="bot", input="hello", session_id=name),
    "register_agent": lambda hp, name: hp.register_agent(agent_id=name),
    "flush": lambda hp, _: hp.flush(),
    "self_test": lambda hp, _: hp.self_test(canaries=[]),
    "close": lambda hp, _: hp.close(),
}
# How many turns of the loop, then how many milliseconds a task is let run before it is cancelled.
MOMENTS = [(0, 0), (1, 0), (2, 0), (3, 0), (5, 0), (9, 0), (0, 1), (0, 3), (0, 8), (0, 20), (0, 60)]


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    made.plane.set_bundle({"version": 1, "policies": POLICIES})
    yield made
    made.plane.close()


def waiting_threads() -> list[str]:
    ours = ("holdpoint-approval", "holdpoint-classifier")
    return [one.name for one in threading.enumerate() if one.name.startswith(ours)]


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]


async def give_up(task: asyncio.Task[Any], turns: int, ms: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)
    if ms:
        await asyncio.sleep(ms / 1000)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, HoldpointError):
        await task


async def eventually(holds: Callable[[], bool]) -> None:
    # Before a classifier that nobody tells would end by itself.
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


@pytest.mark.parametrize("verb", VERBS)
def test_whenever_it_is_cancelled_the_client_goes_on_and_loses_nothing(office: Office, verb: str) -> None:
    scores: list[float] = []

    async def guard(_: Any, __: Any) -> float:
        await asyncio.sleep(0.005)
        scores.append(0)
        return 0

    async def work() -> Counter[str]:
        expected: Counter[str] = Counter()
        for number, (turns, ms) in enumerate(MOMENTS):
            hp = AsyncHoldpoint(Holdpoint(control_plane=office.plane.url, classifiers={"guard": guard}, **OPTIONS))
            before, after = f"{verb}-{number}-before", f"{verb}-{number}-after"
            await hp.enforce_output(agent_id="bot", output="x", session_id=before)
            await give_up(asyncio.create_task(VERBS[verb](hp, f"{verb}-{number}")), turns, ms)
            expected[before] += 1
            if verb == "close":
                await hp.close()
            else:
                # Every lane goes on.
                assert (await hp.enforce_policy(agent_id="bot", input="hello", session_id=after)).allowed
                await hp.flush()
                expected[after] += 1
                await hp.close()
            assert hp.stats().queued_traces == 0
            assert not any(hp.stats().dropped_traces.values())
            await eventually(lambda: not others())
        return expected

    expected = asyncio.run(work())
    until(lambda: not waiting_threads())
    stored = sessions(office.plane)
    # A step that was given up is recorded once if it had been decided, held or not.
    assert {name: count for name, count in stored.items() if name in expected} == dict(expected)
    assert set(stored) <= {*expected, *(f"{verb}-{number}" for number in range(len(MOMENTS)))}


def test_an_approval_that_is_heard_of_when_the_step_was_given_up_is_not_used(office: Office) -> None:
    asked, go = threading.Event(), threading.Event()

    def answer(_: dict[str, Any]) -> Answer:
        asked.set()
        assert go.wait(60)
        return 200, {"data": {"id": "ap-1", "status": "approved"}}, {}

    office.plane.scripts["GET /api/v1/approvals/ap-1"] = answer

    async def work() -> None:
        async with AsyncHoldpoint(Holdpoint(control_plane=office.plane.url, **OPTIONS)) as hp:
            task = asyncio.create_task(VERBS["enforce_tool_call"](hp, "given-up"))  # type: ignore[arg-type]
            await eventually(asked.is_set)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            go.set()
            await eventually(lambda: not waiting_threads())

    asyncio.run(work())
    assert office.uses == []


@pytest.mark.parametrize("verb", ["examine", "enforce_policy"])
def test_a_classifier_of_a_task_that_is_cancelled_is_told_at_once(verb: str) -> None:
    asked, told = threading.Event(), []

    async def later(_: Any, __: Any) -> float:
        asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append("later")
            raise
        return 0

    def now(_: Any, context: Any) -> float:
        asked.set()
        if context.cancel.wait(60):
            told.append("now")
        return 0

    async def work(classify: Any) -> None:
        slow = FunctionClassifier(classify, timeout_ms=30_000)
        async with AsyncHoldpoint(Holdpoint(policies=POLICIES[1:], classifiers={"guard": slow})) as hp:
            asked.clear()
            task = asyncio.create_task(VERBS[verb](hp, "given-up"))  # type: ignore[arg-type]
            await eventually(asked.is_set)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await eventually(lambda: not others() and not waiting_threads())

    asyncio.run(work(later))
    asyncio.run(work(now))
    assert told == ["later", "now"]


def test_a_coroutine_that_nobody_goes_on_with_gives_its_step_up() -> None:
    asked, told = threading.Event(), threading.Event()

    def wait(_: Any, context: Any) -> float:
        asked.set()
        if context.cancel.wait(60):
            told.set()
        return 0

    async def work() -> None:
        slow = FunctionClassifier(wait, timeout_ms=30_000)
        async with AsyncHoldpoint(Holdpoint(policies=POLICIES[1:], classifiers={"guard": slow})) as hp:
            step: Any = VERBS["enforce_policy"](hp, "given-up")
            step.send(None)
            await eventually(asked.is_set)
            step.close()
            await eventually(told.is_set)

    asyncio.run(work())


def test_a_request_that_is_cancelled_before_it_is_sent_is_no_step_without_end(office: Office) -> None:
    asked = threading.Event()

    async def later(_: Any, __: Any) -> float:
        asked.set()
        await asyncio.Event().wait()
        return 0

    async def work() -> str:
        slow = FunctionClassifier(later, timeout_ms=30_000)
        connected = Holdpoint(control_plane=office.plane.url, classifiers={"guard": slow}, **OPTIONS)
        async with AsyncHoldpoint(connected) as hp:
            trace = hp.start_trace(agent_id="bot")
            http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(500)))
            client = AsyncOpenAI(api_key="none", base_url="http://a.test/v1", http_client=http, max_retries=0)
            guarded: Any = guard_openai(hp, client, agent_id="bot", trace=trace)
            task = asyncio.create_task(guarded.responses.create(model="m", input="hello"))
            await eventually(asked.is_set)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            trace.end()
            return trace.trace_id

    trace_id = asyncio.run(work())
    sent = [one for one in office.plane.traces if one["traceId"] == trace_id]
    assert [(span["name"], span["status"]) for one in sent for span in one["spans"]] == [("m", "error")]
