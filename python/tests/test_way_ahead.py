"""What goes ahead in one frame is decided, recorded and told as by the long way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from holdpoint import AsyncHoldpoint, Holdpoint, HoldpointError
from holdpoint._sdk.events.event_queue import EventQueue, QueuedTrace
from holdpoint._sdk.events.waiting_decision import WaitingDecision
from holdpoint._sdk.events.written_decision import EntrySettings

POLICIES = [
    {
        "id": f"{mode}-it",
        "policyType": "expression",
        "enforcementMode": mode,
        "ruleDefinition": {"expression": f'input.contains("{mode} me")'},
    }
    for mode in ("warn", "block", "require_approval")
]
SALT = b"salt"


class Lane:
    """Keeps what is pushed, and counts what finds no room."""

    def __init__(self, capacity: int = 100) -> None:
        self.queue = EventQueue(capacity, capacity * 8192, partial(WaitingDecision, EntrySettings(True, None)))
        self.refused = 0

    def push(self, item: QueuedTrace) -> None:
        if not self.queue.push(item):
            self.refuse()

    def refuse(self) -> None:
        self.refused += 1

    def take_all(self) -> list[Any]:
        """Traces without what is random or of the moment."""
        traces = []
        while (item := self.queue.take()) is not None:
            trace = json.loads(item.to_json())
            record = trace["decisions"][0]
            for name in ("traceId", "timestamp", "durationMs"):
                del trace[name]
            for name in ("decisionId", "decidedAt", "durationUs"):
                del record[name]
            for name in ("chain", "hash", "previous"):
                del record["receipt"][name]
            traces.append(trace)
        return traces


@contextmanager
def client(*, ahead: bool, lane: Lane | None = None, **options: Any) -> Iterator[Holdpoint]:
    with Holdpoint(policies=POLICIES, salt=SALT, **options) as hp:
        if lane is not None:
            hp._running.recorder.push_to(lane)
        if not ahead:
            hp._enforcer.ahead = lambda request: None
        yield hp


REQUESTS: list[dict[str, Any]] = [
    {"agentId": "a"},
    {"agentId": "a", "input": "hi", "sessionId": "s", "userId": "u", "environment": "staging", "phase": "agent_call"},
    {"agentId": "a", "input": "hi", "sessionId": "s", "userId": None, "environment": None},
    {"agentId": "a", "input": "warn me", "sessionId": ""},
    {"agentId": "a", "input": "block me"},
    {"agentId": "a", "input": "require_approval me", "sessionId": "s"},
    {"agentId": "a", "input": "x" * 100_000},
    {"agentId": "a", "input": "\U0001f600" * 400},
    {"agentId": "a", "phase": "output", "output": "y" * 5000},
    {"agentId": "a", "input": 5, "sessionId": ["no", "text"]},
    {"agentId": "a", "sessionId": "s" * 10_000},
    {"agentId": "", "input": "no agent"},
    {"input": "no agent"},
    {"agentId": "a", "phase": "tool_call", "tool": {"name": "t", "args": {"x": 1}}},
    {"agentId": "a", "metadata": {"k": 1}, "model": "m", "targetAgentId": "b"},
    {"agentId": "a", "unknown": 1},
]


def run(hp: Holdpoint, *, awaited: bool = False) -> list[Any]:
    """What each request comes to."""
    ends: list[Any] = []
    for request in REQUESTS:
        try:
            verb = AsyncHoldpoint(hp).enforce_policy(request) if awaited else None
            ends.append(asyncio.run(verb) if verb is not None else hp.enforce_policy(request))
        except HoldpointError as error:
            ends.append((type(error), str(error)))
    return ends


@pytest.mark.parametrize("environment", [None, "production"])
@pytest.mark.parametrize("awaited", [False, True])
def test_both_ways_decide_record_and_tell_the_same(environment: str | None, awaited: bool) -> None:
    seen = []
    for ahead in (True, False):
        lane, told = Lane(), []
        with client(ahead=ahead, lane=lane, environment=environment) as hp:
            hp.on("blocked", lambda event, told=told: told.append(event.decision.verdict))
            ends = run(hp, awaited=awaited)
            seen.append((ends, lane.take_all(), told, hp.stats().decisions, lane.refused))
    assert seen[0] == seen[1]
    _, traces, told, decisions, refused = seen[0]
    assert len(traces) == sum(decisions.values()) == len(REQUESTS)
    assert "block" in told
    assert refused == 0


def test_listeners_hear_of_what_goes_ahead() -> None:
    heard: list[str] = []
    with client(ahead=True) as hp:
        hp.enforce_policy({"agentId": "a"})
        hp.on("decision", lambda event: heard.append(event.decision.agent_id))
        hp.enforce_policy({"agentId": "b"})
        assert heard == ["b"]
        assert hp.stats().decisions["allow"] == 2


def test_a_pause_and_a_plan_that_keeps_state_go_the_long_way() -> None:
    with client(ahead=True) as hp:
        assert hp._enforcer.ahead({"agentId": "a"}) is not None
        hp.pause_agent("b")
        assert hp._enforcer.ahead({"agentId": "a"}) is None
        hp.resume_agent("b")
        assert hp._enforcer.ahead({"agentId": "a"}) is not None
    budget = {
        "id": "calls",
        "policyType": "cost_limit",
        "enforcementMode": "block",
        "ruleDefinition": {"daily_budget": 1.0},
    }
    with Holdpoint(policies=[budget]) as hp:
        assert hp._enforcer.ahead({"agentId": "a"}) is None


def test_what_is_changed_after_the_call_is_recorded_as_it_was_decided() -> None:
    lane = Lane()
    with client(ahead=True, lane=lane) as hp:
        request = {"agentId": "a", "input": "before", "sessionId": "s"}
        hp.enforce_policy(request)
        request["input"] = "after"
        request["sessionId"] = "another"
        assert [(trace["input"], trace["sessionId"]) for trace in lane.take_all()] == [("before", "s")]


def test_what_finds_no_room_is_refused_and_leaves_a_gap() -> None:
    lane = Lane(2)
    with client(ahead=True, lane=lane) as hp:
        for _ in range(3):
            hp.enforce_policy({"agentId": "a"})
        assert lane.refused == 1
        first = lane.take_all()
        hp.enforce_policy({"agentId": "a"})
        steps = [trace["decisions"][0]["receipt"]["step"] for trace in [*first, *lane.take_all()]]
        assert steps == [1, 2, 4]


def test_a_record_that_fails_leaves_the_decision_and_is_seen_as_lost() -> None:
    class Broken(Lane):
        def __init__(self) -> None:
            super().__init__()
            self.real, self.lost = self.queue, 0

        def push(self, item: QueuedTrace) -> None:
            self.lost += 1

    lane = Broken()
    with client(ahead=True, lane=lane) as hp:
        lane.queue = None  # type: ignore[assignment]
        assert hp.enforce_policy({"agentId": "a"}).allowed
        lane.queue = lane.real
        assert lane.lost == 1


def test_what_raises_when_it_is_read_is_held() -> None:
    class Hostile(str):
        def __len__(self) -> int:
            raise ValueError("no")

    with client(ahead=True) as hp, pytest.raises(HoldpointError):
        hp.enforce_policy({"agentId": "a", "input": Hostile("hi")})
