"""The self test, and windows in which nothing was governed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import SAMPLES, Create
from control_plane import ControlPlane
from waiting import flush_all

from holdpoint import (
    AsyncHoldpoint,
    EnforceRequest,
    Holdpoint,
    HoldpointError,
    PolicyBlockedError,
    UngovernedEvent,
    verify_receipts,
)
from holdpoint._sdk.events import reason_counter

VERBS = ("enforce_policy", "enforce_tool_call", "enforce_tool_result", "enforce_output", "guard_stream", "start_trace")


def test_it_says_what_was_stopped_and_leaves_no_pause_behind(create: Create) -> None:
    hp = create()
    report = hp.self_test(canaries=[EnforceRequest(agent_id="bot", input=SAMPLES["attack"])])
    assert report.stopped == VERBS
    assert report.holding_policies > 0
    assert report.canaries == 1
    assert hp.stats().pauses == ()


def test_it_is_there_for_asyncio(create: Create) -> None:
    assert asyncio.run(AsyncHoldpoint(create()).self_test()).stopped == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_it_fails_loudly_when_a_verb_lets_a_paused_agent_pass(
    create: Create, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    class Stand:
        def end(self) -> None: ...

        def __iter__(self) -> Iterator[Any]:
            return iter(())

    hp = create()
    monkeypatch.setattr(hp, verb, lambda **_: Stand())
    with pytest.raises(HoldpointError, match=f"`{verb}` does not stop a paused agent"):
        hp.self_test()
    assert hp.stats().pauses == ()


def test_it_fails_loudly_when_a_canary_is_let_pass(create: Create) -> None:
    canaries = [{"agentId": "bot", "input": SAMPLES["attack"]}, {"agentId": "bot", "input": "hello"}]
    with pytest.raises(HoldpointError, match=r"canary 1 \(agent `bot`, phase input\) was let pass"):
        create().self_test(canaries=canaries)


def test_a_canary_that_cannot_be_read_is_not_taken_for_stopped(create: Create) -> None:
    with pytest.raises(HoldpointError, match="cannot be read: `/agent_id`"):
        create().self_test(canaries=[{"agent_id": "bot", "input": SAMPLES["attack"]}])


def test_it_fails_loudly_when_nothing_can_stop_a_step_unless_that_is_meant() -> None:
    policy = {"id": "p", "policyType": "injection_scan", "enforcementMode": "monitor", "ruleDefinition": {}}
    with Holdpoint(policies=[policy]) as hp:
        with pytest.raises(HoldpointError, match="no active policy can stop a step"):
            hp.self_test()
        assert hp.self_test(monitor_only=True).holding_policies == 0


@pytest.mark.parametrize("fail_mode", ["open", "closed"])
def test_it_fails_loudly_before_there_are_policies(create: Create, fail_mode: str) -> None:
    address = "http://127.0.0.1:9"
    hp = create(
        policies=None, control_plane=address, fail_mode=fail_mode, first_bundle_timeout_ms=1, close_timeout_ms=1
    )
    with pytest.raises(HoldpointError, match="no policies are in force"):
        hp.self_test()


def test_ungoverned_windows_are_counted_told_and_sent(
    create: Create, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane.scripts["GET /api/v1/sdk/bundle"] = lambda _: (503, "", {})
    monkeypatch.setattr(reason_counter, "DEFAULT_DROP_REPORT_INTERVAL_MS", 60_000)
    hp = create(
        policies=None,
        control_plane=plane.url,
        fail_mode="open",
        first_bundle_timeout_ms=1,
        stream=False,
    )
    events: list[Any] = []
    hp.on("ungoverned", events.append)
    for _ in range(3):
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"])
    hp.report_ungoverned("handler_error", "langchain.on_tool_start")
    assert events == [
        UngovernedEvent("no_plan", 1, 1, None),
        UngovernedEvent("handler_error", 1, 1, "langchain.on_tool_start"),
    ]
    hp._running.ungoverned.report_all()
    assert events[2] == UngovernedEvent("no_plan", 2, 3, None)
    stats = hp.stats()
    assert stats.ungoverned_calls == 3
    assert stats.ungoverned == {"no_plan": 3, "stale": 0, "no_lease": 0, "handler_error": 1, "no_handler": 0}
    flush_all(hp)
    told = [trace["metadata"] for trace in plane.traces if trace.get("spanType") == "ungoverned"]
    assert told == [
        {"reason": "no_plan", "count": 1, "total": 1},
        {"reason": "handler_error", "count": 1, "total": 1, "hook": "langchain.on_tool_start"},
        {"reason": "no_plan", "count": 2, "total": 3},
    ]


def test_a_forked_process_begins_chains_of_its_own(create: Create, plane: ControlPlane) -> None:
    plane.set_bundle({"version": 3, "policies": SAMPLES["policies"]})
    hp = create(policies=None, control_plane=plane.url, stream=False)
    hp.enforce_policy(agent_id="bot", input="hello", session_id="s")
    flush_all(hp)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            hp.enforce_policy(agent_id="bot", input="hello", session_id="s")
            flush_all(hp)
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    hp.enforce_policy(agent_id="bot", input="hello", session_id="s")
    with pytest.raises(PolicyBlockedError):
        hp.enforce_policy(agent_id="bot", input=SAMPLES["attack"], session_id="s")
    flush_all(hp)
    report = verify_receipts(plane.traces)
    assert (report.decisions, report.chains, report.problems) == (4, 2, ())
