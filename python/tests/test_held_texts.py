"""What is held until it is sent is held with its texts: a receipt is made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdpoint import Holdpoint
from holdpoint._gen.tables import DEFAULT_BATCH_SIZE, DEFAULT_QUEUE_CAPACITY_BYTES, MAX_TRACE_ITEMS
from holdpoint._sdk.events.traces import Traces

LONG = "x" * 200_000
MOST = DEFAULT_QUEUE_CAPACITY_BYTES // (2 * len(LONG))
POLICIES = [
    {
        "id": "no-attack",
        "policyType": "expression",
        "enforcementMode": "block",
        "ruleDefinition": {"expression": 'input.contains("Ignore all previous")'},
    }
]

Step = Callable[[Holdpoint, Any], Any]


def ask(hp: Holdpoint, trace: Any = None) -> Any:
    return hp.enforce_policy(agent_id="bot", input=LONG, trace=trace)


def call(hp: Holdpoint, trace: Any = None) -> Any:
    return hp.enforce_tool_call(agent_id="bot", tool="read", args={"text": LONG}, trace=trace)


@pytest.mark.parametrize("capture_content", [True, False])
@pytest.mark.parametrize("step", [ask, call])
def test_with_the_server_down_they_are_held_up_to_the_bytes_of_the_queue(
    create: Callable[..., Holdpoint], step: Step, capture_content: bool
) -> None:
    hp = create(
        policies=POLICIES,
        control_plane="http://127.0.0.1:9",
        api_key="k",
        spool=False,
        capture_content=capture_content,
        first_bundle_timeout_ms=1,
        close_timeout_ms=1,
    )
    for _ in range(4 * MOST):
        step(hp, None)
    stats = hp.stats()
    before = stats.dropped_traces["queue_full"]
    # A batch is on its way, its texts cut already.
    assert MOST / 3 < stats.queued_traces <= MOST + DEFAULT_BATCH_SIZE
    assert before >= 3 * MOST - DEFAULT_BATCH_SIZE
    # In a trace that is open, and in many: what finds no room there waits, or is counted, in the queue.
    traces = [hp.start_trace(agent_id="bot") for _ in range(10)]
    for number in range(2 * MOST):
        for trace in traces[: number % 10]:
            step(hp, trace)
    assert hp.stats().dropped_traces["queue_full"] - before > 6 * MOST


def test_decisions_that_find_no_room_in_their_trace_are_sent_alone_and_name_it(
    create: Callable[..., Holdpoint], plane: Any
) -> None:
    plane.set_bundle({"version": 1, "policies": POLICIES})
    hp = create(policies=None, control_plane=plane.url, api_key="k", spool=False, first_bundle_timeout_ms=60_000)
    trace = hp.start_trace(agent_id="bot")
    for _ in range(30):
        ask(hp, trace)
    trace.end()
    hp.flush()
    own = [one for sent in plane.traces if sent["traceId"] == trace.trace_id for one in sent["decisions"]]
    alone = [sent for sent in plane.traces if sent.get("parentTraceId") == trace.trace_id]
    assert (len(own) > 10, len(alone) > 5, len(own) + len(alone)) == (True, True, 30)


def test_decisions_of_traces_that_nobody_ends_are_sent_however_many_there_are(
    create: Callable[..., Holdpoint], plane: Any
) -> None:
    plane.set_bundle({"version": 1, "policies": POLICIES})
    options = {"spool": False, "queue_capacity": 5, "first_bundle_timeout_ms": 60_000}
    hp = create(policies=None, control_plane=plane.url, api_key="k", **options)
    for _ in range(12):
        hp.enforce_policy(agent_id="bot", input="hello", trace=hp.start_trace(agent_id="bot"))
        hp.flush()
    hp.close()
    assert sum(len(sent.get("decisions", ())) for sent in plane.traces) == 12


def test_a_decision_whose_trace_ends_while_it_is_told_is_sent_alone(
    create: Callable[..., Holdpoint], plane: Any
) -> None:
    plane.set_bundle({"version": 1, "policies": POLICIES})
    hp = create(policies=None, control_plane=plane.url, api_key="k", spool=False, first_bundle_timeout_ms=60_000)
    open_now: list[Any] = []

    def end_it(_: Any) -> None:
        open_now.pop().end()
        # Until the ended trace has been written, and what is added to it later is lost.
        hp.flush()

    hp.on("decision", end_it)
    # As many as would leave no room for any other, if they were held for ever.
    for _ in range(2 * MOST):
        open_now.append(hp.start_trace(agent_id="bot"))
        ask(hp, open_now[0])
    hp.off("decision", end_it)
    hp.flush()
    assert sum(len(sent.get("decisions", ())) for sent in plane.traces) == 2 * MOST
    trace = hp.start_trace(agent_id="bot")
    ask(hp, trace)
    trace.end()
    hp.flush()
    own = [sent for sent in plane.traces if sent["traceId"] == trace.trace_id]
    assert [len(sent["decisions"]) for sent in own] == [1]


def test_steps_without_room_in_their_trace_are_held_with_what_they_say() -> None:
    ended: list[Any] = []
    trace = Traces(lambda: 0.0, 1, lambda *_: None, ended.append).start({"agentId": "bot"})
    for _ in range(MAX_TRACE_ITEMS):
        trace.span("step")
    trace.span("step").end(attributes={"text": LONG})
    trace.end()
    assert ended[0].open.size_bytes > len(LONG)
