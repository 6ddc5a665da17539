"""What a decision leaves in the queue on the path of its call."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from holdpoint._core import compile_policies, evaluate
from holdpoint._sdk.client.snapshot import Snapshot
from holdpoint._sdk.events.decision_entry import DECISION_BYTES, EntrySettings, WaitingDecision, count_bytes
from holdpoint._sdk.events.emitter import Emitter
from holdpoint._sdk.events.event_queue import EventQueue, QueuedTrace
from holdpoint._sdk.events.recorder import Recorder
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
