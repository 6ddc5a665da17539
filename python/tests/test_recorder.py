"""What a decision leaves in the queue on the path of its call."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from holdpoint._core import CompileContext, canonical_json, compile_policies, evaluate, hmac_sha256_hex
from holdpoint._sdk.client.snapshot import Snapshot
from holdpoint._sdk.events.decision_entry import DecisionEntry
from holdpoint._sdk.events.emitter import Emitter
from holdpoint._sdk.events.event_queue import EventQueue, QueuedTrace
from holdpoint._sdk.events.receipt_chains import ReceiptChains
from holdpoint._sdk.events.recorder import Recorder
from holdpoint._sdk.events.waiting_decision import DECISION_BYTES, WaitingDecision, count_bytes
from holdpoint._sdk.events.written_decision import EntrySettings
from holdpoint._sdk.usage.memory_store import MemoryUsageStore

ENTRIES = EntrySettings(True, None)
NOW_MS = 1_795_262_400_000


class Lane:
    """Counts what finds no room."""

    def __init__(self, capacity: int, capacity_bytes: int) -> None:
        self.queue = EventQueue(capacity, capacity_bytes, partial(WaitingDecision, ENTRIES))
        self.refused = 0

    def push(self, item: QueuedTrace) -> None:
        assert self.queue.push(item)

    def refuse(self) -> None:
        self.refused += 1


def record(lane: Lane, *requests: dict[str, Any]) -> Recorder:
    recorder = Recorder(lambda: NOW_MS, Emitter(), lane, ENTRIES)
    plan = compile_policies([]).plan
    assert plan is not None
    current, usage = Snapshot(plan, version=7), MemoryUsageStore()
    for request in requests:
        decision = evaluate(plan, request, usage, lambda: NOW_MS)
        recorder.record(request, decision, current, 1000.0, NOW_MS, None)
    return recorder


TEXTS: list[dict[str, Any]] = [
    {"agentId": "a"},
    {"agentId": "a", "input": "x" * 512},
    {"agentId": "a", "input": "x" * 513},
    {"agentId": "a", "input": "x" * 400, "output": "y" * 400},
    {"agentId": "a", "phase": "output", "output": "y" * 5000},
    {"agentId": "a", "input": 5, "sessionId": ["no", "text"]},
]


@pytest.mark.parametrize("capacity", [10, 10_000, 1_000_000])
def test_what_a_decision_takes_of_the_queue_it_gives_back(capacity: int) -> None:
    lane = Lane(capacity, 64 * 1024 * 1024)
    record(lane, *TEXTS)
    for request in TEXTS:
        item = lane.queue.take()
        assert item is not None
        assert item.size_bytes == count_bytes(request)
    assert lane.queue.take() is None
    assert lane.queue.room == capacity
    assert lane.refused == 0


def test_a_decision_is_as_large_as_its_texts() -> None:
    assert [count_bytes(request) - DECISION_BYTES for request in TEXTS] == [0, 1024, 1026, 1600, 10_000, 0]


def test_decisions_that_find_no_room_are_refused_and_counted_as_decided() -> None:
    lane = Lane(3, 1_000_000)
    recorder = record(lane, *TEXTS)
    assert (len(lane.queue), lane.refused) == (3, 3)
    assert recorder.counts["allow"] == 6


def test_a_record_says_what_decided_when_and_how_long_it_took() -> None:
    lane = Lane(10, 1_000_000)
    record(lane, {"agentId": "a", "sessionId": "s", "input": "one"}, {"agentId": "a", "sessionId": "s", "input": "two"})
    texts = [item.to_json() for _ in range(2) if (item := lane.queue.take()) is not None]
    for step, text in enumerate(texts, 1):
        span = json.loads(text)
        found = span["decisions"][0]
        assert found["receipt"]["step"] == step
        assert found["bundleVersion"] == 7
        assert found["decidedAt"].startswith("2026-11-21T")
        assert found["durationUs"] > 0


def test_who_sleeps_is_woken_by_a_decision_and_by_one_at_the_mark() -> None:
    lane, calls = Lane(10, 1_000_000), []
    lane.queue.listen(lambda: calls.append(len(lane.queue)))
    lane.queue.has_sleepers = True
    lane.queue.mark = 4
    record(lane, *TEXTS)
    assert calls == [1, 4]


def write_both_ways(request: dict[str, Any], settings: EntrySettings, decision: Any, current: Snapshot) -> list[Any]:
    """A decision as the lane writes it, and as a listener sees it."""

    def begin_chain() -> Any:
        return ReceiptChains().of("")

    facts = (request, decision, current, 2e-6, NOW_MS, begin_chain(), 3)
    entry = DecisionEntry(
        request, decision, current.plan, current.version, 2.0, NOW_MS, None, settings, begin_chain(), 3
    )
    return [json.loads(one.to_json()) for one in (WaitingDecision(settings, facts), entry.describe_now())]


@pytest.mark.parametrize("capture", [True, False])
@pytest.mark.parametrize(
    "request_",
    [
        *TEXTS,
        {"agentId": "", "input": "no agent"},
        {"agentId": 'quo"ted ü', "input": "a\ud800b ü\n", "output": "", "sessionId": "s\udc00", "userId": "u" * 600},
        {"agentId": "a", "input": "x" * 20_000, "model": "m", "environment": "staging", "userId": 7},
        {"agentId": "a", "input": None, "output": "masked: mail anna@acme.org", "environment": "", "sessionId": ""},
        {"agentId": "a", "input": "mail anna@acme.org", "phase": "output", "output": "no"},
        {"agentId": "a", "input": ["mail anna@acme.org"], "tool": {"name": "t"}},
        {"agentId": "a", "phase": "agent_call", "targetAgentId": "b", "unknown": 1, "input": "hi"},
    ],
)
def test_the_lane_writes_what_a_listener_sees(request_: dict[str, Any], capture: bool) -> None:
    masking = {
        "id": "mask",
        "policyType": "pii_access",
        "enforcementMode": "warn",
        "ruleDefinition": {"mask_input": True, "mask_output": True},
    }
    context, settings = CompileContext(salt=b"salt"), EntrySettings(capture, "production")
    for policies in ([masking], []):
        compiled = compile_policies(policies, context)
        plan = compiled.plan
        assert plan is not None, compiled.problems
        decision = evaluate(plan, request_, MemoryUsageStore(), lambda: NOW_MS)
        for current in (Snapshot(plan, version=7), Snapshot(None)):
            if current.plan is None:
                decision = evaluate(plan, {}, MemoryUsageStore(), lambda: NOW_MS)
            told, seen = write_both_ways(request_, settings, decision, current)
            for trace in (told, seen):
                made = trace["decisions"][0]
                # Random ones.
                assert len(trace.pop("traceId")) == len(made.pop("decisionId")) == 36
                for name in ("chain", "hash") if current.plan else ("chain", "hash", "actionHash"):
                    assert made["receipt"].pop(name)
            assert told == seen


@pytest.mark.parametrize("member", ["tool", "toolOutputs"])
@pytest.mark.parametrize("phase", ["input", "output", "tool_call", "tool_result"])
def test_what_is_changed_after_the_call_is_recorded_as_it_was_decided(phase: str, member: str) -> None:
    args: dict[str, Any] = {"path": "a"}
    given = {"name": "t", "args": args} if member == "tool" else [{"name": "t", "output": args}]
    request = {"agentId": "a", "phase": phase, member: given}
    action = canonical_json(request)
    lane = Lane(10, 1_000_000)
    current = record(lane, request).chains.of("")
    args["path"] = "b"
    item = lane.queue.take()
    assert item is not None
    receipt = json.loads(item.to_json())["decisions"][0]["receipt"]
    assert receipt["actionHash"] == hmac_sha256_hex(current._own_key(), action)
