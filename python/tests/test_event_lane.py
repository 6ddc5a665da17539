"""Traces on their way (clauses S-10, S-12, S-13, S-15)."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from waiting import until

from holdpoint._sdk.events.event_queue import EventQueue
from holdpoint._sdk.events.ingest_transport import SendOutcome, send_traces
from holdpoint._sdk.events.lane import EventLane, LaneSettings
from holdpoint._sdk.events.memory_store import MemoryStore
from holdpoint._sdk.events.own_trace import LossReport
from holdpoint._sdk.events.reason_counter import count_drops
from holdpoint._sdk.events.write_text import create_text_writer, write_json
from holdpoint._sdk.transport.api import Api, ApiAnswer
from holdpoint._sdk.types import DroppedEvent

Answer = Callable[[list[Any]], "tuple[int, float | None]"]

OUTCOMES = {200: "ok", 400: "drop", 401: "auth", 413: "split", 429: "retry", 500: "retry", 503: "retry"}


class Server:
    """An `Api` that answers as the test says; traces are their texts."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.batches: list[list[Any]] = []

    def call(self, method: str, path: str, *, text: str, compress: bool) -> ApiAnswer:
        traces = json.loads(text)["traces"]
        self.batches.append(traces)
        status, after_ms = self.answer(traces)
        return ApiAnswer(OUTCOMES[status], status, "{}", after_ms, "")


class Item:
    def __init__(self, text: str) -> None:
        self.text = text
        self.size_bytes = len(text)

    def to_json(self) -> str:
        return json.dumps(self.text)


class Lane:
    def __init__(self, answer: Answer, *, capacity: int = 1000, batch_size: int = 10, interval_ms: float = 5) -> None:
        self.server = Server(answer)
        self.events: list[DroppedEvent] = []
        self.drops = count_drops(self.events.append)
        self.losses = LossReport(self.drops, lambda: 0)
        store = MemoryStore(EventQueue(capacity, 1_000_000), create_text_writer(self.drops))
        settings = LaneSettings(batch_size, interval_ms, 5)
        api: Any = self.server
        self.lane = EventLane(api, store, self.drops, settings, self.losses)

    def push(self, *texts: str) -> None:
        for text in texts:
            self.lane.push(Item(text))

    def lost(self) -> list[Any]:
        """What the server was told of losses."""
        traces = [trace for batch in self.server.batches for trace in batch if isinstance(trace, dict)]
        return [trace["metadata"]["lost"] for trace in traces if trace["spanType"] == "loss"]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdpoint._sdk.transport.backoff.DEFAULT_RETRY_BASE_MS", 1)
    monkeypatch.setattr("holdpoint._sdk.transport.backoff.DEFAULT_RETRY_CAP_MS", 4)


@pytest.fixture
def open_lane() -> Iterator[Callable[..., Lane]]:
    opened: list[Lane] = []

    def make(answer: Answer = lambda _: (200, None), **options: Any) -> Lane:
        opened.append(Lane(answer, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.lane.close(1)


def failing_over(name: str) -> Answer:
    return lambda batch: (500 if name in batch else 200, None)


def scripted(answers: Sequence[tuple[int, float | None]]) -> Answer:
    left = list(answers)
    return lambda _: left.pop(0) if left else (200, None)


def test_batches_go_out_in_order_and_flush_waits_for_them(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane()
    lane.push(*"abcdefghijklm")
    lane.lane.flush(60_000)
    assert [trace for batch in lane.server.batches for trace in batch] == list("abcdefghijklm")
    assert max(map(len, lane.server.batches)) <= 10
    assert (lane.lane.queued(), lane.lane.sent()) == (0, 13)


def test_a_batch_that_is_too_large_is_halved(open_lane: Callable[..., Lane]) -> None:
    # They go out together when they are flushed, however long pushing takes.
    lane = open_lane(lambda batch: (413 if len(batch) > 2 else 200, None), interval_ms=60_000)
    lane.push(*"abcdefg")
    lane.lane.flush(60_000)
    assert [batch for batch in lane.server.batches if len(batch) <= 2] == [["a", "b"], ["c", "d"], ["e", "f"], ["g"]]
    assert lane.lane.sent() == 7


def test_one_that_is_too_large_alone_is_rejected(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane(lambda batch: (413 if "big" in batch else 200, None))
    lane.push("a", "big", "b")
    lane.lane.flush(60_000)
    assert [batch for batch in lane.server.batches if batch in (["a"], ["b"])] == [["a"], ["b"]]
    assert lane.drops.totals["rejected"] == 1


def test_it_waits_at_least_as_long_as_it_is_told_to(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane(scripted([(429, 60_000)]))
    lane.push("a")
    until(lambda: lane.server.batches)
    started = time.monotonic()
    lane.lane.flush(200)
    assert 0.15 < time.monotonic() - started < 10
    assert (len(lane.server.batches), lane.lane.queued()) == (1, 1)


def test_an_impatient_flush_does_not_wait_for_a_server_in_trouble(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane(lambda _: (503, 60_000))
    lane.push("a")
    started = time.monotonic()
    lane.lane.flush(30_000, patient=False)
    assert time.monotonic() - started < 15


def test_what_is_left_at_the_end_is_counted_and_what_comes_after(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane(lambda _: (503, 60_000))
    lane.push("a", "b")
    lane.lane.close(50)
    lane.push("c")
    assert lane.drops.totals["closed"] == 3


def test_poison_is_found_among_the_others_and_set_aside(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane(failing_over("poison"))
    lane.push("1", "2", "3", "poison", "5", "6", "7")
    lane.lane.wake()
    until(lambda: lane.drops.totals["rejected"] == 1 and lane.lane.queued() == 0)
    assert {trace for batch in lane.server.batches for trace in batch if isinstance(trace, str)} >= set("123567")
    assert sum("poison" in batch for batch in lane.server.batches) < 10
    lane.push("8")
    lane.lane.flush(60_000)
    assert ["8"] in lane.server.batches


def test_poison_that_comes_first_of_all_is_found_by_a_probe(open_lane: Callable[..., Lane]) -> None:
    lane = open_lane(failing_over("poison"))
    lane.push("poison")
    until(lambda: lane.drops.totals["rejected"] == 1)
    probes = [trace for batch in lane.server.batches for trace in batch if isinstance(trace, dict)]
    assert (probes[0]["agentId"], probes[0]["spanType"]) == ("holdpoint", "probe")


def test_a_server_that_fails_over_everything_loses_nothing(open_lane: Callable[..., Lane]) -> None:
    down = [True]
    lane = open_lane(lambda _: (500 if down[0] else 200, None))
    lane.push(*"abcde")
    until(lambda: len(lane.server.batches) > 40)
    assert (lane.drops.totals["rejected"], lane.lane.queued()) == (0, 5)
    down[0] = False
    lane.lane.flush(60_000)
    assert lane.lane.queued() == 0
    assert lane.lane.sent() == 5


def test_a_defect_in_the_lane_does_not_end_it(open_lane: Callable[..., Lane]) -> None:
    broken = [True]

    def answer(batch: list[Any]) -> tuple[int, float | None]:
        if broken.pop():
            broken.append(False)
            raise RuntimeError
        broken.append(False)
        return 200, None

    lane = open_lane(answer)
    lane.push("a")
    until(lambda: lane.server.batches)
    lane.push("b")
    # What it had taken is sent as well.
    until(lambda: {text for batch in lane.server.batches[1:] for text in batch} == {"a", "b"})
    until(lambda: lane.lane.queued() == 0)
    assert (lane.lane.sent(), lane.drops.totals["rejected"]) == (2, 0)


def test_what_the_lane_fails_over_each_time_does_not_hold_up_the_rest(open_lane: Callable[..., Lane]) -> None:
    def answer(batch: list[Any]) -> tuple[int, float | None]:
        if "bad" in batch:
            raise RuntimeError
        return 200, None

    lane = open_lane(answer)
    lane.push("bad")
    until(lambda: lane.server.batches)
    lane.push("good")
    until(lambda: lane.lane.queued() == 0 and any("good" in batch for batch in lane.server.batches))
    assert lane.drops.totals["rejected"] == 1


def test_losses_are_told_to_the_server_when_there_is_room_again(
    open_lane: Callable[..., Lane], monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def answer(batch: list[Any]) -> tuple[int, float | None]:
        go.wait(120)
        return 200, None

    lane = open_lane(answer, capacity=3)
    lane.push("a")
    until(lambda: lane.server.batches)
    lane.push("b", "c", "d", "e", "f")
    assert [(event.reason, event.count, event.total) for event in lane.events] == [("queue_full", 1, 1)]
    go.set()
    until(lane.lost)
    assert lane.lost() == [{"queue_full": 2}]
    monkeypatch.setattr("holdpoint._sdk.events.own_trace.DEFAULT_DROP_REPORT_INTERVAL_MS", 50)
    lane.drops.add("damaged", 4)
    lane.push("g")
    until(lambda: len(lane.lost()) == 2)
    assert lane.lost()[1] == {"damaged": 4}


def test_a_refused_report_does_not_come_back_for_ever(
    open_lane: Callable[..., Lane], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdpoint._sdk.events.own_trace.DEFAULT_DROP_REPORT_INTERVAL_MS", 5)
    lane = open_lane(lambda batch: (400 if "bad" in batch or any("loss" in str(one) for one in batch) else 200, None))
    lane.push("bad")
    until(lane.lost)
    for _ in range(10):
        lane.push("good")
        lane.lane.flush(60_000)
        time.sleep(0.01)
    assert lane.lost() == [{"rejected": 1}]


def test_text_that_utf8_cannot_carry_is_escaped() -> None:
    assert write_json({"a": "ü\ud800"}) == '{"a":"\\u00fc\\ud800"}'
    assert write_json({"a": "ü"}) == '{"a":"ü"}'


class Bodies:
    """Stands in for the network under `Api`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, status_of: Callable[[bool], int]) -> None:
        self.seen: list[bool] = []
        bodies = self

        def send(_: Api, method: str, path: str, data: bytes, headers: dict[str, str], max_bytes: int) -> ApiAnswer:
            packed = headers.get("content-encoding") == "gzip"
            json.loads(gzip.decompress(data) if packed else data)
            bodies.seen.append(packed)
            status = status_of(packed)
            return ApiAnswer("ok" if status < 400 else "drop", status, "", None, "")

        monkeypatch.setattr(Api, "_send", send)


@pytest.mark.parametrize("refusal", [400, 415])
def test_a_server_that_knows_no_gzip_gets_bodies_as_they_are(monkeypatch: pytest.MonkeyPatch, refusal: int) -> None:
    bodies = Bodies(monkeypatch, lambda packed: refusal if packed else 202)
    api = Api("http://127.0.0.1:9", None, 1000)
    long = json.dumps("x" * 2000)
    for _ in range(2):
        assert api.call("POST", "/", text=long, compress=True).outcome == "ok"
    assert bodies.seen == [True, False, False]


def test_a_server_that_refuses_the_content_gets_the_next_body_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = Bodies(monkeypatch, lambda packed: 400)
    api = Api("http://127.0.0.1:9", None, 1000)
    long = json.dumps("x" * 2000)
    for _ in range(2):
        assert api.call("POST", "/", text=long, compress=True).outcome == "drop"
    assert bodies.seen == [True, False, True, False]


def test_short_bodies_go_out_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = Bodies(monkeypatch, lambda packed: 202)
    Api("http://127.0.0.1:9", None, 1000).call("POST", "/", text='"short"', compress=True)
    assert bodies.seen == [False]


TRACES = ['{"traceId":"a"}', '{"traceId":"b"}', '{"traceId":"c"}']


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ('{"accepted":3,"failed":0,"errors":[]}', SendOutcome("sent")),
        ('{"data":{"accepted":3}}', SendOutcome("sent")),
        ('{"accepted":1,"duplicates":2}', SendOutcome("sent")),
        ("", SendOutcome("sent")),
        ('{"success":true}', SendOutcome("sent")),
        (
            '{"accepted":2,"failed":1,"errors":[{"traceId":"b"},{"traceId":["b"]},null]}',
            SendOutcome("sent", 1, [TRACES[1]]),
        ),
        ('{"accepted":0,"failed":9}', SendOutcome("sent", 3, [])),
        ('{"accepted":1,"failed":0}', SendOutcome("retry", is_defect=True)),
        ('{"data":{"accepted":1,"failed":1}}', SendOutcome("retry", is_defect=True)),
        ("[]", SendOutcome("retry")),
        ("<html>", SendOutcome("retry")),
        ('"ok"', SendOutcome("retry")),
    ],
)
def test_what_an_answer_says_of_the_traces_that_were_sent(text: str, outcome: SendOutcome) -> None:
    answer = SimpleNamespace(outcome="ok", text=text)
    api: Any = SimpleNamespace(call=lambda *_, **__: answer)
    assert send_traces(api, TRACES) == outcome
